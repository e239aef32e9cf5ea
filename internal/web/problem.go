package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// Problem is an RFC 9457 problem document.
type Problem struct {
	Type      string             `json:"type" format:"uri" doc:"address of a page that explains this kind of error"`
	Title     string             `json:"title" doc:"the kind of error, in words"`
	Status    int                `json:"status" doc:"HTTP status"`
	Detail    string             `json:"detail" doc:"what happened here and how to fix it"`
	RequestID string             `json:"request_id,omitempty" doc:"name this when you report the error"`
	Errors    []model.FieldError `json:"errors,omitempty" doc:"what is wrong, field by field"`
	Conflict  *Conflict          `json:"conflict,omitempty" doc:"both versions, when someone else saved first"`

	kind       problemKind
	retryAfter int // seconds; 0 = say nothing
}

// problemKind is a kind of error, with the text of the page its type address opens.
type problemKind struct {
	ID      string // last part of the type address; never renamed
	Status  int
	Title   string
	Meaning string
	Cure    string
}

// The kinds of error, in the order in which they are listed.
var (
	kindInvalid = problemKind{
		"invalid-input", http.StatusBadRequest, "The input cannot be used",
		"At least one input has an unknown name, is given twice, or has a value outside its range. The member errors names each field, the value it had, the rule and the cure.",
		"Correct the fields named in errors. All inputs, with units and ranges, are listed at /api.",
	}
	kindWrongKey = problemKind{
		"wrong-edit-key", http.StatusForbidden, "The edit key does not fit",
		"A saved scenario can be changed or deleted only with the edit key that was given once, when it was saved.",
		"Send the key as Authorization: Bearer KEY or X-Edit-Key: KEY, or save a copy.",
	}
	kindCrossOrigin = problemKind{
		"cross-origin", http.StatusForbidden, "The request came from another site",
		"A browser sent this request from a page of another site. What changes saved scenarios is refused then.",
		"Send it from this site's own pages, or from a program that is not a browser.",
	}
	kindNoSaving = problemKind{
		"saving-is-off", http.StatusForbidden, "This server saves nothing",
		"The server runs without a database, so scenarios can be neither saved nor opened.",
		"Use the address of the planner page: it holds the whole scenario.",
	}
	kindNotFound = problemKind{
		"not-found", http.StatusNotFound, "There is nothing here",
		"The address or the saved scenario it names does not exist, or was deleted.",
		"Check the address. The API is described at /api.",
	}
	kindMethod = problemKind{
		"method-not-allowed", http.StatusMethodNotAllowed, "The address does not take this method",
		"The address exists, but for other methods: the Allow header lists them.",
		"Use one of the methods in the Allow header.",
	}
	kindConflict = problemKind{
		"edit-conflict", http.StatusConflict, "Someone else saved first",
		"The scenario was changed after the version this change was made from. The member conflict holds both.",
		"Put your change on top of conflict.current and send it with that revision.",
	}
	kindBodyTooLarge = problemKind{
		"body-too-large", http.StatusRequestEntityTooLarge, "The body is too large",
		"The request carries more bytes than the address takes.",
		"Send less: the limit is in detail. An import from kubectl is smaller with -o json than the whole cluster's manifests.",
	}
	kindMediaType = problemKind{
		"unsupported-media-type", http.StatusUnsupportedMediaType, "The body has a type that is not understood",
		"The Content-Type of the request is none that the address reads.",
		"Send one of the types named in detail.",
	}
	kindTooLarge = problemKind{
		"too-large-to-plan", http.StatusUnprocessableEntity, "The scenario is too large to plan",
		"The scenario is well formed but beyond a limit: 20,000 workloads, 10 million pods, 600 node types, 10,000 batch rows, 5,000 sweep points.",
		"Plan one cluster at a time, or merge workloads of equal size into one row with more replicas.",
	}
	kindRate = problemKind{
		"too-many-requests", http.StatusTooManyRequests, "Too many requests",
		"This address sent more requests within a minute than the server takes from one client.",
		"Wait for the seconds in Retry-After. Ask for many rows at once: services=5,10,50, /api/v1/sweep or /api/v1/batch.",
	}
	kindInternal = problemKind{
		"internal-error", http.StatusInternalServerError, "The server failed",
		"Something went wrong that is not your fault. It was logged under the request_id.",
		"Try again; if it stays, report it with the request_id.",
	}
	kindBusy = problemKind{
		"busy", http.StatusServiceUnavailable, "The server is busy",
		"More plans are asked for than can be computed at once, or the answer took too long.",
		"Try again after the seconds in Retry-After, or make the scenario smaller.",
	}
)

// problemKinds lists every kind, for the pages at /errors/{id}.
func problemKinds() []problemKind {
	return []problemKind{
		kindInvalid, kindWrongKey, kindCrossOrigin, kindNoSaving, kindNotFound, kindMethod, kindConflict,
		kindBodyTooLarge, kindMediaType, kindTooLarge, kindRate, kindInternal, kindBusy, kindStoreAway,
		kindReadOnly, kindFull, kindNoSignOn,
	}
}

// problemError is an error that already knows what kind of problem it is.
type problemError struct {
	kind       problemKind
	detail     string
	fields     []model.FieldError
	retryAfter int
}

// Error is the problem's detail.
func (e *problemError) Error() string { return e.detail }

// invalid reports one bad input.
func invalid(field, value, rule, message, fix string) error {
	return &model.InputError{Fields: []model.FieldError{{
		Field: field, Value: shorten(value), Rule: rule, Message: message, Fix: fix,
	}}}
}

// named is the name of a field, or of what carries it when it has none.
func named(name, carrier string) string {
	if name == "" {
		return carrier
	}
	return shorten(name)
}

func notFound(detail string) error { return &problemError{kind: kindNotFound, detail: detail} }

// problemOf decides which problem an error is. Whatever it does not know is an internal
// error, whose own words stay in the log.
func problemOf(err error) Problem {
	var (
		known    *problemError
		input    *model.InputError
		tooLarge *model.LimitError
		body     *http.MaxBytesError
	)
	switch {
	case errors.As(err, &known):
		p := newProblem(known.kind, known.detail)
		p.Errors, p.retryAfter = known.fields, known.retryAfter
		return p
	case errors.As(err, &input):
		p := newProblem(kindInvalid, sentence(input.Fields))
		p.Errors = input.Fields
		return p
	case errors.As(err, &tooLarge):
		p := newProblem(kindTooLarge, sentence([]model.FieldError{tooLarge.FieldError}))
		p.Errors = []model.FieldError{tooLarge.FieldError}
		return p
	case errors.As(err, &body):
		return bodyTooLarge(body.Limit)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		p := newProblem(kindBusy, "The answer took too long. "+kindBusy.Cure)
		p.retryAfter = 5
		return p
	}
	if p, ok := storeProblem(err); ok {
		return p
	}
	return newProblem(kindInternal, kindInternal.Meaning)
}

// sentence says all that is wrong on one line, for a cell or the top of a page.
func sentence(wrong []model.FieldError) string {
	parts := make([]string, len(wrong))
	for i, e := range wrong {
		parts[i] = e.Message + ". " + e.Fix + "."
		if !strings.HasPrefix(e.Message, e.Field) {
			parts[i] = e.Field + ": " + parts[i]
		}
	}
	return strings.Join(parts, " ")
}

func newProblem(kind problemKind, detail string) Problem {
	return Problem{Title: kind.Title, Status: kind.Status, Detail: detail, kind: kind}
}

func bodyTooLarge(limit int64) Problem {
	most := strconv.FormatInt(limit>>20, 10) + " MB"
	p := newProblem(kindBodyTooLarge, "body: it is larger than "+most+". Send less")
	p.Errors = []model.FieldError{{
		Field: "body", Value: "more than " + most, Rule: "limit",
		Message: "the body is larger than " + most, Fix: "Send at most " + most,
	}}
	return p
}

// shorten keeps a value that is quoted back readable.
func shorten(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// asInput finds the input error in err, if that is what it is.
func asInput(err error, into **model.InputError) bool { return err != nil && errors.As(err, into) }

func isInput(err error) bool {
	var input *model.InputError
	return asInput(err, &input)
}

package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"meshplan/internal/advice"
	"meshplan/internal/model"
	"meshplan/internal/takeaway"
	"meshplan/templates"
)

// ChecksAnswer is what manifests show of what has to be in order before a mesh, and of the
// ways to break their Gateways. Nothing of the manifests is kept.
type ChecksAnswer struct {
	Kinds    []advice.KindCount      `json:"kinds" doc:"the objects that were read, by kind"`
	Before   []advice.Check          `json:"before" doc:"what has to be in order before a mesh"`
	Gateways []takeaway.GatewayCheck `json:"gateways" doc:"the field report's four ways to break a Gateway, for each of its servers or listeners"`
}

// checked reads manifests and runs every check on them. Without any text the checks are a
// checklist.
func checked(s model.Scenario, text []byte) (ChecksAnswer, error) {
	m, err := advice.ReadManifests(text)
	if err != nil {
		return ChecksAnswer{}, err
	}
	before, err := advice.Before(s, m)
	if err != nil {
		return ChecksAnswer{}, err
	}
	gateways, err := takeaway.CheckGateways(m)
	return ChecksAnswer{m.Kinds(), before, gateways}, err
}

// checksOf are the checks of one text as an address of the decision.
func checksOf(text []byte) decisionKind {
	return newDecision("checks", "Pasted manifests against what a mesh needs first, and against the ways to break a Gateway", false,
		func(s *server, ctx context.Context, of subject) (ChecksAnswer, bool, error) {
			if err := model.Validate(of.scenario, s.catalog); err != nil {
				return ChecksAnswer{}, false, err
			}
			a, err := inSlot(ctx, s.planner.slow, func(context.Context) (ChecksAnswer, error) { return checked(of.scenario, text) })
			return a, false, err
		},
		namedTable[ChecksAnswer]{"before", func(a ChecksAnswer) *table { return structTable(a.Before) }},
		namedTable[ChecksAnswer]{"gateways", func(a ChecksAnswer) *table { return structTable(a.Gateways) }})
}

// postChecks answers POST /api/v1/checks: manifests as the body, the scenario in the query.
func (s *server) postChecks(f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		text, err := readBody(w, r, advice.MaxManifestBytes)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			return invalid("body", "", "required", "there is no manifest to check", "Send what kubectl get -o yaml prints")
		}
		kind := checksOf(text)
		q, own, err := s.readQuery(r, kind.own...)
		if err != nil {
			return err
		}
		a, _, err := s.decisionAnswer(r, kind, f, q, own)
		if err != nil {
			return err
		}
		return s.send(w, r, a)
	}
}

// Fields of the form at /checks that are not inputs of the scenario.
const (
	formManifests    = "page.manifests"
	formManifestFile = "page.manifest_file"
)

// getChecksPage is the checklist, with the form to paste manifests into.
func (s *server) getChecksPage(w http.ResponseWriter, r *http.Request) error {
	scenario, err := s.asksFor(w, r)
	if err != nil {
		return err
	}
	return s.checksPage(w, r, scenario, templates.Checks{}, nil)
}

// postChecksPage answers the checklist from manifests, pasted or uploaded. What is sent is
// held in memory until it is answered, and nowhere else.
func (s *server) postChecksPage(w http.ResponseWriter, r *http.Request) error {
	const most = advice.MaxManifestBytes + maxScenarioBytes
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if err := r.ParseMultipartForm(most); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	f, err := s.decodeForm(r.PostForm)
	if err != nil {
		return err
	}
	view := templates.Checks{Text: r.PostForm.Get(formManifests)}
	text := []byte(view.Text)
	if file, header, err := r.FormFile(formManifestFile); err == nil && header.Size > 0 {
		view.File = header.Filename
		if text, err = io.ReadAll(file); err != nil {
			return err
		}
	}
	return s.checksPage(w, r, f.scenario, view, text)
}

func (s *server) checksPage(w http.ResponseWriter, r *http.Request, scenario model.Scenario, view templates.Checks, text []byte) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	answer, _, err := checksOf(text).make(s, r.Context(), subject{scenario: scenario})
	if err != nil {
		p := problemOf(err)
		if len(p.Errors) == 0 {
			return err
		}
		status, view.Wrong = p.Status, p.Errors
	} else {
		a := answer.(ChecksAnswer)
		view.Kinds, view.Before, view.Gateways = a.Kinds, a.Before, a.Gateways
	}
	view.Address = address(scenario)
	if view.Fields, err = url.ParseQuery(model.EncodeQuery(scenario)); err != nil {
		return err
	}
	return s.sendPage(w, r, status, templates.ChecksPage(site, view))
}

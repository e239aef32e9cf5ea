package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

// Most bytes that a body may have, by what it holds.
const (
	maxScenarioBytes = model.MaxDocumentBytes
	maxBatchBytes    = 16 << 20
	maxImportBytes   = importer.MaxBytes
)

// readBody reads the whole body up to most bytes. The error is a 413 or 415 problem.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, &problemError{
			kind: kindMediaType, detail: "body: Content-Encoding " + shorten(encoding) + " is not understood. Send the body uncompressed",
			fields: []model.FieldError{{
				Field: "body", Value: shorten(encoding), Rule: "encoding",
				Message: "Content-Encoding " + shorten(encoding) + " is not understood", Fix: "Send the body uncompressed",
			}},
		}
	}
	return readWhole(w, r, most)
}

// readWhole reads a body in whatever encoding it has.
func readWhole(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err == nil {
		return body, nil
	}
	return nil, unread(err, invalid("body", "", "truncated", "the body ended before it was complete", "Send it again"))
}

// unread is the error of a body that could not be read: too large, no room for it, or
// else what the caller says of it.
func unread(err, otherwise error) error {
	var tooLarge *http.MaxBytesError
	var known *problemError
	if errors.As(err, &tooLarge) || errors.As(err, &known) {
		return err
	}
	return otherwise
}

// readPosted decodes a POST: a scenario document as the body, varied and laid out by the
// query as for a GET.
func (s *server) readPosted(w http.ResponseWriter, r *http.Request, own ...string) (query, url.Values, error) {
	body, err := readBody(w, r, maxScenarioBytes)
	if err != nil {
		return query{}, nil, err
	}
	scenario, err := model.DecodeJSON(body)
	if err != nil {
		return query{}, nil, err
	}
	return s.readQueryOver(r, scenario, own...)
}

// decodeStrictly decodes a small body of the API's own, such as shape shows.
func decodeStrictly[T any](body []byte, shape string) (T, error) {
	var v T
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	err := in.Decode(&v)
	if err == nil && in.More() {
		err = errors.New("something follows the end of the document")
	}
	if err != nil {
		return v, invalid("body", "", "json", "the body cannot be read: "+err.Error(), "Send "+shape)
	}
	return v, nil
}

// cents rounds money at the edge.
func cents(usd float64) float64 { return math.Round(usd*100) / 100 }

package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// OwnScenarios lists the scenarios of a user.
type OwnScenarios struct {
	Scenarios []Listed `json:"scenarios" doc:"the last changed first"`
}

// ExportRequest names the scenarios to put into a file.
type ExportRequest struct {
	IDs []string `json:"ids,omitempty" doc:"ids or links; absent: all of the signed-on user"`
}

// ImportedAnswer says what the scenarios of a file have become.
type ImportedAnswer struct {
	Scenarios []Imported `json:"scenarios"`
}

const (
	maxListed      = 1000     // scenarios in a list, and in a file
	maxBundleBytes = 64 << 20 // of a file of scenarios
)

func (s *server) getOwnScenarios(w http.ResponseWriter, r *http.Request) error {
	list, err := s.ownScenarios(r)
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, http.StatusOK, OwnScenarios{list})
}

// ownScenarios lists what the signed-on user saved.
func (s *server) ownScenarios(r *http.Request) ([]Listed, error) {
	kept, err := s.saving()
	if err != nil {
		return nil, err
	}
	user := userOf(r.Context())
	if user == "" {
		return nil, &problemError{kind: kindNoSignOn, detail: kindNoSignOn.Meaning + " " + kindNoSignOn.Cure}
	}
	list, err := kept.List(r.Context(), user, maxListed)
	for i := range list {
		list[i].URL = s.scenarioURL(r, list[i].ID)
	}
	return list, err
}

func (s *server) postExport(w http.ResponseWriter, r *http.Request) error {
	request, err := readSmall[ExportRequest](w, r, `{"ids": ["…", "…"]}`)
	if err != nil {
		return err
	}
	if len(request.IDs) == 0 {
		own, err := s.ownScenarios(r)
		if err != nil {
			return err
		}
		for _, one := range own {
			request.IDs = append(request.IDs, one.ID)
		}
	}
	return s.sendBundle(w, r, request.IDs)
}

// sendBundle answers with scenarios as one file. One that cannot be found fails the
// whole: a backup that lacks something must not look complete.
func (s *server) sendBundle(w http.ResponseWriter, r *http.Request, links []string) error {
	kept, err := s.saving()
	if err != nil {
		return err
	}
	if len(links) > maxListed {
		return &model.LimitError{FieldError: model.FieldError{
			Field: "ids", Value: strconv.Itoa(len(links)), Rule: "limit", Message: "the list names more than " + strconv.Itoa(maxListed) + " scenarios",
			Fix: "Export them in several files",
		}}
	}
	ids := make([]string, 0, len(links))
	for _, link := range links {
		if id := idOf(link); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if err := hold(r.Context(), maxBundleBytes/2, heldPatience); err != nil {
		return err
	}
	file, missing, err := kept.Export(r.Context(), ids)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return &problemError{
			kind: kindNotFound, detail: "ids: there is no saved scenario " + shorten(missing[0]) + ", or it was deleted. Leave it out",
			fields: []model.FieldError{{
				Field: "ids", Value: shorten(strings.Join(missing, ", ")), Rule: "exists",
				Message: fmt.Sprintf("%d of the scenarios do not exist, or were deleted", len(missing)), Fix: "Leave them out",
			}},
		}
	}
	h := w.Header()
	h.Set("Cache-Control", cacheNever)
	h.Set("Content-Type", typeJSON)
	h.Set("Content-Disposition", `attachment; filename="meshplan-scenarios.json"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write(file); err != nil {
		s.log.DebugContext(r.Context(), "client went away", "error", err)
	}
	return nil
}

// idOf is the id in a link to a saved scenario, or the text itself.
func idOf(link string) string {
	return path.Base("/" + strings.TrimSuffix(strings.TrimSpace(link), "/"))
}

func (s *server) postBundle(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(w, r, maxBundleBytes)
	if err != nil {
		return err
	}
	imported, err := s.importBundle(r, body)
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, http.StatusCreated, ImportedAnswer{imported})
}

func (s *server) importBundle(r *http.Request, file []byte) ([]Imported, error) {
	kept, err := s.saving()
	if err != nil {
		return nil, err
	}
	imported, err := kept.Import(r.Context(), file, userOf(r.Context()), s.checkImported(r.Context()))
	for i := range imported {
		imported[i].URL = s.scenarioURL(r, imported[i].ID)
	}
	return imported, err
}

// checkImported refuses documents that are no scenarios and plans that are no plans.
// Names that only a catalog or the list of presets can judge are let in: what an old
// export names may be sold no more, and its page still shows the numbers as saved.
func (s *server) checkImported(ctx context.Context) func(place string, document, plan []byte) error {
	dated := []string{"provider", "region", "node_type", "preset"}
	return func(place string, document, plan []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		scenario, err := model.DecodeJSON(document)
		if err == nil {
			err = model.Validate(scenario, s.catalog)
		}
		var input *model.InputError
		var tooLarge *model.LimitError
		switch {
		case errors.As(err, &tooLarge):
			at := tooLarge.FieldError
			at.Field = place + ".document: " + at.Field
			return &model.LimitError{FieldError: at}
		case errors.As(err, &input):
			wrong := slices.DeleteFunc(slices.Clone(input.Fields), func(e model.FieldError) bool { return slices.Contains(dated, e.Field) })
			for i := range wrong {
				wrong[i].Field = place + ".document: " + wrong[i].Field
			}
			if len(wrong) > 0 {
				return &model.InputError{Fields: wrong}
			}
		case err != nil:
			return err
		}
		if json.Unmarshal(plan, new(model.Plan)) != nil {
			return invalid(place+".plan", "", "json", "it is not a plan", "Import a file as meshplan exported it")
		}
		return nil
	}
}

package web

import (
	"context"
	"io"
	"net/http"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

// apiImport answers POST /api/v1/import: what kubectl prints, manifests or CSV in, a
// scenario to review out. The query holds the importer's options.
func (s *server) apiImport(w http.ResponseWriter, r *http.Request) error {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	options, err := importer.ParseOptions(values)
	if err != nil {
		return err
	}
	body := http.MaxBytesReader(w, r.Body, maxImportBytes)
	result, err := inSlot(r.Context(), s.planner.slow, func(ctx context.Context) (importer.Result, error) {
		return importer.Import(untilDone{ctx, body}, options)
	})
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, http.StatusOK, ImportAnswer{result, planAddress(result.Scenario)})
}

// ImportAnswer is what an import understood, and where its plan is.
type ImportAnswer struct {
	importer.Result
	PlanPath string `json:"plan_path,omitempty" doc:"address of the plan; absent when the scenario is too long for one: POST it then"`
}

// planAddress is the plan's address when it is short enough for every caller.
func planAddress(s model.Scenario) string {
	again := queryAgain(s)
	if again == "" || len(s.Workloads) == 0 {
		return ""
	}
	return "/api/v1/plan?" + again
}

// untilDone stops reading when the request has ended.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Reader.Read(p)
}

package web

import (
	"bytes"
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
	body, err := readWhole(w, r, maxImportBytes) // the importer unpacks what is compressed
	if err != nil {
		return err
	}
	result, err := s.imported(r.Context(), bytes.NewReader(body), options)
	if err != nil {
		return err
	}
	settle(&result, s.catalog, nil)
	a := ImportAnswer{Result: result, PlanPath: planAddress(result.Scenario)}
	if a.Check, err = s.checkCluster(r.Context(), result); err != nil {
		problem := problemOf(err)
		if len(problem.Errors) == 0 {
			return err
		}
		a.CheckProblem = problem.Detail
	}
	return s.sendJSON(w, r, http.StatusOK, a)
}

// imported reads what was sent, when it is there whole: a slow sender must not keep others
// from the slot.
func (s *server) imported(ctx context.Context, sent io.Reader, options importer.Options) (importer.Result, error) {
	return inSlot(ctx, s.planner.slow, func(ctx context.Context) (importer.Result, error) {
		return importer.Import(untilDone{ctx, sent}, options)
	})
}

// ImportAnswer is what an import understood, and where its plan is.
type ImportAnswer struct {
	importer.Result
	PlanPath string `json:"plan_path,omitempty" doc:"address of the plan; absent when the scenario is too long for one: POST it then"`
	// Check is what the nodes of the input are compared with.
	Check        *ClusterCheck `json:"check,omitempty" doc:"the nodes that run beside what the pods need; absent without nodes"`
	CheckProblem string        `json:"check_problem,omitempty" doc:"why they could not be compared"`
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

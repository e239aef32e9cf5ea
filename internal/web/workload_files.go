package web

import (
	"bytes"
	"net/http"
	"strconv"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

// getWorkloads answers GET /api/v1/workloads.csv: the workloads of a scenario as the table
// that an import reads back unchanged.
func (s *server) getWorkloads(w http.ResponseWriter, r *http.Request) error {
	q, _, err := s.readQuery(r)
	if err != nil {
		return err
	}
	return s.sendWorkloads(w, r, q.scenario)
}

func (s *server) postWorkloads(w http.ResponseWriter, r *http.Request) error {
	q, _, err := s.readPosted(w, r)
	if err != nil {
		return err
	}
	return s.sendWorkloads(w, r, q.scenario)
}

func (s *server) sendWorkloads(w http.ResponseWriter, r *http.Request, scenario model.Scenario) error {
	if len(scenario.Workloads) == 0 {
		plan, err := s.planner.plan(r.Context(), scenario)
		if err != nil {
			return err
		}
		scenario.Workloads = quickRow(plan)
	}
	a, err := workloadsAnswer(scenario)
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}

// quickRow is an application that is given by its averages, as the one row it stands for.
func quickRow(plan *model.Plan) []model.Workload {
	row := model.Workload{Namespace: "default", Name: "service", Kind: "Deployment"}
	for name, into := range map[string]*int64{
		"services": &row.Services, "pods_per_service": &row.Replicas, "pod_cpu_m": &row.PodCPUMillicores, "pod_memory_mib": &row.PodMemoryMiB,
	} {
		if input, used := plan.Input(name); used {
			*into, _ = strconv.ParseInt(input.Value, 10, 64)
		}
	}
	if row.Services == 0 {
		return nil
	}
	return []model.Workload{row}
}

// getScenarioFile answers GET /api/v1/scenario.json: the document of a scenario, as POST
// bodies and imports take it.
func (s *server) getScenarioFile(w http.ResponseWriter, r *http.Request) error {
	q, _, err := s.readQuery(r)
	if err != nil {
		return err
	}
	return s.sendScenarioFile(w, r, q.scenario)
}

func (s *server) postScenarioFile(w http.ResponseWriter, r *http.Request) error {
	q, _, err := s.readPosted(w, r)
	if err != nil {
		return err
	}
	return s.sendScenarioFile(w, r, q.scenario)
}

func (s *server) sendScenarioFile(w http.ResponseWriter, r *http.Request, scenario model.Scenario) error {
	a, err := scenarioAnswer(scenario)
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}

func workloadsAnswer(scenario model.Scenario) (*answer, error) {
	var b bytes.Buffer
	if err := importer.WriteCSV(&b, scenario.Workloads); err != nil {
		return nil, err
	}
	a := newAnswer(formatCSV.contentType(), cacheCheck, b.Bytes())
	a.filename = filename(scenario) + "-workloads.csv"
	return a, nil
}

func scenarioAnswer(scenario model.Scenario) (*answer, error) {
	var b bytes.Buffer
	if err := importer.WriteJSON(&b, scenario); err != nil {
		return nil, err
	}
	a := newAnswer(typeJSON, cacheCheck, b.Bytes())
	a.filename = filename(scenario) + ".json"
	return a, nil
}

package importer

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// promResponse is the answer of Prometheus to a query.
type promResponse struct {
	Status string `json:"status"`
	Error  string `json:"error"`
	Data   struct {
		ResultType string       `json:"resultType"`
		Result     []promSeries `json:"result"`
	} `json:"data"`
}

type promSeries struct {
	Metric map[string]string `json:"metric"`
	Value  []loose           `json:"value"`  // time and value
	Values [][]loose         `json:"values"` // of a range query
}

// readPrometheus reads the result of an instant or range query for CPU, memory or
// requests a second.
func (s *session) readPrometheus(at where, raw json.RawMessage) {
	var response promResponse
	if err := json.Unmarshal(raw, &response); err != nil {
		s.fail(typeProblem(at, "Prometheus result", "", err))
		return
	}
	if response.Status != "success" {
		s.fail(refusal(at, "Prometheus result", "status", response.Status, "query", "the query failed: "+shorten(response.Error), "Mend the query and send its result"))
		return
	}
	metric := cmp.Or(s.options.Metric, guessMetric(response.Data.Result))
	if s.options.Metric == "" && len(response.Data.Result) > 0 {
		s.note("metric_guessed", at.String(), "the Prometheus result of "+at.String()+" was taken for "+metricWords[metric],
			"Give metric=cpu, memory or rps if that is wrong")
	}
	for i, series := range response.Data.Result {
		at.item = i
		value, err := series.value()
		if err != "" {
			s.fail(refusal(at, "Prometheus result", "data.result["+itoa(i)+"].value", err, "number", quote(err)+" is not a number from 0 up", "Send the result as Prometheus gives it"))
			if s.hopeless() {
				return
			}
			continue
		}
		s.series(series.Metric, metric, value)
		s.counts["usage sample"]++
	}
}

var metricWords = map[string]string{metricCPU: "CPU in cores", metricMemory: "memory in bytes", metricRPS: "requests a second"}

// guessMetric tells what a result measures from its name and labels, and in the end from
// its size: nothing uses ten thousand cores, and no container less than that in bytes.
func guessMetric(result []promSeries) string {
	const mostCores = 10_000
	var values []float64
	for _, series := range result {
		name := series.Metric["__name__"]
		switch {
		case strings.Contains(name, "memory"):
			return metricMemory
		case strings.Contains(name, "cpu"):
			return metricCPU
		case strings.Contains(name, "requests_total"), series.Metric["destination_workload"] != "", series.Metric["response_code"] != "":
			return metricRPS
		}
		if v, err := series.value(); err == "" {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	if len(values) > 0 && values[len(values)/2] > mostCores {
		return metricMemory
	}
	return metricCPU
}

// value returns the value of an instant query, or the 95th percentile of a range; the
// text that is no number otherwise.
func (p promSeries) value() (float64, string) {
	points := p.Values
	if len(points) == 0 {
		points = [][]loose{p.Value}
	}
	var values []float64
	for _, point := range points {
		if len(point) != 2 {
			return 0, "a point without time and value"
		}
		v, err := strconv.ParseFloat(point[1].text, 64)
		if math.IsNaN(v) && err == nil {
			continue // Prometheus writes NaN for 0 ÷ 0
		}
		if err != nil || v < 0 || math.IsInf(v, 0) {
			return 0, cmp.Or(point[1].text, "nothing")
		}
		values = append(values, v)
	}
	if len(values) == 0 {
		return 0, ""
	}
	return *intervalOf(values).High, ""
}

// series books one value under the container, pod or workload that its labels name.
func (s *session) series(labels map[string]string, metric string, value float64) {
	namespace := cmp.Or(labels["destination_workload_namespace"], labels["namespace"], labels["kubernetes_namespace"])
	pod := cmp.Or(labels["pod"], labels["pod_name"])
	if metric == metricRPS {
		workload := cmp.Or(labels["destination_workload"], labels["workload"], labels["deployment"], labels["service"], labels["app"])
		if workload == "" {
			names := workloadNames(pod)
			workload = names[len(names)-1]
			s.usage.pods = append(s.usage.pods, value)
		}
		if workload != "" {
			s.usage.rps[[2]string{namespace, workload}] += value
		}
		return
	}
	key := usageKey{namespace, cmp.Or(pod, labels["workload"], labels["deployment"]), cmp.Or(labels["container"], labels["container_name"])}
	if key.pod == "" || key.container == "POD" {
		s.skipped.add("Prometheus series", "no_pod", "it names neither pod nor workload", ref{})
		return
	}
	whole := math.Ceil(value) // bytes
	if metric == metricCPU {
		whole = math.Ceil(value * 1000 * nanoPerMilli)
	}
	const most = 1 << 53
	s.usage.add(key, metric, int64(min(whole, most)))
}

package importer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// promResponse is the answer of Prometheus to a query.
type promResponse struct {
	Status string
	Error  string
	Data   struct {
		ResultType string     `json:"resultType"`
		Result     promResult `json:"result"`
	}
}

// promResult is the series of an answer; of too many one more than the limit.
type promResult []promSeries

// UnmarshalJSON reads one series after the other.
func (p *promResult) UnmarshalJSON(raw []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	token, err := decoder.Token()
	if err != nil || token != json.Delim('[') { // null, or the pair of a scalar
		return err
	}
	for decoder.More() && len(*p) <= MaxSamples {
		var one promSeries
		if err := decoder.Decode(&one); err != nil {
			return err
		}
		*p = append(*p, one)
	}
	return nil
}

type promSeries struct {
	Metric map[string]string `json:"metric"`
	Value  promPoint         `json:"value"`
	Values promPoints        `json:"values"` // of a range query
}

// promPoint is a time and a value, of which the value is kept.
type promPoint struct {
	value float64
	wrong string // what stands in its place
}

// UnmarshalJSON takes whatever stands there; what is no number is told with its place.
func (p *promPoint) UnmarshalJSON(raw []byte) error {
	var pair [2]loose
	var all []json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil || len(all) != 2 || json.Unmarshal(raw, &pair) != nil {
		*p = promPoint{wrong: "a point without time and value"}
		return nil
	}
	v, err := strconv.ParseFloat(pair[1].text, 64)
	if err != nil || v < 0 || math.IsInf(v, 0) {
		*p = promPoint{wrong: cmp.Or(pair[1].text, "nothing")}
		return nil
	}
	*p = promPoint{value: v}
	return nil
}

// promPoints is the 95th percentile of the points of a range query.
type promPoints struct {
	given bool
	promPoint
}

// UnmarshalJSON reads the points one by one.
func (p *promPoints) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[[]string](), Field: "values"}
	}
	var values []float64
	for decoder.More() {
		var point promPoint
		if err := decoder.Decode(&point); err != nil {
			return err
		}
		if p.given = true; point.wrong != "" {
			p.promPoint = point
			return nil
		}
		if !math.IsNaN(point.value) { // Prometheus writes NaN for 0 ÷ 0
			values = append(values, point.value)
		}
	}
	if len(values) > 0 {
		p.value = *intervalOf(values).High
	}
	return nil
}

// readPrometheus reads the result of an instant or range query for CPU, memory or
// requests a second.
func (s *session) readPrometheus(at where, members []member) {
	var response promResponse
	for _, m := range members {
		into := map[string]any{"status": &response.Status, "error": &response.Error, "data": &response.Data}[m.name]
		if into == nil {
			continue
		}
		if err := json.Unmarshal(m.raw, into); err != nil {
			s.fail(typeProblem(at, "Prometheus result", m.name, err))
			return
		}
	}
	if response.Status != "success" {
		s.fail(refusal(at, "Prometheus result", "status", response.Status, "query", "the query failed: "+shorten(response.Error), "Mend the query and send its result"))
		return
	}
	if len(response.Data.Result) > MaxSamples {
		s.fail(tooManySamples(at))
		return
	}
	metric := cmp.Or(s.options.Metric, guessMetric(response.Data.Result))
	if s.options.Metric == "" && len(response.Data.Result) > 0 {
		s.note("metric_guessed", at.String(), "the Prometheus result of "+at.String()+" was taken for "+metricWords[metric],
			"Give metric=cpu, memory or rps if that is wrong")
	}
	for i, series := range response.Data.Result {
		at.item = i
		value, err := series.point()
		if err != "" {
			s.fail(refusal(at, "Prometheus result", "data.result["+itoa(i)+"].value", err, "number", quote(err)+" is not a number from 0 up", "Send the result as Prometheus gives it"))
			if s.hopeless() {
				return
			}
			continue
		}
		s.series(at, series.Metric, metric, value)
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
		if v, err := series.point(); err == "" {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	if len(values) > 0 && values[len(values)/2] > mostCores {
		return metricMemory
	}
	return metricCPU
}

// point returns the value of an instant query, or the 95th percentile of a range; the
// text that is no number otherwise.
func (p promSeries) point() (float64, string) {
	point := p.Value
	if p.Values.given {
		point = p.Values.promPoint
	}
	if math.IsNaN(point.value) {
		return 0, ""
	}
	return point.value, point.wrong
}

// series books one value under the container, pod or workload that its labels name.
func (s *session) series(at where, labels map[string]string, metric string, value float64) {
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
	s.use(at, key, metric, int64(min(whole, most)))
}

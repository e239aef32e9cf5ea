package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

// reviewed is an import on its way to a scenario. The page carries it from step to step,
// packed in a field of its form, so that the server keeps nothing and no script is needed.
type reviewed struct {
	Result   importer.Result   `json:"result"`
	Out      map[int]bool      `json:"out,omitempty"`       // rows that the scenario does without
	Edited   map[int]bool      `json:"edited,omitempty"`    // rows corrected by hand
	StandIns map[string]string `json:"stand_ins,omitempty"` // node types that stand for unknown ones
	Measured map[string]bool   `json:"measured,omitempty"`  // inputs to take as measured
	Existing bool              `json:"existing,omitempty"`  // the nodes that run are paid for already
}

// packReview writes it for a form field.
func packReview(v reviewed) (string, error) {
	var b bytes.Buffer
	out := gzip.NewWriter(&b)
	if err := json.NewEncoder(out).Encode(v); err != nil {
		return "", err
	}
	if err := out.Close(); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

// unpackReview reads what packReview wrote, which may have been changed on the way.
func unpackReview(text string) (reviewed, error) {
	broken := invalid("state", "", "state", "the review did not come back whole", "Import again")
	packed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return reviewed{}, broken
	}
	in, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return reviewed{}, broken
	}
	var v reviewed
	if err := json.NewDecoder(io.LimitReader(in, importer.MaxBytes)).Decode(&v); err != nil {
		return reviewed{}, broken
	}
	rows := len(v.Result.Scenario.Workloads)
	if rows > importer.MaxWorkloads || len(v.Result.Understood) != rows {
		return reviewed{}, broken
	}
	for _, m := range v.Result.Missing {
		if m.Row < 0 || m.Row >= rows {
			return reviewed{}, broken
		}
	}
	for i, item := range v.Result.Understood {
		if item.Row != i {
			return reviewed{}, broken
		}
	}
	if c := v.Result.Nodes; c != nil && len(c.Pools) == 0 {
		return reviewed{}, broken
	}
	return v, nil
}

// correct applies what was typed into the review. Its rows are named r.ROW.COLUMN, its
// containers without requests m.NUMBER.WHAT and its node types n.NUMBER.
func (v *reviewed) correct(form url.Values) error {
	v.Out, v.Edited = maps.Clone(v.Out), maps.Clone(v.Edited)
	v.Result.Scenario.Workloads = slices.Clone(v.Result.Scenario.Workloads)
	v.Result.Understood, v.Result.Missing = slices.Clone(v.Result.Understood), slices.Clone(v.Result.Missing)
	var wrong []model.FieldError
	if form.Get("do") == "all" {
		wrong = append(wrong, v.allMissing(form)...)
	} else {
		wrong = append(wrong, v.someMissing(form)...)
	}
	for row := range v.Result.Understood {
		if form.Has("r." + strconv.Itoa(row) + ".replicas") {
			wrong = append(wrong, v.correctRow(row, form)...)
		}
	}
	v.correctNodes(form)
	if len(wrong) > 0 {
		return &model.InputError{Fields: wrong}
	}
	return nil
}

func (v *reviewed) rowName(row int) string {
	w := v.Result.Scenario.Workloads[row]
	return shorten(strings.TrimPrefix(w.Namespace+"/"+w.Name, "/"))
}

// correctRow takes the cells of a row. A cell that still holds what was shown changes
// nothing, so that a container's new figure is not undone by the row's old sum.
func (v *reviewed) correctRow(row int, form url.Values) []model.FieldError {
	w, item := &v.Result.Scenario.Workloads[row], &v.Result.Understood[row]
	cell := func(column string) string {
		return strings.TrimSpace(form.Get("r." + strconv.Itoa(row) + "." + column))
	}
	shown := *item
	var wrong []model.FieldError
	for _, c := range []struct {
		column string
		was    int64
		into   []*int64
	}{
		{"replicas", shown.Replicas, []*int64{&w.Replicas, &item.Replicas}},
		{"pod_cpu_m", v.shownCPU(row, form), []*int64{&w.PodCPUMillicores, &item.PodCPUMillicores}},
		{"pod_memory_mib", v.shownMemory(row, form), []*int64{&w.PodMemoryMiB, &item.PodMemoryMiB}},
	} {
		text := cell(c.column)
		n, err := wholeCell(v.rowName(row)+": "+c.column, c.column, text)
		if err != nil {
			wrong = append(wrong, *err)
			continue
		}
		if text == "" || n == c.was {
			continue
		}
		for _, into := range c.into {
			*into = n
		}
		v.mark(row)
	}
	if in := map[string]string{importer.MeshIn: "y", importer.MeshOut: "n"}[item.MeshState]; form.Has("r."+strconv.Itoa(row)+".in_mesh") && cell("in_mesh") != in {
		w.InMesh, item.MeshState = nil, importer.MeshUnknown
		if cell("in_mesh") != "" {
			meshed := cell("in_mesh") == "y"
			w.InMesh = &meshed
			item.MeshState = map[bool]string{true: importer.MeshIn, false: importer.MeshOut}[meshed]
		}
		v.mark(row)
	}
	if free := cell("any_zone") == "y"; cell("any_zone") != "" && free != w.AnyZone {
		w.AnyZone = free
		v.mark(row)
	}
	v.setOut(row, form.Has("r."+strconv.Itoa(row)+".out"))
	return wrong
}

// shownCPU is the row's CPU as the form showed it, which containers may have changed since.
func (v *reviewed) shownCPU(row int, form url.Values) int64 {
	return shownCell(form, row, "was_cpu_m", v.Result.Understood[row].PodCPUMillicores)
}

func (v *reviewed) shownMemory(row int, form url.Values) int64 {
	return shownCell(form, row, "was_memory_mib", v.Result.Understood[row].PodMemoryMiB)
}

func shownCell(form url.Values, row int, column string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(form.Get("r."+strconv.Itoa(row)+"."+column), 10, 64); err == nil {
		return n
	}
	return otherwise
}

func (v *reviewed) mark(row int) {
	if v.Edited == nil {
		v.Edited = map[int]bool{}
	}
	v.Edited[row] = true
}

func (v *reviewed) setOut(row int, out bool) {
	if v.Out == nil {
		v.Out = map[int]bool{}
	}
	if v.Out[row] = out; !out {
		delete(v.Out, row)
	}
}

// wholeCell reads a whole number in the range of the workload's column.
func wholeCell(field, column, text string) (int64, *model.FieldError) {
	if text == "" {
		return 0, nil
	}
	most := map[string]int64{"replicas": 10_000_000, "pod_cpu_m": 512_000, "pod_memory_mib": 8 << 20}[column]
	n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, &model.FieldError{
			Field: field, Value: shorten(text), Rule: "range", Message: strconv.Quote(shorten(text)) + " is not a whole number from 0 to " + strconv.FormatInt(most, 10),
			Fix: "Give " + column + " as a whole number, without unit",
		}
	}
	return n, nil
}

// scenario is what the review comes to: the rows that are left in, with what was chosen
// of the measurements.
func (v *reviewed) scenario() model.Scenario {
	s := v.Result.Scenario
	if len(v.Out) > 0 {
		var left []model.Workload
		for i, w := range s.Workloads {
			if !v.Out[i] {
				left = append(left, w)
			}
		}
		s.Workloads = left
	}
	if len(v.Measured) > 0 {
		s = importer.Calibrate(s, v.Result.Measured, slices.Sorted(maps.Keys(v.Measured))...)
	}
	if existing := v.existingNodes(); v.Existing && existing != "" {
		s.Nodes.ExistingNodes = &existing
	}
	return s
}

// existingNodes are the nodes that run, as existing_nodes takes them; "" where they have
// no types that the plan knows.
func (v *reviewed) existingNodes() string {
	c, n := v.Result.Nodes, v.Result.Scenario.Nodes
	if c == nil || n.NodeType == nil {
		return ""
	}
	planned := strings.Split(*n.NodeType, ",")
	for _, p := range c.Pools {
		if !slices.Contains(planned, p.InstanceType) {
			return ""
		}
	}
	return c.Existing()
}

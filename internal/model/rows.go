package model

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Columns are the flat columns of a plan: CSV, TSV, XML, batch rows and the page's table
// come from them. They are only ever appended to.
var Columns = []string{
	"pattern", "nodes", "nodes_lower_bound", "monthly_cost_usd", "monthly_cost_lower_bound_usd",
	"cost_growth", "node_growth", "cpu_growth", "memory_growth",
	"cpu_requested_m", "memory_requested_mib", "doubles", "binding_resource",
	"verdict", "model_version", "error",
	"as_of", "status", "gap",
	"autoscaler_nodes", "autoscaler_monthly_cost_usd", "proved", "certificate_verified", "surge_nodes", "surge_monthly_cost_usd", "bound_proof",
}

// Row is one pattern's result, one text a column; numbers are plain, absent ones empty.
type Row []string

// Rows flattens a plan: one row per pattern, in the columns of [Columns].
func Rows(p Plan) []Row {
	rows := make([]Row, len(p.Results))
	for i := range p.Results {
		rows[i] = rowOf(&p, &p.Results[i])
	}
	return rows
}

func rowOf(p *Plan, r *Result) Row {
	return Row{
		r.Pattern, whole(r.Nodes), whole(r.NodesLowerBound), money(r.MonthlyCostUSD), money(r.MonthlyCostLowerBoundUSD),
		optional(r.CostGrowth), optional(r.NodeGrowth), optional(r.CPUGrowth), optional(r.MemoryGrowth),
		whole(r.CPURequestedMillicores), whole(r.MemoryRequestedMiB), yesNoText(r.Doubles), r.BindingResource,
		p.Verdict, p.ModelVersion, "",
		p.AsOf, r.Status, plainNumber(r.GapShare),
		optionalWhole(r.AutoscalerNodes), optionalMoney(r.AutoscalerMonthlyCostUSD), strconv.FormatBool(r.Proved), strconv.FormatBool(r.CertificateVerified),
		optionalWhole(r.SurgeNodes), optionalMoney(r.SurgeMonthlyCostUSD), r.BoundProof,
	}
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

func money(usd float64) string { return strconv.FormatFloat(math.Round(usd*100)/100, 'f', 2, 64) }

func optional(v *float64) string {
	if v == nil {
		return ""
	}
	return plainNumber(*v)
}

func optionalWhole(n *int64) string {
	if n == nil {
		return ""
	}
	return whole(*n)
}

func optionalMoney(usd *float64) string {
	if usd == nil {
		return ""
	}
	return money(*usd)
}

func yesNoText(v *bool) string {
	if v == nil {
		return ""
	}
	return strconv.FormatBool(*v)
}

// PlanValue returns one bare value of a plan: verdict, or pattern.column such as
// sidecar.nodes. A pattern's dash may be written as an underscore. The error is an
// *InputError naming the nearest fields.
func PlanValue(p Plan, field string) (string, error) {
	pattern, column, ofPattern := strings.Cut(field, ".")
	if !ofPattern {
		if text, ok := plainValues(&p)[field]; ok {
			return text, nil
		}
	}
	at := slices.Index(Columns, column)
	for i := range p.Results {
		if r := &p.Results[i]; at > 0 && r.Pattern == strings.ReplaceAll(pattern, "_", "-") {
			return rowOf(&p, r)[at], nil
		}
	}
	return "", &InputError{Fields: []FieldError{{
		Field: "field", Value: shorten(field), Rule: "unknown_name", Message: "there is no value called " + quote(field),
		Fix: "Use " + Nearest(field, ValueFields()),
	}}}
}

// plainValues are the values of a plan that belong to no pattern.
func plainValues(p *Plan) map[string]string {
	return map[string]string{
		"verdict": p.Verdict, "model_version": p.ModelVersion, "as_of": p.AsOf,
		"sentence": p.Reasoning.Sentence, "candidate": p.Reasoning.Candidate,
		"services": whole(p.Application.Services), "pods": whole(p.Application.Pods),
		"cpu_requested_m": whole(p.Application.CPURequestedMillicores), "memory_requested_mib": whole(p.Application.MemoryRequestedMiB),
	}
}

// ValueFields lists every field that [PlanValue] knows.
func ValueFields() []string {
	fields := []string{"verdict", "model_version", "as_of", "sentence", "candidate", "services", "pods", "cpu_requested_m", "memory_requested_mib"}
	for _, p := range patterns {
		for _, column := range Columns[1:] {
			fields = append(fields, p.id+"."+column)
		}
	}
	return fields
}

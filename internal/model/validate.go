package model

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"meshplan/internal/facts"
)

// Limits beyond which a scenario is refused with a [LimitError].
const (
	MaxWorkloads = 20_000
	MaxPods      = 10_000_000
)

// validate checks struct tags; it is built once and safe for concurrent use.
var validate = newValidator()

func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(jsonName)
	return v
}

// Validate checks a decoded scenario against ranges, cross-field rules and the catalog.
// The error is an *InputError with everything that is wrong, or a *LimitError.
func Validate(s Scenario, c Catalog) error { return validateScenario(s, s, c) }

// validateScenario is Validate for a scenario of which tagged is what has struct tags to
// check: all of it, or what is not known to be sound.
func validateScenario(s, tagged Scenario, c Catalog) error {
	if err := checkLimits(s); err != nil {
		return err
	}
	wrong := checkTags(tagged)
	wrong = append(wrong, checkNumbers(s)...)
	wrong = append(wrong, checkIntervals(s.Intervals)...)
	wrong = append(wrong, checkTogether(s)...)
	wrong = append(wrong, checkReplicaRanges(tagged.Workloads)...)
	if len(wrong) == 0 {
		wrong = checkNodes(s, c)
	}
	if len(wrong) > 0 {
		return &InputError{Fields: wrong}
	}
	return nil
}

func checkLimits(s Scenario) error {
	if n := len(s.Workloads); n > MaxWorkloads {
		return &LimitError{FieldError{
			Field: workloadsParam, Value: strconv.Itoa(n), Rule: "limit",
			Message: fmt.Sprintf("%d workloads are more than the %d that can be planned", n, MaxWorkloads),
			Fix:     "Merge workloads of equal size into one row with more replicas",
		}}
	}
	if pods := podsAsked(s); pods > MaxPods {
		field, fix := manyPods(s)
		return &LimitError{FieldError{
			Field: field, Value: plainNumber(pods), Rule: "limit",
			Message: fmt.Sprintf("%.0f pods are more than the %d that can be planned", pods, MaxPods),
			Fix:     "Plan one cluster at a time: lower " + fix,
		}}
	}
	return nil
}

// manyPods names the input that asks for more pods than can be planned, and what to lower:
// one row of the list, the list, or the inputs that multiply it.
func manyPods(s Scenario) (field, lower string) {
	switch {
	case len(s.Workloads) == 0:
		return "services", "services or pods_per_service"
	case s.Quick.Services != nil:
		return "services", "services or the replicas of the workloads"
	case s.Quick.PodsPerService != nil:
		return "pods_per_service", "pods_per_service"
	}
	for i, w := range s.Workloads {
		if pods := float64(max(w.Services, 1)) * float64(w.Replicas); pods > MaxPods {
			return fmt.Sprintf("%s[%d].replicas", workloadsParam, i), "its replicas"
		}
	}
	return workloadsParam, "the replicas of the workloads"
}

// podsAsked counts pods as a float, which cannot overflow where bad input could.
func podsAsked(s Scenario) float64 {
	perService := func(replicas int64) float64 {
		if s.Quick.PodsPerService != nil {
			replicas = *s.Quick.PodsPerService
		}
		return float64(max(replicas, 0))
	}
	if len(s.Workloads) == 0 {
		services := int64(exampleServices)
		if s.Quick.Services != nil {
			services = *s.Quick.Services
		}
		return float64(services) * perService(examplePodsPerService)
	}
	pods, services := 0.0, 0.0
	for _, w := range s.Workloads {
		pods += float64(max(w.Services, 1)) * perService(w.Replicas)
		services += float64(max(w.Services, 1))
	}
	if s.Quick.Services != nil {
		pods *= math.Ceil(float64(*s.Quick.Services) / services)
	}
	return pods
}

func checkTags(s Scenario) []FieldError {
	err := validate.Struct(s)
	var broken validator.ValidationErrors
	if !errors.As(err, &broken) {
		return nil
	}
	wrong := make([]FieldError, 0, len(broken))
	for _, b := range broken {
		wrong = append(wrong, tagError(b))
	}
	return wrong
}

// groupPrefix is cut from a path: flat parameters are named by their leaf, which is
// unique, so that form, query and JSON read alike.
var groupPrefix = regexp.MustCompile(`^Scenario\.((quick|nodes|mesh|organisation|run)\.)?`)

func tagError(b validator.FieldError) FieldError {
	field := groupPrefix.ReplaceAllString(b.Namespace(), "")
	wrong := FieldError{Field: field, Value: valueText(b.Value()), Rule: ruleIDs[b.Tag()]}
	allowed := ""
	if p, known := paramByName[field]; known {
		allowed = p.Allowed()
	} else {
		allowed = rowRule(b)
	}
	switch b.Tag() {
	case "required":
		wrong.Message, wrong.Fix = field+" is missing", "Give it"
	case "max":
		wrong.Message = field + " is longer than " + b.Param() + " " + entriesOf(b.Kind())
		wrong.Fix = "Shorten it"
	case "datetime":
		wrong.Message = quote(wrong.Value) + " is not a date"
		wrong.Fix = "Write " + field + " as year-month-day, for example 2026-11-23"
	default:
		wrong.Message = field + " is " + wrong.Value + ", but has to be " + allowed
		wrong.Fix = "Give " + field + " as " + allowed
	}
	return wrong
}

// entriesOf is what the length of a value counts.
func entriesOf(kind reflect.Kind) string {
	if kind == reflect.Slice || kind == reflect.Map {
		return "entries"
	}
	return "characters"
}

var ruleIDs = map[string]string{
	"gte": "range", "lte": "range", "gt": "range", "eq": "range", "oneof": "one_of",
	"max": "length", "required": "required", "datetime": "date",
}

// rowRule says what a field of a workload has to be, from its tag.
func rowRule(b validator.FieldError) string {
	switch b.Tag() {
	case "oneof":
		return "one of " + strings.Join(strings.Fields(b.Param()), ", ")
	case "lte":
		return "at most " + b.Param()
	case "gte":
		return "at least " + b.Param()
	}
	return b.Param()
}

func valueText(v any) string {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer {
		r = r.Elem()
	}
	switch r.Kind() {
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(r.Int(), 10)
	case reflect.Float64:
		return plainNumber(r.Float())
	case reflect.String:
		return shorten(r.String())
	}
	return ""
}

// checkNumbers refuses NaN and infinities, which compare as inside every range.
func checkNumbers(s Scenario) []FieldError {
	var wrong []FieldError
	root := reflect.ValueOf(s)
	for _, p := range params {
		field := root.FieldByIndex(p.index)
		if p.Type != "number" || field.IsNil() {
			continue
		}
		if f := field.Elem().Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			wrong = append(wrong, FieldError{
				Field: p.Name, Value: plainNumber(f), Rule: "number",
				Message: p.Name + " is not a number", Fix: "Give " + p.Name + " as " + p.Allowed(),
			})
		}
	}
	return wrong
}

// checkTogether holds the rules that look at more than one field.
func checkTogether(s Scenario) []FieldError {
	var wrong []FieldError
	add := func(field, value, rule, message, fix string) {
		wrong = append(wrong, FieldError{Field: field, Value: value, Rule: rule, Message: message, Fix: fix})
	}
	if s.Mesh.Preset != nil {
		if _, known := facts.PresetByID(*s.Mesh.Preset); !known {
			ids := presetIDs()
			add("preset", shorten(*s.Mesh.Preset), "one_of", "there is no preset called "+quote(*s.Mesh.Preset),
				"Use "+Nearest(*s.Mesh.Preset, ids)+"; all of them are at /api/v1/presets")
		}
	}
	limitBelow := func(limit, request *int64, limitName, requestName string) {
		if limit != nil && request != nil && *limit > 0 && *limit < *request {
			add(limitName, strconv.FormatInt(*limit, 10), "conflict",
				fmt.Sprintf("%s is %d, below %s, which is %d", limitName, *limit, requestName, *request),
				"Raise "+limitName+" to at least the request, or give 0 for no limit")
		}
	}
	limitBelow(s.Mesh.ProxyCPULimitMillicores, s.Mesh.ProxyCPUMillicores, "proxy_cpu_limit_m", "proxy_cpu_m")
	limitBelow(s.Mesh.ProxyMemoryLimitMiB, s.Mesh.ProxyMemoryMiB, "proxy_memory_limit_mib", "proxy_memory_mib")
	n := s.Nodes
	if value(n.Survive, "nothing") == "zone" && value(n.Zones, 1) < 2 {
		add("survive", "zone", "conflict", "the loss of a zone cannot be survived with one zone", "Give zones as 2 or more")
	}
	custom := n.NodeAllocatableCPUMillicores != nil && n.NodeAllocatableMemoryMiB != nil
	if value(n.Provider, "") == "custom" && !custom {
		add("provider", "custom", "conflict", "a custom node needs its size",
			"Give node_allocatable_cpu_m and node_allocatable_memory_mib, and node_hourly_usd for a price")
	}
	if value(n.Provider, "") == "custom" && (n.Region != nil || n.NodeType != nil) {
		add("provider", "custom", "conflict", "a custom node has no region or node_type", "Leave region and node_type out")
	}
	overridden := n.NodeAllocatableCPUMillicores != nil || n.NodeAllocatableMemoryMiB != nil || n.NodeHourlyUSD != nil
	if kind := value(n.NodeType, ""); overridden && (kind == "auto" || strings.Contains(kind, ",")) {
		add("node_type", shorten(kind), "conflict", "node_allocatable_cpu_m, node_allocatable_memory_mib and node_hourly_usd describe one node, not several",
			"Name one node_type, or leave those three out")
	}
	wrong = append(wrong, checkVersion("istio_version", s.Mesh.IstioVersion)...)
	wrong = append(wrong, checkVersion("kubernetes_version", s.Nodes.KubernetesVersion)...)
	return append(wrong, checkDate(s)...)
}

// versionForm is a minor version, or a patch of one; a v before it and a build after it
// (v1.34.1-eks-abc) are what kubectl prints.
var versionForm = regexp.MustCompile(`^v?[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,4})?([-+].*)?$`)

func checkVersion(field string, version *string) []FieldError {
	if version == nil || versionForm.MatchString(*version) {
		return nil
	}
	return []FieldError{{
		Field: field, Value: shorten(*version), Rule: "version",
		Message: quote(*version) + " is not a version", Fix: "Write " + field + " as major.minor, such as 1.30",
	}}
}

func checkDate(s Scenario) []FieldError {
	if s.Run.AsOf == nil {
		return nil
	}
	day, err := time.Parse(time.DateOnly, *s.Run.AsOf)
	if err == nil && (day.Year() < 2017 || day.Year() > 2100) { // Istio's first release was in 2017
		return []FieldError{{
			Field: "as_of", Value: *s.Run.AsOf, Rule: "range",
			Message: "as_of is outside 2017 to 2100", Fix: "Give the day for which you plan",
		}}
	}
	return nil
}

// checkNodes asks the catalog whether it knows provider, region and node types, and
// whether every workload may run on one of them.
func checkNodes(s Scenario, c Catalog) []FieldError {
	types, err := boughtTypes(s, c)
	if err == nil {
		var standing []standingNodes
		if standing, err = standingOf(s, c, types); err == nil {
			err = checkPlacement(s, withStanding(types, standing))
		}
	}
	var wrong *InputError
	if errors.As(err, &wrong) {
		return wrong.Fields
	}
	if err != nil {
		return []FieldError{{Field: "node_type", Rule: "catalog", Message: err.Error(), Fix: "Look the names up at /api/v1/catalog"}}
	}
	return nil
}

func checkPlacement(s Scenario, types []NodeType) error {
	p, bad := newPlacer(s, types)
	if bad != nil {
		return &InputError{Fields: []FieldError{*bad}}
	}
	if wrong := p.check(s.Workloads); len(wrong) > 0 {
		return &InputError{Fields: wrong}
	}
	return nil
}

func presetIDs() []string {
	var ids []string
	for _, p := range facts.Presets() {
		ids = append(ids, p.ID)
	}
	return ids
}

// value returns what p points at, or fallback.
func value[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}

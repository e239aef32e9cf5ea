package analysis

import (
	"strconv"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// knob is a numeric input that is turned step by step.
type knob struct {
	name    string
	unit    string
	integer bool
	from    float64 // the value in the scenario now
	unknown bool    // nothing is given and nothing is assumed: from is where the scan begins
	step    float64
	min     float64
	max     float64
	note    string // what the values mean, where they are not the input's own
	set     func(model.Scenario, float64) (model.Scenario, *model.FieldError)
}

// at is the value n steps away, and whether the input takes it.
func (k knob) at(n int) (float64, bool) {
	v := tidy(k.from + float64(n)*k.step)
	return v, v >= k.min && v <= k.max
}

// turned is the scenario with the input n steps away.
func (k knob) turned(s model.Scenario, n int) (model.Scenario, bool) {
	v, ok := k.at(n)
	if !ok {
		return s, false
	}
	out, err := k.set(s, v)
	return out, err == nil
}

// paramKnob makes a knob of a flat parameter. It reports false when the scenario has no
// single present value for it, as with pod_cpu_m of a list of different workloads.
func paramKnob(p model.Param, s model.Scenario, plan model.Plan, step float64) (knob, bool) {
	from, ok := presentValue(p, s, plan)
	k := knob{name: p.Name, unit: p.Unit, integer: p.Type == "integer", from: from, step: step, max: from + 1e12}
	if p.Min != nil {
		k.min = *p.Min
		if p.MinExclusive {
			k.min += step
		}
	}
	if p.Max != nil {
		k.max = *p.Max
	}
	k.set = func(s model.Scenario, v float64) (model.Scenario, *model.FieldError) {
		err := model.SetParam(&s, p.Name, text(v))
		return s, err
	}
	return k, ok
}

// presentValue is what the plan uses for a parameter, given or assumed.
func presentValue(p model.Param, s model.Scenario, plan model.Plan) (float64, bool) {
	given, ok := model.ParamValue(s, p.Name)
	if !ok {
		given, ok = assumedText(p.Name, s, plan)
	}
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(given, 64)
	return v, err == nil
}

// assumedText is the plan's own value for a parameter that the scenario leaves open.
func assumedText(name string, s model.Scenario, plan model.Plan) (string, bool) {
	switch name {
	case "proxy_cpu_m", "proxy_memory_mib":
		if preset := presetOf(s); preset.Basis == facts.BasisUse {
			return modelledProxy(name, plan)
		} else if preset.CoversPattern(model.PatternLinkerd) { // the inputs speak of the preset's own proxy
			name = "linkerd_" + name
		}
	case "rps_per_pod":
		for _, w := range s.Workloads { // rows with rates of their own have no common one
			if w.RPSPerPod != nil {
				return "", false
			}
		}
	}
	for _, input := range plan.Inputs {
		if input.Name == name && input.Value != "" {
			return input.Value, true
		}
	}
	return "", false
}

func presetOf(s model.Scenario) facts.Preset {
	id := facts.DefaultPreset
	if s.Mesh.Preset != nil {
		id = *s.Mesh.Preset
	}
	preset, _ := facts.PresetByID(id)
	return preset
}

// modelledProxy is the request of sidecars that comes out of their use. There is one
// only if all sidecars are alike.
func modelledProxy(name string, plan model.Plan) (string, bool) {
	found, value := 0, int64(0)
	for _, part := range resultOf(plan, model.PatternSidecar).Parts {
		if part.ID != "proxy" {
			continue
		}
		found++
		value = part.CPUMillicores
		if name == "proxy_memory_mib" {
			value = part.MemoryMiB
		}
	}
	return strconv.FormatInt(value, 10), found == 1
}

func resultOf(plan model.Plan, pattern string) *model.Result {
	for i := range plan.Results {
		if plan.Results[i].Pattern == pattern {
			return &plan.Results[i]
		}
	}
	return nil
}

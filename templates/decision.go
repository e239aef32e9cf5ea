package templates

import (
	"strconv"
	"strings"

	"meshplan/internal/advice"
	"meshplan/internal/model"
	"meshplan/internal/money"
	"meshplan/internal/rollout"
	"meshplan/internal/takeaway"
	"meshplan/internal/validation"
)

// The parts that lead from a plan to a decision.
var (
	moneySlow    = SlowPart{"money", "The whole money", "Nodes, storage, traffic, licence and people, against doing the work in each service."}
	rolloutSlow  = SlowPart{"rollout", "Roll-out", "Waves in order, with nodes and money after each and at the peak."}
	versionsSlow = SlowPart{"versions", "Versions", "What is supported at the plan's date."}
	failuresSlow = SlowPart{"failures", "What can break", "Each way a mesh fails, whether this cluster is exposed, and what to do."}
	beforeSlow   = SlowPart{"before", "Before the mesh", "What has to be in order first, and what running a mesh takes."}
	useSlow      = SlowPart{"use", "Requests and modelled use", "Requests decide nodes; use beyond them gets a pod throttled or killed."}
	networkSlow  = SlowPart{"network", "Latency, bytes and restarts", "What a mesh does to calls, to the network and to pod starts."}
	claimsSlow   = SlowPart{"claims", "The field report against sources", "Each claim, what published figures say, and what this scenario gives."}
	filesSlow    = SlowPart{"files", "Files to take away", "Written from this scenario."}
)

// DecisionParts lists the parts of the decision in the order of their page.
func DecisionParts() []SlowPart {
	return []SlowPart{moneySlow, rolloutSlow, failuresSlow, beforeSlow, versionsSlow, useSlow, networkSlow, claimsSlow, filesSlow}
}

// wholePage is the page that works a part out for browsers without script.
func wholePage(one SlowPart) string {
	for _, of := range DecisionParts() {
		if of.Name == one.Name {
			return "/decision"
		}
	}
	return "/analyses"
}

// Money is the money of the plan's pattern, and of the others.
type Money struct {
	Study    *money.Study // nil when no mesh pattern fits on the nodes
	Accounts []money.Account
	Services int64 // of the scenario
}

// Road is the roll-out of the plan's pattern; nil inside when none fits on the nodes.
type Road struct{ Rollout *rollout.Rollout }

// mostUnits of a roll-out are offered to be ordered; up to fewUnits are shown at once.
const (
	mostUnits = 100
	fewUnits  = 12
)

// Readiness is what has to be in order, and what running a mesh takes.
type Readiness struct {
	Checks []advice.Check
	Duties []advice.Duty
	Paste  string // address where manifests answer the checks; "" when the scenario is too long for one
}

// Failures are the ways to fail of the plan's pattern.
type Failures struct {
	Pattern   string // "" when none fits on the nodes
	Modes     []advice.FailureMode
	Diagnosis []advice.DiagnosisStep
}

// TakeAway lists files with their addresses.
type TakeAway struct {
	Files  []TakeAwayFile
	Record string // address of the printable record; "" when too long
}

// TakeAwayFile is one file; Path is "" when the scenario is too long for an address.
type TakeAwayFile struct{ Name, Title, Path string }

// PrintedRecord is the decision record as a page.
type PrintedRecord struct {
	Record  takeaway.Record
	Address string // of the planner; "" when too long
	File    string // of the Markdown; "" when too long
}

// known writes an amount, or that it is unknown.
func known(usd *float64) string {
	if usd == nil {
		return "unknown"
	}
	return Dollars(*usd + 0) // −0 is 0
}

// breakEvenWords say from where a mesh pays, with the interval.
func breakEvenWords(b money.BreakEven) string {
	if b.Services == nil {
		return "No break-even"
	}
	text := "From " + Count(*b.Services, "service")
	if b.Low != nil && b.High != nil && *b.Low == *b.High {
		return text + ", at best and at worst"
	}
	if b.Low != nil {
		text += ", at best " + Whole(*b.Low)
	}
	if b.High != nil {
		return text + ", at worst " + Whole(*b.High)
	}
	return text + ", at worst never"
}

// station is a point of the roll-out with its load, and where the API has it.
type station struct {
	title, path string
	load        rollout.Load
}

func stations(r *rollout.Rollout) []station {
	return []station{
		{"Before", "baseline", r.Baseline}, {"Control plane and agents only", "install", r.Install},
		{"All in the mesh", "steady", r.Steady}, {"Peak of restarts", "restart_peak", r.RestartPeak},
		{"Peak of an upgrade", "upgrade.peak", r.Upgrade.Peak},
	}
}

// waveLabel is a wave in a few words.
func waveLabel(w rollout.Wave) string {
	text := strconv.Itoa(w.Number) + " · " + unitsText(w.Units, 1)
	const most = 22
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// unitsText lists the first units and counts the others.
func unitsText(units []string, most int) string {
	if len(units) <= most {
		return strings.Join(units, ", ")
	}
	return strings.Join(units[:most], ", ") + " and " + Whole(int64(len(units)-most)) + " more"
}

// seconds writes an estimated time with its interval.
func seconds(e *model.Estimate) string {
	if e == nil {
		return "–"
	}
	return span(*e, "s")
}

// span writes an estimate with its interval.
func span(e model.Estimate, unit string) string {
	text := compact(e.Typical) + space + unit
	if e.Low != e.High {
		text += " (" + compact(e.Low) + " to " + compact(e.High) + ")"
	}
	return text
}

// stateClass colours a state: what passes, what fails, what is open.
func stateClass(state string) string {
	switch state {
	case advice.Pass, advice.Supported, advice.Confirmed, "no", validation.Holds:
		return "good"
	case advice.Fail, advice.Ended, "not_supported", "yes":
		return "bad"
	case advice.NotReleased, advice.Outdated, validation.HoldsNot:
		return "warn"
	}
	return ""
}

// stateText are a state as people say it.
func stateText(state string) string {
	switch state {
	case advice.Pass:
		return "in order"
	case advice.Fail:
		return "missing"
	case advice.Ended:
		return "ended"
	case validation.HoldsNot:
		return "does not hold"
	}
	return strings.ReplaceAll(state, "_", " ")
}

// exposure says whether a scenario is exposed.
func exposure(exposed string) string {
	switch exposed {
	case "yes":
		return "exposed"
	case "no":
		return "not exposed"
	}
	return "depends"
}

func (f Failures) exposed() int64 {
	n := int64(0)
	for _, m := range f.Modes {
		if m.Exposed == "yes" {
			n++
		}
	}
	return n
}

// useBar is a modelled use as a share of its request, for the drawing.
type useBar struct {
	label              string
	low, typical, high float64
}

func useBars(uses []model.Use) []useBar {
	var list []useBar
	add := func(label string, request int64, low, typical, high float64) {
		if request > 0 {
			by := float64(request)
			list = append(list, useBar{label, rounded(low / by), rounded(typical / by), rounded(high / by)})
		}
	}
	for _, u := range uses {
		add(u.Title+", CPU", u.CPURequestedM, u.CPUUseLowM, u.CPUUseM, u.CPUUseHighM)
		add(u.Title+", memory", u.MemoryRequestedMiB, u.MemoryUseLowMiB, u.MemoryUseMiB, u.MemoryUseHighMiB)
	}
	return list
}

// holds is the request that would hold where the present one does not; "" where it does.
func holds(request, holding int64, unit string) string {
	if holding <= request {
		return "holds"
	}
	return "needs " + Whole(holding) + space + unit
}

package analysis

// ScanRange states how far an input was scanned: every Step from From to To, both ends
// included. Nothing is claimed outside the range or between steps.
type ScanRange struct {
	Input string  `json:"input"`
	Unit  string  `json:"unit,omitempty"`
	Value string  `json:"value"` // the scenario's own; "" when it is unknown
	From  string  `json:"from"`
	To    string  `json:"to"`
	Step  float64 `json:"step"`
	Note  string  `json:"note,omitempty"` // why the range ends where it does, or what the values mean
}

// what a scan does after a look at a value.
type next int

const (
	goOn    next = iota // look at the next value in this direction
	refused             // the value cannot be planned: the direction ends before it
	found               // the direction ends here
	enough              // the whole scan ends here
)

// scan looks outwards from a knob's present value, a step up and a step down in turn, up
// to so many steps each way. It returns how many steps were looked at below and above.
func (st *study) scan(steps int, look func(n int) next) (below, above int) {
	up, down := true, true
	for n := 1; n <= steps && (up || down); n++ {
		for _, side := range []struct {
			open    *bool
			reached *int
			sign    int
		}{{&up, &above, 1}, {&down, &below, -1}} {
			if !*side.open {
				continue
			}
			if st.interrupted() {
				return below, above
			}
			outcome := look(n * side.sign)
			if outcome != refused {
				*side.reached = n
			}
			if outcome == enough {
				return below, above
			}
			*side.open = outcome == goOn
		}
	}
	return below, above
}

// reached states the range of a scan.
func (k knob) reached(below, above int) ScanRange {
	from, _ := k.at(-below)
	to, _ := k.at(above)
	r := ScanRange{Input: k.name, Unit: k.unit, Value: text(k.from), From: text(from), To: text(to), Step: k.step, Note: k.note}
	if k.unknown {
		r.Value, r.From = "", text(k.min)
	}
	return r
}

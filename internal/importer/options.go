package importer

import (
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// Limits of an import, stated to the user.
const (
	MaxBytes      = 64 << 20 // after unpacking
	MaxWorkloads  = 20_000
	MaxNameLength = 253
	MaxNodes      = 100_000
	// MaxObjectBytes is about twice what the API server takes in one request, 3 MiB, since
	// kubectl prints objects with blanks.
	MaxObjectBytes = 6 << 20
	MaxColumns     = 1_000   // of a table
	MaxSamples     = 200_000 // of measured use: containers, or series of a query
)

// What stands in for a request that a container does not have.
const (
	MissingZero    = "zero"    // the container counts as nothing, as the scheduler counts it
	MissingDefault = "default" // the default given in [Options]
	MissingUsage   = "usage"   // the highest measured use, where the import holds one
)

// What happens to the names of workloads, namespaces and containers.
const (
	NamesKeep = "keep"
	NamesHash = "hash" // a keyed hash: the same name gives the same hash under the same key
	NamesDrop = "drop" // numbered in the order of reading
)

// What becomes of the mesh state of a cluster that has a mesh in part.
const (
	MeshKeep = "keep" // workloads without a proxy stay outside
	MeshOpen = "open" // they are left to the scenario's meshed_share
)

// Options says how to read. The zero value keeps names and counts missing requests as
// zero, with a warning that names the containers.
type Options struct {
	MissingRequests      string            // one of the Missing constants; "" is zero
	DefaultCPUMillicores int64             // for MissingDefault
	DefaultMemoryMiB     int64             // for MissingDefault
	Names                string            // one of the Names constants; "" keeps
	HashKey              []byte            // for NamesHash; empty takes a random one, so hashes differ each time
	Mesh                 string            // one of the Mesh constants; "" keeps
	Columns              map[string]string // CSV header → column name or "ignore", over what is guessed
	Metric               string            // what a Prometheus result measures: cpu, memory, rps; "" guesses
	MaxBytes             int64             // 0 is [MaxBytes]
	Progress             func(bytes int64) // called as reading goes on, with the bytes read so far
}

// OptionNames lists what [ParseOptions] reads, in the order for documentation.
var OptionNames = []string{"missing", "default_cpu_m", "default_memory_mib", "names", "mesh", "metric", "columns"}

// ParseOptions reads options from the values of a query string or form: missing=usage,
// default_cpu_m=250, default_memory_mib=512, names=hash, metric=cpu and
// columns=Header:pod_cpu_m,Other:ignore. The error is an *[model.InputError] with
// everything that is wrong; names it does not know are refused.
func ParseOptions(values map[string][]string) (Options, error) {
	var o Options
	var wrong []model.FieldError
	for _, name := range sortedKeys(values) {
		texts := values[name]
		if len(texts) != 1 {
			wrong = append(wrong, model.FieldError{
				Field: name, Value: shorten(strings.Join(texts, ", ")), Rule: "repeated",
				Message: name + " is given " + strconv.Itoa(len(texts)) + " times", Fix: "Give it once",
			})
			continue
		}
		if err := o.set(name, strings.TrimSpace(texts[0])); err != nil {
			wrong = append(wrong, *err)
		}
	}
	if len(wrong) == 0 {
		wrong = o.check()
	}
	if len(wrong) > 0 {
		return Options{}, &model.InputError{Fields: wrong}
	}
	return o, nil
}

func (o *Options) set(name, text string) *model.FieldError {
	if text == "" {
		return nil
	}
	var err error
	switch name {
	case "missing":
		o.MissingRequests = text
	case "names":
		o.Names = text
	case "mesh":
		o.Mesh = text
	case "metric":
		o.Metric = text
	case "default_cpu_m":
		o.DefaultCPUMillicores, err = strconv.ParseInt(text, 10, 64)
	case "default_memory_mib":
		o.DefaultMemoryMiB, err = strconv.ParseInt(text, 10, 64)
	case "columns":
		o.Columns = map[string]string{}
		for pair := range strings.SplitSeq(text, ",") {
			cut := strings.LastIndex(pair, ":")
			if cut < 0 {
				return &model.FieldError{
					Field: "columns", Value: shorten(pair), Rule: "format",
					Message: quote(pair) + " is not header:meaning", Fix: "Write columns=Header:pod_cpu_m,Other:ignore",
				}
			}
			o.Columns[strings.TrimSpace(pair[:cut])] = strings.TrimSpace(pair[cut+1:])
		}
	default:
		return &model.FieldError{
			Field: shorten(name), Rule: "unknown_name", Message: "there is no import option called " + quote(name),
			Fix: "Use " + model.Nearest(name, OptionNames) + ", or leave it out",
		}
	}
	if err != nil {
		return &model.FieldError{
			Field: name, Value: shorten(text), Rule: "integer",
			Message: quote(text) + " is not a whole number", Fix: "Give " + name + " as a whole number",
		}
	}
	return nil
}

// check refuses values that no option takes.
func (o Options) check() []model.FieldError {
	var wrong []model.FieldError
	oneOf := func(field, value string, allowed ...string) {
		for _, a := range append(allowed, "") {
			if value == a {
				return
			}
		}
		wrong = append(wrong, model.FieldError{
			Field: field, Value: shorten(value), Rule: "one_of",
			Message: quote(value) + " is not one of " + strings.Join(allowed, ", "),
			Fix:     "Use " + strings.Join(allowed, " or "),
		})
	}
	inRange := func(field string, value, most int64) {
		if value < 0 || value > most {
			wrong = append(wrong, model.FieldError{
				Field: field, Value: strconv.FormatInt(value, 10), Rule: "range",
				Message: field + " is " + strconv.FormatInt(value, 10),
				Fix:     "Give a whole number from 0 to " + strconv.FormatInt(most, 10),
			})
		}
	}
	oneOf("missing", o.MissingRequests, MissingZero, MissingDefault, MissingUsage)
	oneOf("names", o.Names, NamesKeep, NamesHash, NamesDrop)
	oneOf("mesh", o.Mesh, MeshKeep, MeshOpen)
	oneOf("metric", o.Metric, metricCPU, metricMemory, metricRPS)
	inRange("default_cpu_m", o.DefaultCPUMillicores, maxPodCPUMillicores)
	inRange("default_memory_mib", o.DefaultMemoryMiB, maxPodMemoryMiB)
	if o.MissingRequests == MissingDefault && o.DefaultCPUMillicores == 0 && o.DefaultMemoryMiB == 0 {
		wrong = append(wrong, model.FieldError{
			Field: "missing", Value: MissingDefault, Rule: "conflict",
			Message: "missing=default needs a default to use",
			Fix:     "Add default_cpu_m and default_memory_mib, or use missing=zero",
		})
	}
	return append(wrong, o.checkColumns()...)
}

func (o Options) checkColumns() []model.FieldError {
	var wrong []model.FieldError
	for _, header := range sortedKeys(o.Columns) {
		if meaning := o.Columns[header]; meaning != columnIgnore && columnByName(meaning) == nil {
			wrong = append(wrong, model.FieldError{
				Field: "columns", Value: shorten(meaning), Rule: "one_of",
				Message: "there is no column called " + quote(meaning),
				Fix:     "Use " + model.Nearest(meaning, ColumnNames()) + " or ignore",
			})
		}
	}
	return wrong
}

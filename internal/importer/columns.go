package importer

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Column says what a column of a CSV input was taken for, to be confirmed or corrected.
type Column struct {
	Header  string `json:"header"`
	Meaning string `json:"meaning"`        // a column of the export (pod_cpu_m …), or ignore
	Unit    string `json:"unit,omitempty"` // of numbers without one: m, cores, MiB, GiB, bytes …
	Guessed bool   `json:"guessed"`        // not the export's own name for it
}

const columnIgnore = "ignore"

// csvColumn is a column of the export. words are other headers people give it.
type csvColumn struct {
	name  string
	words []string
}

// csvColumns are in the order in which [WriteCSV] writes them.
var csvColumns = []csvColumn{
	{"namespace", []string{"ns", "project"}},
	{"name", []string{"workload", "service", "deployment", "app", "application", "microservice", "component", "service_name", "workload_name"}},
	{"kind", []string{"type", "workload_kind", "workload_type"}},
	{"services", []string{"service_count", "copies"}},
	{"replicas", []string{"pods", "pod_count", "instances", "count", "replica_count", "desired"}},
	{"pod_cpu_m", []string{"cpu", "vcpu", "cpu_request", "cpu_requests", "requests_cpu", "request_cpu", "pod_cpu", "cpu_req", "vcpus"}},
	{"pod_memory_mib", []string{"memory", "mem", "ram", "memory_request", "memory_requests", "requests_memory", "request_memory", "mem_request", "pod_memory", "memory_req", "mem_req"}},
	{"init_cpu_m", []string{"init_cpu"}},
	{"init_memory_mib", []string{"init_memory", "init_mem"}},
	{"rps_per_pod", []string{"rps", "qps", "requests_per_second", "requests_s", "rps_pod"}},
	{"in_mesh", []string{"mesh", "meshed", "sidecar", "injected"}},
	{"max_per_node", []string{"max_pods_per_node"}},
	{"architectures", []string{"architecture", "arch", "archs"}},
	{"node_types", []string{"node_type", "instance_type", "instance_types"}},
	{"tolerates", []string{"toleration", "tolerations"}},
	{"any_zone", nil},
	{"replicas_min", []string{"min_replicas", "minreplicas", "hpa_min"}},
	{"replicas_max", []string{"max_replicas", "maxreplicas", "hpa_max"}},
}

func columnByName(name string) *csvColumn {
	i := slices.IndexFunc(csvColumns, func(c csvColumn) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return &csvColumns[i]
}

// ColumnNames lists what a column of a table may hold, in the order of the export.
func ColumnNames() []string {
	names := make([]string, len(csvColumns))
	for i, c := range csvColumns {
		names[i] = c.name
	}
	return names
}

// headerUnits are the endings that say a column's unit, longest first, and the factor to
// millicores or MiB.
var headerUnits = []struct {
	ending, unit string
}{
	{"millicores", "m"}, {"millicpu", "m"}, {"mcpu", "m"}, {"m", "m"}, {"cores", "cores"},
	{"mib", "MiB"}, {"mi", "MiB"}, {"mb", "MB"}, {"gib", "GiB"}, {"gi", "GiB"}, {"gb", "GB"}, {"kib", "KiB"}, {"ki", "KiB"}, {"bytes", "bytes"},
}

// columnMeaning returns the export's name for a header, or "".
func columnMeaning(header string) string {
	name, _ := splitHeader(header)
	for _, c := range csvColumns {
		base, _ := splitUnit(c.name)
		if name == c.name || name == base || slices.Contains(c.words, name) {
			return c.name
		}
	}
	return ""
}

// endMeaning is columnMeaning for the last words of a longer header: "Team namespace".
func endMeaning(header string) string {
	name, _ := splitHeader(header)
	for {
		_, rest, more := strings.Cut(name, "_")
		if !more {
			return ""
		}
		if meaning := columnMeaning(rest); meaning != "" {
			return meaning
		}
		name = rest
	}
}

// splitHeader normalises a header and takes its unit off: "CPU Request (m)" is
// cpu_request and m.
func splitHeader(header string) (name, unit string) {
	words := strings.FieldsFunc(strings.ToLower(header), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	name = strings.Join(words, "_")
	if columnByName(name) != nil {
		_, unit = splitUnit(name)
		return name, unit
	}
	return splitUnit(name)
}

func splitUnit(name string) (base, unit string) {
	for _, u := range headerUnits {
		if base, cut := strings.CutSuffix(name, "_"+u.ending); cut {
			return base, u.unit
		}
	}
	return name, ""
}

// planColumns decides what each header means: what the user chose goes before the whole
// header's meaning, and that before the meaning of its last words. Of several columns of
// one meaning the first counts.
func planColumns(headers []string, chosen map[string]string) []Column {
	columns := make([]Column, len(headers))
	taken := map[string]bool{}
	for i, header := range headers {
		columns[i] = Column{Header: shorten(header), Meaning: columnIgnore, Guessed: true}
		if to, ok := chosen[header]; ok {
			columns[i].Meaning, columns[i].Guessed = to, false
			taken[to] = true
		}
	}
	for _, guess := range []func(string) string{columnMeaning, endMeaning} {
		for i, header := range headers {
			c := &columns[i]
			meaning := guess(header)
			if c.Meaning != columnIgnore || !c.Guessed || meaning == "" || taken[meaning] {
				continue
			}
			taken[meaning] = true
			c.Meaning, c.Guessed = meaning, meaning != header
		}
	}
	for i, header := range headers {
		if isQuantity(columns[i].Meaning) {
			_, columns[i].Unit = splitHeader(header)
		}
	}
	return columns
}

func isCPU(meaning string) bool    { return strings.HasSuffix(meaning, "_cpu_m") }
func isMemory(meaning string) bool { return strings.HasSuffix(meaning, "_memory_mib") }

func isQuantity(meaning string) bool { return isCPU(meaning) || isMemory(meaning) }

// planBare decides the columns of a table without headers: text first, as namespace,
// name and kind; then numbers, as replicas, CPU, memory and requests a second.
func planBare(first []string) []Column {
	texts := [][]string{nil, {"name"}, {"namespace", "name"}, {"namespace", "name", "kind"}}
	numbers := []string{"replicas", "pod_cpu_m", "pod_memory_mib", "rps_per_pod"}
	count := 0
	for _, cell := range first {
		if !looksNumeric(cell) {
			count++
		}
	}
	if count == 0 || count >= len(texts) {
		return nil
	}
	if len(first)-count == 2 { // no replicas: a request of CPU and one of memory
		numbers = numbers[1:]
	}
	columns := make([]Column, len(first))
	var text, number int
	for i, cell := range first {
		columns[i] = Column{Header: "column " + strconv.Itoa(i+1), Meaning: columnIgnore, Guessed: true}
		switch {
		case !looksNumeric(cell):
			columns[i].Meaning = texts[count][text]
			text++
		case number < len(numbers):
			columns[i].Meaning = numbers[number]
			number++
		}
	}
	return columns
}

// looksNumeric reports whether a cell starts like a number or a quantity.
func looksNumeric(cell string) bool {
	cell = strings.TrimSpace(cell)
	return cell != "" && (cell[0] >= '0' && cell[0] <= '9' || cell[0] == '.' || cell[0] == '-')
}

package model

import (
	"net/url"
	"strconv"
	"strings"
)

// The compact form of a list of workloads, for the address bar: rows joined by ~, fields
// by commas, trailing empty fields left out.
//
//	namespace/name,kind,replicas,cpu_m,memory_mib,rps,mesh,max_per_node,init_cpu_m,init_memory_mib,services,architectures,node_types,tolerates,any_zone,replicas_min,replicas_max
//
// architectures, node_types and tolerates are lists with spaces between their entries.
const (
	rowMark   = "~"
	fieldMark = ","
	listMark  = " "
)

// CompactFields are the fields of a row in the compact form, in order.
const CompactFields = "namespace/name,kind,replicas,cpu_m,memory_mib,rps,mesh,max_per_node,init_cpu_m,init_memory_mib,services,architectures,node_types,tolerates,any_zone,replicas_min,replicas_max"

var kindCodes = map[string]string{
	"": "", "Deployment": "D", "StatefulSet": "S", "DaemonSet": "DS", "ReplicaSet": "RS",
	"Job": "J", "CronJob": "CJ", "Pod": "P", "Rollout": "R", "Other": "O",
}

// compactName keeps the marks out of names; url.PathUnescape undoes it.
var compactName = strings.NewReplacer("%", "%25", ",", "%2C", "~", "%7E", "/", "%2F")

func encodeWorkloads(list []Workload) string {
	rows := make([]string, len(list))
	for i, w := range list {
		rows[i] = encodeWorkload(w)
	}
	return strings.Join(rows, rowMark)
}

// CompactWorkload is one row in the compact form; [WorkloadOfCompact] reads it back.
func CompactWorkload(w Workload) string { return encodeWorkload(w) }

// WorkloadOfCompact reads a row in the compact form. The error names the field of the row.
func WorkloadOfCompact(row string) (Workload, *FieldError) { return decodeWorkload(row) }

func encodeWorkload(w Workload) string {
	name := compactName.Replace(w.Name)
	if w.Namespace != "" {
		name = compactName.Replace(w.Namespace) + "/" + name
	}
	whole := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	rps, mesh := "", ""
	if w.RPSPerPod != nil {
		rps = plainNumber(*w.RPSPerPod)
	}
	if w.InMesh != nil {
		mesh = map[bool]string{true: "y", false: "n"}[*w.InMesh]
	}
	anyZone := ""
	if w.AnyZone {
		anyZone = "y"
	}
	row := strings.Join([]string{
		name, kindCodes[w.Kind], whole(w.Replicas), whole(w.PodCPUMillicores), whole(w.PodMemoryMiB), rps, mesh,
		whole(w.MaxPerNode), whole(w.InitCPUMillicores), whole(w.InitMemoryMiB), whole(w.Services),
		encodeList(w.Architectures), encodeList(w.NodeTypes), encodeList(w.Tolerates),
		anyZone, whole(w.ReplicasMin), whole(w.ReplicasMax),
	}, fieldMark)
	return strings.TrimRight(row, fieldMark)
}

func setWorkloads(s *Scenario, text string) *FieldError {
	s.Workloads = nil
	if text == "" {
		return nil
	}
	for i, row := range strings.Split(text, rowMark) {
		w, err := decodeWorkload(row)
		if err != nil {
			err.Field = "workloads[" + strconv.Itoa(i) + "]." + err.Field
			return err
		}
		s.Workloads = append(s.Workloads, w)
	}
	return nil
}

func decodeWorkload(row string) (Workload, *FieldError) {
	fields := strings.Split(row, fieldMark)
	most := strings.Count(CompactFields, fieldMark) + 1
	if len(fields) > most {
		return Workload{}, &FieldError{
			Field: "row", Value: shorten(row), Rule: "format",
			Message: "the row has " + strconv.Itoa(len(fields)) + " fields",
			Fix:     "Write " + CompactFields,
		}
	}
	fields = append(fields, make([]string, most-len(fields))...)
	var w Workload
	for kind, code := range kindCodes {
		if code == fields[1] {
			w.Kind = kind
		}
	}
	if w.Kind == "" && fields[1] != "" {
		w.Kind = fields[1] // validation names the kinds there are
	}
	if err := decodeName(&w, fields[0]); err != nil {
		return Workload{}, err
	}
	numbers := []struct {
		name string
		into *int64
		text string
	}{
		{"replicas", &w.Replicas, fields[2]}, {"pod_cpu_m", &w.PodCPUMillicores, fields[3]},
		{"pod_memory_mib", &w.PodMemoryMiB, fields[4]}, {"max_per_node", &w.MaxPerNode, fields[7]},
		{"init_cpu_m", &w.InitCPUMillicores, fields[8]}, {"init_memory_mib", &w.InitMemoryMiB, fields[9]},
		{"services", &w.Services, fields[10]},
		{"replicas_min", &w.ReplicasMin, fields[15]}, {"replicas_max", &w.ReplicasMax, fields[16]},
	}
	for _, n := range numbers {
		if err := decodeWhole(n.name, n.text, n.into); err != nil {
			return Workload{}, err
		}
	}
	lists := []struct {
		name string
		into *[]string
		text string
	}{{"architectures", &w.Architectures, fields[11]}, {"node_types", &w.NodeTypes, fields[12]}, {"tolerates", &w.Tolerates, fields[13]}}
	for _, l := range lists {
		if err := decodeList(l.name, l.text, l.into); err != nil {
			return Workload{}, err
		}
	}
	if fields[14] != "" {
		free, err := decodeYes("any_zone", fields[14])
		if err != nil {
			return Workload{}, err
		}
		w.AnyZone = free
	}
	return w, decodeOptional(&w, fields[5], fields[6])
}

func decodeYes(name, text string) (bool, *FieldError) {
	if text != "y" && text != "n" {
		return false, &FieldError{
			Field: name, Value: shorten(text), Rule: "one_of",
			Message: quote(text) + " is neither y nor n", Fix: "Write y, n or nothing",
		}
	}
	return text == "y", nil
}

// encodeList joins the entries of a list, with the marks kept out of them.
func encodeList(entries []string) string {
	escaped := make([]string, len(entries))
	for i, entry := range entries {
		escaped[i] = compactEntry.Replace(entry)
	}
	return strings.Join(escaped, listMark)
}

// compactEntry keeps the marks out of the entries of a list.
var compactEntry = strings.NewReplacer("%", "%25", ",", "%2C", "~", "%7E", " ", "%20")

func decodeList(name, text string, into *[]string) *FieldError {
	for entry := range strings.SplitSeq(text, listMark) {
		if entry == "" {
			continue
		}
		plain, err := url.PathUnescape(entry)
		if err != nil {
			return &FieldError{
				Field: name, Value: shorten(entry), Rule: "format",
				Message: quote(entry) + " is not an escaped entry", Fix: "Write % as %25, a comma as %2C, ~ as %7E and a space as %20",
			}
		}
		*into = append(*into, plain)
	}
	return nil
}

func decodeName(w *Workload, text string) *FieldError {
	namespace, name, both := strings.Cut(text, "/")
	if !both {
		namespace, name = "", text
	}
	var err1, err2 error
	w.Namespace, err1 = url.PathUnescape(namespace)
	w.Name, err2 = url.PathUnescape(name)
	if err1 != nil || err2 != nil {
		return &FieldError{
			Field: "name", Value: shorten(text), Rule: "format",
			Message: quote(text) + " is not an escaped name", Fix: "Write % as %25, a comma as %2C, ~ as %7E and / as %2F",
		}
	}
	return nil
}

func decodeWhole(name, text string, into *int64) *FieldError {
	if text == "" {
		return nil
	}
	n, err := parseWhole(text)
	if err != nil {
		return &FieldError{
			Field: name, Value: shorten(text), Rule: "integer",
			Message: quote(text) + " is not a whole number", Fix: "Give " + name + " as a whole number",
		}
	}
	*into = n
	return nil
}

func decodeOptional(w *Workload, rps, mesh string) *FieldError {
	if rps != "" {
		value, err := parseParam(paramByName["rps_per_pod"], rps)
		if err != nil {
			return err
		}
		number := value.(float64)
		w.RPSPerPod = &number
	}
	if mesh != "" {
		in, err := decodeYes("in_mesh", mesh)
		if err != nil {
			return err
		}
		w.InMesh = &in
	}
	return nil
}

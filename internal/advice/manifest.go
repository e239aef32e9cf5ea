package advice

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"meshplan/internal/model"
)

// MaxManifestBytes bounds what is read as pasted manifests.
const MaxManifestBytes = 4 << 20

// Manifests are the Kubernetes objects of a pasted text, as far as checks need them.
type Manifests struct {
	Objects []Object `json:"objects"`
}

// Object is one Kubernetes object with its spec still unread.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
	} `json:"metadata"`
	Type  string            `json:"type"` // of a Secret
	Data  map[string]string `json:"data"` // of a Secret: only its keys are looked at
	Spec  json.RawMessage   `json:"spec"`
	Items []Object          `json:"items"` // of a List
	place string            // in what was pasted
}

// ReadManifests reads YAML documents or JSON. Objects of kinds that no check knows are
// kept and ignored. The error is an *model.InputError or *model.LimitError.
func ReadManifests(text []byte) (Manifests, error) {
	if len(text) > MaxManifestBytes {
		return Manifests{}, &model.LimitError{FieldError: model.FieldError{
			Field: "manifests", Value: strconv.Itoa(len(text)) + " bytes", Rule: "limit",
			Message: "the manifests are larger than 4 MiB", Fix: "Paste those of one namespace at a time",
		}}
	}
	var m Manifests
	var wrong []model.FieldError
	for i, d := range splitDocuments(text) {
		o, known, err := readObject(d.text)
		switch {
		case err != nil:
			wrong = append(wrong, unreadable(i+1, d.line, err))
		case known && o.Kind == "":
			wrong = append(wrong, model.FieldError{
				Field: fmt.Sprintf("document %d: kind", i+1), Rule: "required",
				Message: fmt.Sprintf("the document at line %d has no kind, so it is no Kubernetes object", d.line), Fix: pasteAs,
			})
		case known:
			wrong = append(wrong, m.add(o, fmt.Sprintf("document %d", i+1), 0)...)
		}
	}
	return m, inputError(wrong)
}

const pasteAs = "Paste YAML as kubectl get -o yaml prints it"

// inputError is an error with the first of what is wrong, or nil.
func inputError(wrong []model.FieldError) error {
	const most = 20
	if len(wrong) == 0 {
		return nil
	}
	return &model.InputError{Fields: wrong[:min(len(wrong), most)]}
}

// readObject decodes one document. Comments alone are no object.
func readObject(document []byte) (o Object, known bool, err error) {
	object, err := yaml.YAMLToJSON(document)
	if err != nil || bytes.Equal(object, []byte("null")) {
		return o, false, err
	}
	return o, true, json.Unmarshal(object, &o)
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// unreadable says what is wrong with a document that starts at a line. Lines that the
// parser names are those of the document.
func unreadable(document, line int, err error) model.FieldError {
	e := model.FieldError{Field: fmt.Sprintf("document %d", document), Rule: "yaml", Fix: pasteAs}
	message := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "error converting YAML to JSON: "), "yaml: ")
	if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
		message = "it is a " + kind.Value + " where an object belongs"
		if kind.Field != "" {
			e.Field += ": " + kind.Field
			message = fmt.Sprintf("it is a %s, not %s", kind.Value, wanted(kind.Type))
		}
	} else if found := yamlLine.FindStringSubmatch(message); found != nil {
		n, _ := strconv.Atoi(found[1])
		line += n - 1
		message = strings.Replace(message, found[0]+": ", "", 1)
	}
	e.Message = fmt.Sprintf("the document at line %d cannot be read as a Kubernetes object: %.200s", line, message)
	return e
}

// wanted is a Go type in words.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int64:
		return "a whole number"
	case reflect.String:
		return "text"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}

// deepestList is how deep lists may lie in lists; Kubernetes prints none inside another.
const deepestList = 4

// add takes an object, or the items of a list, and returns what is wrong with them. The
// items of a typed list, such as a DeploymentList, need not repeat its kind.
func (m *Manifests) add(o Object, place string, depth int) (wrong []model.FieldError) {
	if depth > deepestList {
		return []model.FieldError{{
			Field: place, Rule: "limit", Message: fmt.Sprintf("lists are nested more than %d deep", deepestList), Fix: "Paste one list of objects",
		}}
	}
	for i, item := range o.Items {
		at := fmt.Sprintf("%s, items[%d]", place, i)
		if item.Kind == "" {
			item.Kind, item.APIVersion = strings.TrimSuffix(o.Kind, "List"), cmp.Or(item.APIVersion, o.APIVersion)
		}
		if item.Kind == "" {
			wrong = append(wrong, model.FieldError{
				Field: at + ": kind", Rule: "required", Fix: pasteAs,
				Message: strings.TrimSpace("the item "+item.Name()) + " of the list has no kind, so no check knows what it is",
			})
			continue
		}
		wrong = append(wrong, m.add(item, at, depth+1)...)
	}
	if !strings.HasSuffix(o.Kind, "List") {
		o.place = place
		m.Objects = append(m.Objects, o)
	}
	return wrong
}

// document is a part of a text, and the line of the text at which it starts.
type document struct {
	text []byte
	line int
}

// splitDocuments cuts a text at lines of three dashes and drops empty parts.
func splitDocuments(text []byte) []document {
	var documents []document
	current, number := document{line: 1}, 0
	flush := func() {
		if len(bytes.TrimSpace(current.text)) > 0 {
			documents = append(documents, current)
		}
		current = document{line: number + 1}
	}
	for line := range bytes.Lines(text) {
		number++
		if bytes.Equal(bytes.TrimRight(line, " \t\r\n"), []byte("---")) {
			flush()
			continue
		}
		current.text = append(current.text, line...)
	}
	flush()
	return documents
}

// KindCount is how many objects of a kind were pasted, and whether a check looks at them.
type KindCount struct {
	Kind     string `json:"kind"`
	Count    int    `json:"count"`
	LookedAt bool   `json:"looked_at"`
}

// checkedKinds are those that a check reads.
var checkedKinds = []string{"Deployment", "StatefulSet", "DaemonSet", "PodDisruptionBudget", "Gateway", "VirtualService", "HTTPRoute", "Secret"}

// Kinds counts the objects by kind, in the order of their names.
func (m Manifests) Kinds() []KindCount {
	counts := map[string]int{}
	for _, o := range m.Objects {
		counts[o.Kind]++
	}
	list := []KindCount{}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, KindCount{kind, counts[kind], slices.Contains(checkedKinds, kind)})
	}
	return list
}

// Of returns the objects of a kind.
func (m Manifests) Of(kind string) []Object {
	var list []Object
	for _, o := range m.Objects {
		if o.Kind == kind {
			list = append(list, o)
		}
	}
	return list
}

// ReadSpec decodes an object's spec as far as the type asks. An empty spec leaves it as
// it is. The error is an *model.InputError that names document, object and field.
func (o Object) ReadSpec(into any) error {
	if len(o.Spec) == 0 {
		return nil
	}
	err := json.Unmarshal(o.Spec, into)
	if err == nil {
		return nil
	}
	if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
		return inputError([]model.FieldError{o.Wrong(strings.TrimSuffix("spec."+kind.Field, "."), kind.Value, fmt.Sprintf("it is a %s, not %s", kind.Value, wanted(kind.Type)))})
	}
	return inputError([]model.FieldError{o.Wrong("spec", "", "it cannot be read: "+err.Error())})
}

// Wrong is an error about one field of the object.
func (o Object) Wrong(field, value, message string) model.FieldError {
	place := o.place
	if place != "" {
		place += ": "
	}
	return model.FieldError{Field: place + o.Kind + " " + o.Name() + ": " + field, Value: value, Rule: "manifest", Message: message, Fix: pasteAs}
}

// Name is namespace/name, or the name alone.
func (o Object) Name() string {
	if o.Metadata.Namespace == "" {
		return o.Metadata.Name
	}
	return o.Metadata.Namespace + "/" + o.Metadata.Name
}

// podSpec is what checks look at in a pod template.
type podSpec struct {
	Containers []struct {
		Name      string `json:"name"`
		Image     string `json:"image"`
		Resources struct {
			Requests map[string]any `json:"requests"`
			Limits   map[string]any `json:"limits"`
		} `json:"resources"`
		ReadinessProbe json.RawMessage `json:"readinessProbe"`
		LivenessProbe  json.RawMessage `json:"livenessProbe"`
	} `json:"containers"`
}

// workload is an object that runs pods.
type workload struct {
	name, namespace string
	replicas        int64
	labels          map[string]string
	pod             podSpec
	sizes           []size // requests of each container
}

// workloads reads the objects that keep pods running.
func (m Manifests) workloads() ([]workload, error) {
	var list []workload
	var wrong []model.FieldError
	for _, o := range m.Objects {
		if o.Kind != "Deployment" && o.Kind != "StatefulSet" && o.Kind != "DaemonSet" {
			continue
		}
		w, err := o.workload()
		if input := (*model.InputError)(nil); errors.As(err, &input) {
			wrong = append(wrong, input.Fields...)
			continue
		}
		list = append(list, w)
	}
	return list, inputError(wrong)
}

func (o Object) workload() (workload, error) {
	var spec struct {
		Replicas *int64 `json:"replicas"`
		Template struct {
			Metadata struct {
				Labels map[string]string `json:"labels"`
			} `json:"metadata"`
			Spec podSpec `json:"spec"`
		} `json:"template"`
	}
	if err := o.ReadSpec(&spec); err != nil {
		return workload{}, err
	}
	w := workload{name: o.Name(), namespace: o.Metadata.Namespace, replicas: 1, labels: spec.Template.Metadata.Labels, pod: spec.Template.Spec}
	if spec.Replicas != nil {
		w.replicas = *spec.Replicas
	}
	if o.Kind == "DaemonSet" { // one on each node: a disruption budget does not apply
		w.replicas = 1
	}
	var wrong []model.FieldError
	for i, c := range w.pod.Containers {
		var quantities [2]resource.Quantity
		for j, name := range []string{"cpu", "memory"} {
			value, field := c.Resources.Requests[name], "requests"
			if value == nil { // Kubernetes requests the limit then
				value, field = c.Resources.Limits[name], "limits"
			}
			if value == nil {
				continue
			}
			q, err := resource.ParseQuantity(fmt.Sprint(value))
			if err != nil {
				e := o.Wrong(fmt.Sprintf("spec.template.spec.containers[%d].resources.%s.%s", i, field, name), fmt.Sprint(value), fmt.Sprintf("%q is no quantity", fmt.Sprint(value)))
				e.Fix = "Write a number with a unit, such as 250m of CPU or 512Mi of memory"
				wrong = append(wrong, e)
			}
			quantities[j] = q
		}
		w.sizes = append(w.sizes, size{quantities[0].MilliValue(), quantities[1].Value() >> 20})
	}
	return w, inputError(wrong)
}

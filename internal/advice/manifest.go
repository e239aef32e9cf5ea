package advice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

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
	for i, document := range splitDocuments(text) {
		var o Object
		if err := yaml.Unmarshal(document, &o); err != nil {
			return Manifests{}, &model.InputError{Fields: []model.FieldError{{
				Field: "manifests[" + strconv.Itoa(i) + "]", Rule: "yaml", Message: fmt.Sprintf("the document is not a Kubernetes object: %.200s", err),
				Fix: "Paste YAML as kubectl get -o yaml prints it",
			}}}
		}
		m.add(o)
	}
	return m, nil
}

func (m *Manifests) add(o Object) {
	for _, item := range o.Items {
		item.Items = nil // a list of lists is none that Kubernetes knows
		m.add(item)
	}
	if o.Kind != "" && len(o.Items) == 0 {
		m.Objects = append(m.Objects, o)
	}
}

// splitDocuments cuts a text at lines of three dashes and drops empty parts.
func splitDocuments(text []byte) [][]byte {
	var documents [][]byte
	var current []byte
	flush := func() {
		if len(bytes.TrimSpace(current)) > 0 {
			documents = append(documents, current)
		}
		current = nil
	}
	for line := range bytes.Lines(text) {
		if bytes.Equal(bytes.TrimRight(line, " \t\r\n"), []byte("---")) {
			flush()
			continue
		}
		current = append(current, line...)
	}
	flush()
	return documents
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
// it is.
func (o Object) ReadSpec(into any) error {
	if len(o.Spec) == 0 {
		return nil
	}
	return json.Unmarshal(o.Spec, into)
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
}

// workloads reads the objects that keep pods running.
func (m Manifests) workloads() ([]workload, error) {
	var list []workload
	for _, o := range m.Objects {
		if o.Kind != "Deployment" && o.Kind != "StatefulSet" && o.Kind != "DaemonSet" {
			continue
		}
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
			return nil, &model.InputError{Fields: []model.FieldError{{
				Field: o.Kind + " " + o.Name(), Rule: "yaml", Message: "its spec cannot be read: " + err.Error(), Fix: "Paste it as kubectl get -o yaml prints it",
			}}}
		}
		w := workload{name: o.Name(), namespace: o.Metadata.Namespace, replicas: 1, labels: spec.Template.Metadata.Labels, pod: spec.Template.Spec}
		if spec.Replicas != nil {
			w.replicas = *spec.Replicas
		}
		if o.Kind == "DaemonSet" { // one on each node: a disruption budget does not apply
			w.replicas = 1
		}
		list = append(list, w)
	}
	return list, nil
}

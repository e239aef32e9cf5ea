package importer

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// session gathers what one import reads; build turns it into a Result.
type session struct {
	options Options
	wrong   []model.FieldError
	counts  map[string]int64
	skipped skippedGroups

	workloads     []*declared
	byRef         map[ref]*declared
	pods          podGroups
	scalers       map[ref]autoscaler
	keda          map[ref]autoscaler          // ranges of KEDA's ScaledObjects, by target
	budgets       map[string][]*labelSelector // of PodDisruptionBudgets, by namespace
	namespaces    map[string]string           // namespace → mesh switch of its labels
	ambient       int64
	nodes         nodeReader
	describedPods []describedPod
	services      int64
	usage         usageTable
	rows          []plainRow // from CSV and scenario documents
	base          model.Scenario
	columns       []Column
	notes         []model.Warning // said while reading, about the input and not about names
	noted         map[[2]string]bool
	told, unsaid  map[string]int // notes by id: the first few, and the others
	duplicates    []ref
	twice         map[ref]bool // those in duplicates
	labour        int          // labels that may still be compared, over the whole input

	expansion int64 // bytes that aliases may still expand to, over the whole input
	repeated  int   // bytes of YAML parsed again because a later item refers to them

	document int
	last     string // the object read last, to place an error
}

// declared is an object with a pod template.
type declared struct {
	ref      ref
	at       where
	replicas int64
	given    bool // replicas were given
	owner    ref  // its controller, or zero
	borrowed *targetRef
	shape    *podShape
	meta     objectMeta // labels of the pod template
	finished bool
	suspend  bool
	desired  *int64 // DaemonSet: nodes it is scheduled on
}

type autoscaler struct {
	min, max, current int64
}

func newSession(o Options) *session {
	return &session{
		options: o, expansion: MaxBytes, labour: mostLabour, counts: map[string]int64{}, byRef: map[ref]*declared{},
		scalers: map[ref]autoscaler{}, keda: map[ref]autoscaler{}, budgets: map[string][]*labelSelector{}, namespaces: map[string]string{},
		pods: newPodGroups(), usage: newUsageTable(), noted: map[[2]string]bool{}, told: map[string]int{}, unsaid: map[string]int{}, twice: map[ref]bool{},
	}
}

// fail notes what is wrong; reading goes on, to list more than the first thing. That a
// limit is passed is said once.
func (s *session) fail(err *model.FieldError) {
	if err.Rule == "limit" && slices.ContainsFunc(s.wrong, func(f model.FieldError) bool { return f.Rule == err.Rule && f.Message == err.Message }) {
		return
	}
	if len(s.wrong) <= maxProblems {
		s.wrong = append(s.wrong, *err)
	}
}

// give up when so much is wrong that more would not help.
func (s *session) hopeless() bool { return len(s.wrong) > maxProblems }

// givenTwice notes an object that the input holds more than once.
func (s *session) givenTwice(r ref) {
	s.duplicates = append(s.duplicates, r)
	s.twice[r] = true
}

// mostLabour bounds comparing every workload with every node or disruption budget: a
// cluster of 5,000 nodes and 400 different selectors takes a tenth of it.
const mostLabour = 20_000_000

// spend takes from the comparisons that are left and reports whether there were enough.
func (s *session) spend(comparisons int) bool {
	s.labour -= comparisons
	return s.labour >= 0
}

// note adds a warning about the input as a whole, once per id and field, and of one id
// not more than a reader reads.
func (s *session) note(id, field, message, fix string) {
	const mostOfOne = 20
	key := [2]string{id, field}
	switch {
	case s.noted[key]:
		return
	case s.told[id] == mostOfOne:
		s.unsaid[id]++
		return
	}
	s.noted[key] = true
	s.told[id]++
	s.notes = append(s.notes, model.Warning{ID: id, Field: field, Message: message, Fix: fix})
}

// templated are the kinds with a pod template, and the kind of their row.
var templated = map[string]string{
	"Deployment": "Deployment", "StatefulSet": "StatefulSet", "DaemonSet": "DaemonSet", "ReplicaSet": "ReplicaSet",
	"Job": "Job", "CronJob": "CronJob", "Rollout": "Rollout",
	"ReplicationController": "Other", "DeploymentConfig": "Other",
}

// object takes one Kubernetes object.
func (s *session) object(at where, raw json.RawMessage, depth int) {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		s.fail(typeProblem(at, s.last, "", err))
		return
	}
	r := ref{o.Metadata.Namespace, o.Kind, o.Metadata.Name}
	if o.Kind == "" {
		called := ""
		if r.name != "" {
			called = " " + quote(r.name)
		}
		s.fail(refusal(at, "", "kind", "", "required", "the object"+called+" has no kind",
			"Give Kubernetes objects with apiVersion and kind, as kubectl get -o json prints them"))
		return
	}
	s.last = r.String()
	s.counts[shorten(o.Kind)]++
	if err := checkName(at, r); err != nil {
		s.fail(err)
		return
	}
	s.dispatch(at, r, o, depth)
}

// dispatch takes a named object by its kind.
func (s *session) dispatch(at where, r ref, o object, depth int) {
	switch {
	case strings.HasSuffix(o.Kind, "List") && len(o.Items) > 0:
		s.nested(at, o, depth)
	case templated[o.Kind] != "":
		s.workload(at, r, o)
	case o.Kind == "Pod":
		s.pod(at, r, o)
	case o.Kind == "HorizontalPodAutoscaler":
		s.scaler(at, r, o)
	case o.Kind == "Namespace":
		s.namespaces[r.name] = o.Metadata.meshSwitch()
		if o.Metadata.Labels["istio.io/dataplane-mode"].text == "ambient" {
			s.ambient++
		}
	case o.Kind == "Node":
		s.node(at, r, o)
	case o.Kind == "PodDisruptionBudget":
		var spec budgetSpec
		if s.decode(at, r, "spec", o.Spec, &spec) {
			s.budgets[r.namespace] = append(s.budgets[r.namespace], spec.Selector)
		}
	case o.Kind == "ScaledObject":
		s.scaledObject(at, r, o)
	case o.Kind == "Service" && !strings.HasPrefix(o.APIVersion, "serving.knative.dev/"):
		s.services++
	case o.Kind == "Secret" || o.Kind == "ConfigMap":
		s.skipped.add(o.Kind, "not_a_workload", "it runs no pods of its own", ref{})
	default:
		s.other(r, o.APIVersion)
	}
}

// nested reads a list inside a list.
func (s *session) nested(at where, o object, depth int) {
	const deepest = 4
	if depth >= deepest {
		s.fail(refusal(at, o.Kind, "items", "", "limit", "lists are nested more than 4 deep", "Give one list of objects"))
		return
	}
	var items []json.RawMessage
	if err := json.Unmarshal(o.Items, &items); err != nil {
		s.fail(typeProblem(at, o.Kind, "items", err))
		return
	}
	s.counts[shorten(o.Kind)]--
	for i, item := range items {
		at.item = i
		s.object(at, item, depth+1)
	}
}

func checkName(at where, r ref) *model.FieldError {
	for _, part := range []struct{ field, text string }{{"metadata.name", r.name}, {"metadata.namespace", r.namespace}} {
		if err := nameProblem(part.text); err != "" {
			return refusal(at, r.String(), part.field, part.text, "name", err, "Use a name of at most 253 printable characters")
		}
	}
	return nil
}

// checkOwner holds the owners of an object to what names may be: a row carries theirs.
func checkOwner(at where, r ref, owners ...ref) *model.FieldError {
	for _, owner := range owners {
		if wrong := nameProblem(owner.name); wrong != "" {
			return refusal(at, r.String(), "metadata.ownerReferences.name", owner.name, "name", wrong, "Use a name of at most 253 printable characters")
		}
	}
	return nil
}

// nameProblem says what is wrong with a name, or "".
func nameProblem(text string) string {
	if len(text) > MaxNameLength {
		return "the name has " + strconv.Itoa(len(text)) + " characters"
	}
	for _, r := range text {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return "the name has control or broken characters"
		}
	}
	return ""
}

// decode reads a part of an object and notes what does not fit, with its path.
func (s *session) decode(at where, r ref, path string, raw json.RawMessage, into any) bool {
	if len(raw) == 0 {
		return true
	}
	if hasLongList(raw) {
		s.fail(refusal(at, r.String(), path, "", "limit", "a list in it has more than "+itoa(mostEntries)+" entries", "Export the object again: no cluster stores such a list"))
		return false
	}
	if err := json.Unmarshal(raw, into); err != nil {
		s.fail(typeProblem(at, r.String(), path, err))
		return false
	}
	return true
}

// typeProblem puts the decoder's errors into words, with the path of the field.
func typeProblem(at where, object, path string, err error) *model.FieldError {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		field := strings.Trim(path+"."+wrongType.Field, ".")
		return refusal(at, object, field, wrongType.Value, "type",
			"a "+wrongType.Value+" stands where "+typeWord(wrongType)+" belongs", "Mend "+cmp.Or(field, "it")+" and import again")
	}
	return refusal(at, object, path, "", "json", shorten(err.Error()), "Mend the object and import again")
}

func typeWord(e *json.UnmarshalTypeError) string {
	switch e.Type.Kind().String() {
	case "struct", "map", "ptr":
		return "a mapping"
	case "slice":
		return "a list"
	case "bool":
		return "true or false"
	case "string":
		return "text"
	}
	return "a number"
}

// whole reads a count that a manifest may write as number or text.
func (s *session) whole(at where, r ref, path string, l loose, otherwise int64) int64 {
	const most = maxReplicas
	if !l.given {
		return otherwise
	}
	n, err := strconv.ParseInt(l.text, 10, 64)
	if err != nil {
		if f, floatErr := strconv.ParseFloat(l.text, 64); floatErr == nil && f >= 0 && f <= most && f == float64(int64(f)) {
			return int64(f)
		}
		s.fail(refusal(at, r.String(), path, l.text, "integer", quote(l.text)+" is not a whole number from 0 to 10000000",
			"Give a whole number; render a chart with helm template before importing it"))
		return otherwise
	}
	if n < 0 || n > most {
		s.fail(refusal(at, r.String(), path, l.text, "range", quote(l.text)+" is not from 0 to 10000000", "Give a whole number in that range"))
		return otherwise
	}
	return n
}

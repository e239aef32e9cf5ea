package importer

import "strconv"

// workload takes an object with a pod template.
func (s *session) workload(at where, r ref, o object) {
	var spec workloadSpec
	var status workloadStatus
	if !s.decode(at, r, "spec", o.Spec, &spec) || !s.decode(at, r, "status", o.Status, &status) {
		return
	}
	d := &declared{
		ref: r, at: at, owner: controllerOf(o.Metadata, r.namespace), borrowed: spec.WorkloadRef,
		desired: status.DesiredNumberScheduled, suspend: spec.Suspend,
	}
	if err := checkOwner(at, r, d.owner); err != nil {
		s.fail(err)
		return
	}
	template, path := spec.Template, "spec.template"
	count, countPath := spec.Replicas, "spec.replicas"
	switch r.kind {
	case "CronJob":
		count, countPath = loose{}, "spec.jobTemplate.spec.parallelism"
		if spec.JobTemplate != nil {
			template, path = spec.JobTemplate.Spec.Template, "spec.jobTemplate.spec.template"
			count = spec.JobTemplate.Spec.Parallelism
		}
	case "Job":
		count, countPath = spec.Parallelism, "spec.parallelism"
		d.finished = isFinished(status.Conditions)
	}
	d.given = count.given
	d.replicas = s.whole(at, r, countPath, count, 1)
	if template == nil && d.borrowed == nil {
		s.fail(refusal(at, r.String(), path, "", "required", "the "+r.kind+" has no pod template",
			"Export it with kubectl get -o json or -o yaml, which prints it whole"))
		return
	}
	if template != nil {
		d.meta = template.Metadata
		if d.meta.meshSwitch() == "" && o.Metadata.meshSwitch() != "" && r.kind == "Pod" {
			d.meta = o.Metadata
		}
		reader := podReader{at: at, object: r.String(), path: path + ".spec"}
		d.shape = reader.shape(template.Metadata, template.Spec, nil)
		for i := range reader.wrong {
			s.fail(&reader.wrong[i])
		}
	}
	s.declare(d)
}

// declare adds an object, or replaces the one of the same name that was read before: the
// last one counts, as with kubectl apply.
func (s *session) declare(d *declared) {
	if before, twice := s.byRef[d.ref]; twice && d.ref.name != "" {
		s.givenTwice(d.ref)
		*before = *d
		return
	}
	s.byRef[d.ref] = d
	s.workloads = append(s.workloads, d)
	if len(s.workloads) == MaxWorkloads+1 {
		s.fail(refusal(d.at, d.ref.String(), "", "", "limit", "there are more than 20000 workloads",
			"Import one cluster, or a part of it, at a time"))
	}
}

// controllerOf names the object that made this one.
func controllerOf(m objectMeta, namespace string) ref {
	for _, o := range m.OwnerReferences {
		if o.Controller {
			return ref{namespace, o.Kind, o.Name}
		}
	}
	return ref{}
}

func isFinished(conditions []condition) bool {
	for _, c := range conditions {
		if (c.Type == "Complete" || c.Type == "Failed") && c.Status == "True" {
			return true
		}
	}
	return false
}

// scaler takes a HorizontalPodAutoscaler.
func (s *session) scaler(at where, r ref, o object) {
	var spec autoscalerSpec
	var status autoscalerStatus
	if !s.decode(at, r, "spec", o.Spec, &spec) || !s.decode(at, r, "status", o.Status, &status) {
		return
	}
	target := ref{r.namespace, spec.ScaleTargetRef.Kind, spec.ScaleTargetRef.Name}
	a := autoscaler{
		min:     s.whole(at, r, "spec.minReplicas", spec.MinReplicas, 1),
		max:     s.whole(at, r, "spec.maxReplicas", spec.MaxReplicas, 0),
		current: s.whole(at, r, "status.currentReplicas", status.CurrentReplicas, 0),
	}
	if spec.MaxReplicas.given && a.max < a.min {
		s.fail(refusal(at, r.String(), "spec.maxReplicas", spec.MaxReplicas.text, "range",
			"maxReplicas is below minReplicas, which is "+strconv.FormatInt(a.min, 10), "Mend one of them: Kubernetes refuses such an autoscaler"))
		return
	}
	a.max = max(a.max, a.min)
	s.scalers[target] = a
}

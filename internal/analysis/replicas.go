package analysis

import (
	"math"
	"slices"

	"meshplan/internal/model"
)

// AutoscaledPods is the name of the input of workloads with an autoscaler: pods of all of them
// together. They share one cause, the load, so they rise and fall together: no source
// gives a coefficient, and full dependence does not understate the spread. An autoscaler's
// least and most are absolute, so worlds end there.
const AutoscaledPods = "autoscaled_pods"

// VaryingWorkload is a row whose replicas differ from world to world: PERT between what
// its autoscaler allows, with the replicas of the plan as the typical value.
type VaryingWorkload struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Services  int64  `json:"services"` // alike, each with these replicas
	Low       int64  `json:"replicas_low"`
	Typical   int64  `json:"replicas_typical"`
	High      int64  `json:"replicas_high"`
}

// varyingWorkloads lists them; none where the scenario sets the pods of every row alike.
func varyingWorkloads(s model.Scenario) []VaryingWorkload {
	list := []VaryingWorkload{}
	if s.Quick.PodsPerService != nil {
		return list
	}
	for _, w := range s.Workloads {
		if low, high := w.ReplicaRange(); low < high {
			list = append(list, VaryingWorkload{w.Namespace, w.Name, max(w.Services, 1), low, w.Replicas, high})
		}
	}
	return list
}

// autoscaled is the input of all rows with an autoscaler, in pods; ok is false without one.
func autoscaled(s model.Scenario) (u UncertainInput, ok bool) {
	list := varyingWorkloads(s)
	u = UncertainInput{Name: AutoscaledPods, Origin: model.OriginGiven, Group: AutoscaledPods, integer: true}
	for _, w := range list {
		u.Low += float64(w.Services * w.Low)
		u.Typical += float64(w.Services * w.Typical)
		u.High += float64(w.Services * w.High)
	}
	u.least, u.most = u.Low, u.High
	return u, len(list) > 0
}

// scaledTo gives every row with an autoscaler the same way, in parts, from its replicas
// towards the end of its range as pods lie from the typical number towards theirs.
func scaledTo(list []model.Workload, u UncertainInput, pods float64) []model.Workload {
	if pods == u.Typical {
		return list
	}
	scaled := slices.Clone(list)
	for i := range scaled {
		w := &scaled[i]
		low, high := w.ReplicaRange()
		end, part := high, 0.0
		if pods < u.Typical {
			end, part = low, (u.Typical-pods)/(u.Typical-u.Low)
		} else if u.High > u.Typical {
			part = (pods - u.Typical) / (u.High - u.Typical)
		}
		w.Replicas += int64(math.Round(part * float64(end-w.Replicas)))
	}
	return scaled
}

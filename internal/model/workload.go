package model

import (
	"fmt"
	"strconv"
)

// Workload is a row of the application: one pod shape and how often it runs.
type Workload struct {
	Namespace         string   `json:"namespace,omitempty" validate:"max=253"`
	Name              string   `json:"name" validate:"required,max=253"`
	Kind              string   `json:"kind,omitempty" validate:"omitempty,oneof=Deployment StatefulSet DaemonSet ReplicaSet Job CronJob Pod Rollout Other"`
	Services          int64    `json:"services,omitempty" validate:"gte=0,lte=20000"` // identical services this row stands for; 0 means 1
	Replicas          int64    `json:"replicas" validate:"gte=0,lte=10000000"`        // pods of each service; ignored for a DaemonSet
	PodCPUMillicores  int64    `json:"pod_cpu_m" validate:"gte=0,lte=512000"`         // effective request of the app containers, proxies not included
	PodMemoryMiB      int64    `json:"pod_memory_mib" validate:"gte=0,lte=8388608"`
	InitCPUMillicores int64    `json:"init_cpu_m,omitempty" validate:"gte=0,lte=512000"` // the largest init step; it counts when above the app's sum
	InitMemoryMiB     int64    `json:"init_memory_mib,omitempty" validate:"gte=0,lte=8388608"`
	RPSPerPod         *float64 `json:"rps_per_pod,omitempty" validate:"omitnil,gte=0,lte=1000000"`
	InMesh            *bool    `json:"in_mesh,omitempty"` // absent: meshed_share decides
	MaxPerNode        int64    `json:"max_per_node,omitempty" validate:"gte=0,lte=1000000"`

	Architectures []string `json:"architectures,omitempty" validate:"max=2,dive,oneof=amd64 arm64"` // of the nodes it may run on; none = any
	NodeTypes     []string `json:"node_types,omitempty" validate:"max=600,dive,required,max=253"`   // names of the node types it may run on; none = any
	Tolerates     []string `json:"tolerates,omitempty" validate:"max=100,dive,required,max=253"`    // taints it may run in spite of: key, key=value or key=value:effect; * for all

	AnyZone     bool  `json:"any_zone,omitempty"`                                   // its pods need not be spread over the zones: they lie where they fit best
	ReplicasMin int64 `json:"replicas_min,omitempty" validate:"gte=0,lte=10000000"` // what an autoscaler may go down to; counts where replicas_max is given
	ReplicasMax int64 `json:"replicas_max,omitempty" validate:"gte=0,lte=10000000"` // what an autoscaler may go up to; 0 = replicas are fixed
}

// ReplicaRange is the fewest and the most pods that each service of the row may have:
// those of its autoscaler and the replicas themselves, or twice the replicas.
func (w Workload) ReplicaRange() (low, high int64) {
	if w.ReplicasMax == 0 || w.Kind == kindDaemonSet {
		return w.Replicas, w.Replicas
	}
	return min(w.ReplicasMin, w.Replicas), max(w.ReplicasMax, w.Replicas)
}

// checkReplicaRanges refuses ranges that end before they begin.
func checkReplicaRanges(list []Workload) []FieldError {
	var wrong []FieldError
	for i, w := range list {
		if w.ReplicasMax >= 0 && w.ReplicasMin > w.ReplicasMax {
			wrong = append(wrong, FieldError{
				Field: fmt.Sprintf("workloads[%d].replicas_min", i), Value: strconv.FormatInt(w.ReplicasMin, 10), Rule: "conflict",
				Message: fmt.Sprintf("workload %s has replicas_min %d, above its replicas_max, %d", workloadName(w), w.ReplicasMin, w.ReplicasMax),
				Fix:     "Give replicas_max as at least replicas_min, or leave both out",
			})
		}
	}
	return wrong
}

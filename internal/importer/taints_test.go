package importer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"meshplan/internal/model"
)

// nodeOf writes a Node in a zone with taints.
func nodeOf(name, instanceType, zone, taints string) string {
	return fmt.Sprintf("---\nkind: Node\nmetadata: {name: %s, labels: {node.kubernetes.io/instance-type: %s, topology.kubernetes.io/region: us-east-1, topology.kubernetes.io/zone: %s}}\n"+
		"spec: {providerID: 'aws:///a/i-1', taints: [%s]}\nstatus: {allocatable: {cpu: '2', memory: 6Gi, pods: '29'}, capacity: {cpu: '2', memory: 8Gi, pods: '29'}}\n",
		name, instanceType, zone, taints)
}

const (
	gpuTaint  = "{key: gpu, value: 'yes', effect: NoSchedule}"
	teamTaint = "{key: dedicated, value: batch, effect: NoExecute}"
)

func TestTaintsOfATypeReachTheScenario(t *testing.T) {
	for name, c := range map[string]struct {
		input, want, warns string
		options            Options
	}{
		"one type has taints": {
			input: nodeOf("a", "m6i.large", "a", "") + nodeOf("b", "g5.xlarge", "a", gpuTaint+","+teamTaint) + nodeOf("c", "g5.xlarge", "a", teamTaint+","+gpuTaint),
			want:  "g5.xlarge=dedicated=batch:NoExecute,g5.xlarge=gpu=yes:NoSchedule",
		},
		"a part of the type": {
			input: nodeOf("a", "m6i.large", "a", "") + nodeOf("b", "g5.xlarge", "a", gpuTaint+","+teamTaint) + nodeOf("c", "g5.xlarge", "a", gpuTaint),
			want:  "g5.xlarge=gpu=yes:NoSchedule", warns: "taints_in_part",
		},
		"every type": {input: nodeOf("b", "g5.xlarge", "a", gpuTaint), warns: "taints_left_out"},
		"passing states and preferences": {
			input: nodeOf("a", "m6i.large", "a", "{key: node.kubernetes.io/not-ready, effect: NoExecute},{key: soft, effect: PreferNoSchedule}"),
		},
		"hidden names": {
			input: nodeOf("a", "m6i.large", "a", "") + nodeOf("b", "g5.xlarge", "a", gpuTaint), options: Options{Names: NamesDrop}, warns: "taints_left_out",
		},
	} {
		t.Run(name, func(t *testing.T) {
			result := importOK(t, c.input, c.options)
			got := ""
			if n := result.Scenario.Nodes.NodeTaints; n != nil {
				got = *n
			}
			if got != c.want {
				t.Errorf("node_taints is %q, want %q", got, c.want)
			}
			if c.warns != "" && !hasWarning(result, c.warns) {
				t.Errorf("%s is not said: %+v", c.warns, result.Warnings)
			}
			if c.warns == "" && (hasWarning(result, "taints_in_part") || hasWarning(result, "taints_left_out")) {
				t.Errorf("nothing is lost, and a warning says so: %+v", result.Warnings)
			}
			if c.options.Names == NamesDrop && result.Nodes.Pools[1].Taints != nil {
				t.Errorf("names are hidden, and the pools tell %v", result.Nodes.Pools[1].Taints)
			}
		})
	}
}

func hasWarning(r Result, id string) bool {
	return slices.ContainsFunc(r.Warnings, func(w model.Warning) bool { return w.ID == id })
}

// spreading writes a Deployment that spreads over a topology key.
func spreading(name, key string) string {
	spread := ""
	if key != "" {
		spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: " + key + ", whenUnsatisfiable: DoNotSchedule}], "
	}
	return "---\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {replicas: 3, template: {spec: {" + spread +
		"containers: [{name: a, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
}

// A skew above one is kept by spreading evenly, which the review says of that row alone.
func TestASkewAboveOneIsPlannedEvenlyAndSaid(t *testing.T) {
	const zone = "topology.kubernetes.io/zone"
	wide := strings.Replace(spreading("wide", zone), "maxSkew: 1", "maxSkew: 3", 1)
	racks := strings.Replace(spreading("racks", "example.com/rack"), "maxSkew: 1", "maxSkew: 3", 1)
	result := importOK(t, wide+spreading("even", zone)+racks+nodeOf("a", "m6i.large", "a", "")+nodeOf("b", "m6i.large", "b", ""), Options{})
	for _, item := range result.Understood {
		said := strings.Contains(strings.Join(item.Assumed, "; "), "zones may differ by 3 pods: planned evenly")
		if said != (item.Name == "wide") {
			t.Errorf("%s: assumed %q", item.Name, item.Assumed)
		}
	}
	if w := result.Scenario.Workloads[0]; w.AnyZone {
		t.Error("a workload with a skew of three is free to lie in one zone")
	}
}

func TestWhatSpreadsOverZonesIsCarriedOrSaid(t *testing.T) {
	const zone = "topology.kubernetes.io/zone"
	twoZones := nodeOf("a", "m6i.large", "a", "") + nodeOf("b", "m6i.large", "b", "")
	for name, c := range map[string]struct {
		input, warns string
		zones        int64
	}{
		"no nodes":                {spreading("web", zone), "zones_unknown", 0},
		"zones, and all spread":   {spreading("web", zone) + twoZones, "", 2},
		"zones, and one does not": {spreading("web", zone) + spreading("api", "") + twoZones, "zones_for_some", 2},
		"over nodes":              {spreading("web", "kubernetes.io/hostname"), "spread_over_nodes", 0},
		"over racks":              {spreading("web", "example.com/rack"), "spread_other", 0},
	} {
		result := importOK(t, c.input, Options{})
		var zones int64
		if z := result.Scenario.Nodes.Zones; z != nil {
			zones = *z
		}
		if zones != c.zones {
			t.Errorf("%s: %d zones, want %d", name, zones, c.zones)
		}
		var said []string
		for _, w := range result.Warnings {
			if strings.HasPrefix(w.ID, "zones_") || strings.HasPrefix(w.ID, "spread_") {
				said = append(said, w.ID)
			}
		}
		for _, w := range result.Scenario.Workloads {
			if free := c.zones > 1 && w.Name == "api"; w.AnyZone != free {
				t.Errorf("%s: %s has any_zone %v, want %v", name, w.Name, w.AnyZone, free)
			}
		}
		if strings.Join(said, " ") != c.warns {
			t.Errorf("%s: said %v, want %s", name, said, c.warns)
		}
	}
}

package analysis

import (
	"math"
	"testing"

	"meshplan/internal/model"
	"meshplan/internal/pack"
)

func TestNodesThatStandTakeTheirShareOffARelaxation(t *testing.T) {
	// Ten nodes of 7500m stand: of 140000m they hold 75000m, and the other 65000m take
	// 8.667 nodes at $292. The 1.333 nodes more that two zones of ten ask for cost $292 each,
	// whatever those that stand have cost.
	d := model.Demand{Problem: pack.Problem{
		NodeTypes: []pack.NodeType{{Price: 292_000_000}, {Limit: 10}}, Zones: 2, MinNodesPerZone: 10,
	}}
	node := model.Amount{CPUMillicores: 7500, MemoryMiB: 28672, Pods: 110}
	f := relax(&d, model.Amount{CPUMillicores: 140_000, MemoryMiB: 100_000, Pods: 200}, []model.Amount{node, node})
	if math.Abs(f.nodes-65/7.5) > 1e-9 || math.Abs(f.costUSD-292*65/7.5) > 1e-6 {
		t.Errorf("%+v", f)
	}
	if f = withstand(&d, f); math.Abs(f.nodes-10) > 1e-9 || math.Abs(f.costUSD-2920) > 1e-6 {
		t.Errorf("%+v", f)
	}
}

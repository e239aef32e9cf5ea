package analysis

import (
	"context"

	"meshplan/internal/model"
	"meshplan/internal/pack"
)

// Progress is told how far an analysis has come: done of total steps, done rising. It is
// called from the analysis's own goroutine and may be nil.
type Progress func(done, total int)

// study evaluates many scenarios that lie near one another.
type study struct {
	ctx      context.Context
	catalog  model.Catalog
	model    *model.Study
	progress Progress
	done     int
	total    int
}

func newStudy(ctx context.Context, c model.Catalog, progress Progress) *study {
	return &study{ctx: ctx, catalog: c, model: model.NewStudy(c), progress: progress}
}

// plan gives a scenario's numbers and verdict, always with quick packing: what is
// compared with hundreds of neighbours has to be planned as they are.
func (st *study) plan(s model.Scenario) (model.Plan, error) { return st.model.Evaluate(s) }

// whole gives the plan with its reasoning, packed as quickly.
func (st *study) whole(s model.Scenario) (model.Plan, error) {
	fast := string(pack.Fast)
	s.Run.Effort = &fast
	return model.Evaluate(s, st.catalog)
}

// expect sets how many steps there will be.
func (st *study) expect(total int) {
	st.total = total
	st.report()
}

func (st *study) advance(steps int) {
	st.done = min(st.done+steps, max(st.total, st.done))
	st.report()
}

func (st *study) report() {
	if st.progress != nil {
		st.progress(st.done, st.total)
	}
}

// interrupted says whether the analysis was stopped before its end.
func (st *study) interrupted() bool { return st.ctx.Err() != nil }

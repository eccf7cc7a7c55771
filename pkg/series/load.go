package series

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// loaded is what was read for a query: an answer for each signal that could be read, what was said beside them, and what
// failed.
type loaded struct {
	answers []answer
	notices []data.Notice
	// partial is set where a part of the data is missing, cut where our own cap took it.
	partial, cut bool
	err          error
	// release gives the memory back that the answers take.
	release func()
}

// done gives back what the answers hold.
func (l loaded) done() {
	if l.release != nil {
		l.release()
	}
}

// reader reads what was planned.
type reader struct {
	client  evaluator
	planner interface {
		kindOf(signal model.Signal) kind.Kind
		statsOf(query model.Query, signals []model.Signal) int
		quantilesOf(query model.Query, signal model.Signal) int
	}
	// doubter says whether the counts can be true.
	doubter interface {
		notices(ctx context.Context, st statement, end time.Time) []data.Notice
	}
	budget *budget.Budget
}

// room checks what the answers come to, and waits until there is memory for them all.
func (d *reader) room(ctx context.Context, r Request, sizes []size) (release func(), err error) {
	if err := checkSizes(r.Query, sizes); err != nil {
		return nil, err
	}
	if err := r.Answer.take(r.Query, sizes); err != nil {
		return nil, err
	}
	total := int64(0)
	for _, s := range sizes {
		total += s.bytes()
	}
	return d.budget.Acquire(ctx, total)
}

// read asks what was planned, once there is room for all of it; the answers hold it until they are released.
func (d *reader) read(ctx context.Context, r Request, plans []planned, at evaluation) (loaded, error) {
	release, err := d.room(ctx, r, sizesOf(plans))
	if err != nil {
		return loaded{}, err
	}
	parts := make([]loaded, len(plans))
	held := false
	defer func() {
		if !held {
			release()
		}
	}()
	err = parallel.Do(len(plans), func(i int) error {
		parts[i] = d.loadPlanned(ctx, r, plans[i], at)
		return nil
	})
	if err != nil {
		return loaded{}, err
	}
	held = true
	all := loaded{release: release}
	var failures []error
	for _, part := range parts {
		all.answers = append(all.answers, part.answers...)
		all.notices = append(all.notices, part.notices...)
		all.partial = all.partial || part.partial
		all.cut = all.cut || part.cut
		failures = append(failures, part.err)
	}
	all.err = errors.Join(failures...)
	all.notices = notices.Unique(all.notices)
	slices.SortStableFunc(all.answers, func(a, b answer) int {
		return slices.Index(r.Query.Signals, a.signal.ID) - slices.Index(r.Query.Signals, b.signal.ID)
	})
	return all, nil
}

// loadPlanned reads the answer to a statement.
func (d *reader) loadPlanned(ctx context.Context, r Request, p planned, at evaluation) loaded {
	if p.err != nil {
		return loaded{err: p.err}
	}
	if p.empty {
		return loaded{notices: p.subject.Notices}
	}
	part, err := d.loadStatement(ctx, r, p.statement, at)
	if err != nil {
		return loaded{err: failure.Named(err, p.signals...)}
	}
	return part
}

func (d *reader) loadStatement(ctx context.Context, r Request, st statement, at evaluation) (loaded, error) {
	var result *promapi.Result
	var doubts []data.Notice
	tasks := []func() error{
		func() (err error) {
			result, err = d.ask(ctx, st.expr, at)
			return err
		},
		func() error {
			// An alert rule sees no notices.
			if !r.FromAlert {
				doubts = d.doubter.notices(ctx, st, time.UnixMilli(at.grid.End))
			}
			return nil
		},
	}
	if err := parallel.Do(len(tasks), func(i int) error { return tasks[i]() }); err != nil {
		return loaded{}, err
	}
	part := loaded{
		notices: slices.Concat(st.subject.Notices, frames.Notices(result.Warnings, result.Infos), doubts),
		partial: result.Partial, cut: result.Cut,
	}
	arms := armsOf(result, st.scope, at.grid)
	if err := checkArms(r.Query, st, arms, d.planner.statsOf(r.Query, st.signals), d.planner.quantilesOf(r.Query, st.signals[0]), at); err != nil {
		return loaded{}, err
	}
	for _, signal := range st.signals {
		of := d.planner.kindOf(signal)
		a := answer{
			signal: signal, kind: of, subject: st.subject, expr: st.expr, measures: measures(signal, of, r.Query, arms, at),
		}
		if r.Query.Format == model.FormatAlert {
			a.expectAll(r.Query)
		}
		part.answers = append(part.answers, a)
	}
	part.notices = append(part.notices, silent(part.answers[0], wantedRoles(r.Query))...)
	return part, nil
}

// ask evaluates an expression over the grid, or once at its end.
func (d *reader) ask(ctx context.Context, expr string, at evaluation) (*promapi.Result, error) {
	if at.instant {
		return d.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: time.UnixMilli(at.grid.End)})
	}
	return d.client.QueryRange(ctx, promapi.RangeQuery{
		Expr: expr, Start: time.UnixMilli(at.grid.Start), End: time.UnixMilli(at.grid.End),
		Step: time.Duration(at.grid.Step) * time.Millisecond,
	})
}

// silent says which arm of a comparison has no traffic in the range, as far as the roles are wanted.
func silent(a answer, wanted func(model.Role) bool) []data.Notice {
	seen := func(variant string) bool {
		return slices.ContainsFunc(a.measures, func(m measure) bool { return m.variant == variant && len(m.points) > 0 })
	}
	var said []data.Notice
	if b := a.subject.Baseline; b != "" && !seen(b) {
		said = append(said, notices.Warn("%s: the baseline %q has no traffic in this range.", a.signal.Name, b))
	}
	if !wanted(model.RoleFeature) && !wanted(model.RoleDifference) && !wanted(model.RoleRatio) {
		return said
	}
	if len(a.subject.Features) > 0 && !slices.ContainsFunc(a.subject.Features, seen) {
		said = append(said, notices.Warn("%s: no feature traffic in this range (%s).", a.signal.Name, names.Listed(a.subject.Features)))
	}
	if len(a.subject.Features) == 0 {
		said = append(said, notices.Warn("%s: flag %q has no feature in this range, only its baseline.", a.signal.Name, a.subject.Flag))
	}
	return said
}

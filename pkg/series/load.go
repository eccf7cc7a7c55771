package series

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/survey"
)

// loaded is what was read for a query: an answer for each signal that could be read, what was said beside them, and what
// failed.
type loaded struct {
	answers []answer
	notices []data.Notice
	err     error
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
		hasShares(signal model.Signal) bool
		statsOf(query model.Query, signals []model.Signal) int
		quantilesOf(query model.Query, signal model.Signal) int
	}
	budget   *budget.Budget
	silences interface {
		Of(ctx context.Context, query model.Query, signal model.Signal, variants []string, s survey.Span, window time.Duration) (survey.Silence, error)
	}
	// doubter says whether the counts can be true.
	doubter interface {
		notices(ctx context.Context, st statement, end time.Time) []data.Notice
	}
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
	part, err := d.loadStatement(ctx, r, p, at)
	if err != nil {
		return loaded{err: failure.Named(err, p.signals...)}
	}
	return part
}

func (d *reader) loadStatement(ctx context.Context, r Request, p planned, at evaluation) (loaded, error) {
	st := p.statement
	var arms []*arm
	var said, doubts []data.Notice
	tasks := []func() error{
		func() (err error) {
			arms, said, err = d.evaluate(ctx, p, at)
			return err
		},
		func() error {
			// An alert rule sees no notices; who judges looks by itself.
			if !r.FromAlert && !r.numbersOnly {
				doubts = d.doubter.notices(ctx, st, time.UnixMilli(at.grid.End))
			}
			return nil
		},
	}
	if err := parallel.Do(len(tasks), func(i int) error { return tasks[i]() }); err != nil {
		return loaded{}, err
	}
	part := loaded{notices: slices.Concat(st.subject.Notices, said, doubts)}
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
	first := part.answers[0]
	seen := sightOf(first, d.planner.quantilesOf(r.Query, first.signal) > 0)
	quiet, err := d.silent(ctx, r, st, seen, at)
	part.notices = append(part.notices, quiet...)
	return part, err
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

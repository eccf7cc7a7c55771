package compare

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
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

// load reads every signal of a query; what one cannot read does not take the others away.
func (e *Engine) load(ctx context.Context, r Request, s span) (loaded, error) {
	groups, err := e.together(r.Query)
	if err != nil {
		return loaded{}, err
	}
	if len(groups) == 0 {
		return loaded{notices: []data.Notice{warn("None of the signals (%s) has any of the stats %s.",
			listed(r.Query.Signals), listed(r.Query.Stats))}}, nil
	}
	at := evaluationOf(r.Query.Format, s)
	plans := make([][]planned, len(groups))
	err = parallel.Do(len(groups), func(i int) error {
		plans[i] = e.plan(ctx, r, groups[i], s, at)
		return nil
	})
	if err != nil {
		return loaded{}, err
	}
	all, err := e.read(ctx, r, slices.Concat(plans...), at)
	if err != nil {
		return loaded{}, err
	}
	return all, e.refusePartial(r, all)
}

// planned is a statement with what its answer comes to, or why there is none.
type planned struct {
	statement
	size size
	err  error
}

// plan finds out what to ask for signals that share an answer. Where the first of them cannot be read as what it is said to
// be, the others may still have an answer of their own.
func (e *Engine) plan(ctx context.Context, r Request, signals []model.Signal, s span, at evaluation) []planned {
	st, err := e.statementOf(ctx, r.Query, signals, s, at)
	p := planned{statement: st}
	if err == nil && !st.empty {
		p.size, err = e.sizeOf(ctx, r, st, at)
	}
	if err == nil {
		return []planned{p}
	}
	var wrong *model.InvalidError
	if len(signals) == 1 || !errors.As(err, &wrong) {
		return []planned{{err: named(signals, err)}}
	}
	plans := []planned{{err: named(signals[:1], err)}}
	for i := range signals[1:] {
		plans = append(plans, e.plan(ctx, r, signals[i+1:i+2], s, at)...)
	}
	return plans
}

// read asks what was planned, once there is room for all of it; the answers hold it until they are released.
func (e *Engine) read(ctx context.Context, r Request, plans []planned, at evaluation) (loaded, error) {
	var sizes []size
	for _, p := range plans {
		if p.err == nil && !p.empty {
			sizes = append(sizes, p.size)
		}
	}
	release, err := e.room(ctx, r, sizes)
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
		parts[i] = e.loadPlanned(ctx, r, plans[i], at)
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
	all.notices = unique(all.notices)
	slices.SortStableFunc(all.answers, func(a, b answer) int {
		return slices.Index(r.Query.Signals, a.signal.ID) - slices.Index(r.Query.Signals, b.signal.ID)
	})
	return all, nil
}

// refusePartial keeps alert rules, which never see a notice, from judging what is not whole.
func (e *Engine) refusePartial(r Request, all loaded) error {
	refused := all.cut || all.partial && e.settings.PartialAsError
	if !r.FromAlert || !refused {
		return nil
	}
	message := "the answer is not complete, and this datasource treats that as an error in alert rules"
	if all.cut {
		message = "the answer was cut, so no alert rule can rest on it"
	}
	return &promapi.Error{
		Status: http.StatusBadGateway, Downstream: true, Kind: promapi.KindBadResponse,
		Message: message, Hint: texts(all.notices),
	}
}

// loadPlanned reads the answer to a statement.
func (e *Engine) loadPlanned(ctx context.Context, r Request, p planned, at evaluation) loaded {
	if p.err != nil {
		return loaded{err: p.err}
	}
	if p.empty {
		return loaded{notices: p.subject.notices}
	}
	part, err := e.loadStatement(ctx, r, p.statement, at)
	if err != nil {
		return loaded{err: named(p.signals, err)}
	}
	return part
}

func (e *Engine) loadStatement(ctx context.Context, r Request, st statement, at evaluation) (loaded, error) {
	result, err := e.ask(ctx, st.expr, at)
	if err != nil {
		return loaded{}, err
	}
	part := loaded{
		notices: append(st.subject.notices, frames.Notices(result.Warnings, result.Infos)...),
		partial: result.Partial, cut: result.Cut,
	}
	arms := armsOf(result, st.scope, at.grid)
	if err := checkArms(r.Query, st, arms, e.statsOf(r.Query, st.signals), at); err != nil {
		return loaded{}, err
	}
	for _, signal := range st.signals {
		a := answer{signal: signal, subject: st.subject, expr: st.expr, measures: measures(signal, r.Query, arms, at)}
		if r.Query.Format == model.FormatAlert {
			a.expectAll(r.Query)
		}
		part.answers = append(part.answers, a)
	}
	part.notices = append(part.notices, silent(part.answers[0], wantedRoles(r.Query))...)
	return part, nil
}

// ask evaluates an expression over the grid, or once at its end.
func (e *Engine) ask(ctx context.Context, expr string, at evaluation) (*promapi.Result, error) {
	if at.instant {
		result, err := e.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: time.UnixMilli(at.grid.End)})
		return result, err
	}
	return e.client.QueryRange(ctx, promapi.RangeQuery{
		Expr: expr, Start: time.UnixMilli(at.grid.Start), End: time.UnixMilli(at.grid.End),
		Step: time.Duration(at.grid.Step) * time.Millisecond,
	})
}

// silent says which arm of a comparison has no traffic in the range, as far as the roles are wanted.
func silent(a answer, wanted func(model.Role) bool) []data.Notice {
	seen := func(variant string) bool {
		return slices.ContainsFunc(a.measures, func(m measure) bool { return m.variant == variant && len(m.points) > 0 })
	}
	var notices []data.Notice
	if b := a.subject.baseline; b != "" && !seen(b) {
		notices = append(notices, warn("%s: the baseline %q has no traffic in this range.", a.signal.Name, b))
	}
	if !wanted(model.RoleFeature) && !wanted(model.RoleDifference) && !wanted(model.RoleRatio) {
		return notices
	}
	if len(a.subject.features) > 0 && !slices.ContainsFunc(a.subject.features, seen) {
		notices = append(notices, warn("%s: no feature traffic in this range (%s).", a.signal.Name, listed(a.subject.features)))
	}
	if len(a.subject.features) == 0 {
		notices = append(notices, warn("%s: flag %q has no feature in this range, only its baseline.", a.signal.Name, a.subject.flag))
	}
	return notices
}

// named puts the signals' ids before an error, so that the reader knows what is missing.
func named(signals []model.Signal, err error) error {
	ids := make([]string, len(signals))
	for i, signal := range signals {
		ids[i] = signal.ID
	}
	return fmt.Errorf("%s: %w", strings.Join(ids, ", "), err)
}

func unique(notices []data.Notice) []data.Notice {
	seen := map[string]bool{}
	return slices.DeleteFunc(notices, func(n data.Notice) bool {
		repeated := seen[n.Text]
		seen[n.Text] = true
		return repeated
	})
}

// texts joins notices to sentences, the last without a full stop, as hints have it.
func texts(notices []data.Notice) string {
	lines := make([]string, len(notices))
	for i, notice := range notices {
		lines[i] = strings.TrimRight(notice.Text, ". ")
	}
	return strings.Join(lines, ". ")
}

package series

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
)

// Planner plans the fewest requests that answer a query.
type Planner struct {
	catalogue interface {
		Signal(id string) (model.Signal, error)
		SplitOf(signal model.Signal) model.Split
		Scope(query model.Query, signal model.Signal) promql.Scope
		KindOf(signal model.Signal) kind.Kind
	}
	subjects interface {
		Of(ctx context.Context, query model.Query, signal model.Signal, s survey.Span) (survey.Subject, error)
	}
	classes interface {
		Counted(ctx context.Context, signal model.Signal, s survey.Span) (kind.Source, error)
	}
	client rangeQuerier
}

// Preview lists the expressions that a query would send.
func (p *Planner) Preview(ctx context.Context, query model.Query, s survey.Span) ([]model.PromQLStatement, error) {
	groups, err := p.together(query)
	if err != nil {
		return nil, err
	}
	at := evaluationOf(query.Format, s)
	statements := []model.PromQLStatement{}
	for _, signals := range groups {
		st, err := p.statementOf(ctx, query, signals, s, at)
		if err != nil {
			return nil, failure.Named(err, signals...)
		}
		for _, signal := range signals {
			if !st.empty {
				statements = append(statements, statementText(signal.ID, st.expr, at))
			}
		}
	}
	return statements, nil
}

func statementText(signal, expr string, at evaluation) model.PromQLStatement {
	text := model.PromQLStatement{Signal: signal, Expr: expr}
	if !at.instant {
		text.Step = prommodel.Duration(time.Duration(at.grid.Step) * time.Millisecond).String()
	}
	return text
}

// planned is a statement with what its answer comes to, or why there is none.
type planned struct {
	statement
	size size
	err  error
}

// plan finds out what to ask for signals that share an answer. Where the first of them cannot be read as what it is said to
// be, the others may still have an answer of their own.
func (p *Planner) plan(ctx context.Context, r Request, signals []model.Signal, s survey.Span, at evaluation) []planned {
	st, err := p.statementOf(ctx, r.Query, signals, s, at)
	result := planned{statement: st}
	if err == nil && !st.empty {
		result.size, err = p.sizeOf(ctx, r, st, at)
	}
	if err == nil {
		return []planned{result}
	}
	var wrong *model.InvalidError
	if len(signals) == 1 || !errors.As(err, &wrong) {
		return []planned{{err: failure.Named(err, signals...)}}
	}
	plans := []planned{{err: failure.Named(err, signals[0])}}
	for i := range signals[1:] {
		plans = append(plans, p.plan(ctx, r, signals[i+1:i+2], s, at)...)
	}
	return plans
}

// sizesOf is what the answers come to that will be asked for.
func sizesOf(plans []planned) []size {
	var sizes []size
	for _, p := range plans {
		if p.err == nil && !p.empty {
			sizes = append(sizes, p.size)
		}
	}
	return sizes
}

// together groups the signals of a query into those that one answer serves: the count of a histogram is the rate of its
// +Inf bucket, so a throughput that reads the same histogram needs no request of its own.
func (p *Planner) together(query model.Query) ([][]model.Signal, error) {
	var groups [][]model.Signal
	var signals []model.Signal
	for _, id := range query.Signals {
		signal, err := p.catalogue.Signal(id)
		if err != nil {
			return nil, err
		}
		if !p.wantsAny(query, signal) {
			continue
		}
		signals = append(signals, signal)
		if p.hosts(signal) {
			groups = append(groups, []model.Signal{signal})
		}
	}
	for _, signal := range signals {
		if p.hosts(signal) {
			continue
		}
		host := slices.IndexFunc(groups, func(group []model.Signal) bool { return p.countsOf(group[0], signal) })
		if host >= 0 {
			groups[host] = append(groups[host], signal)
			continue
		}
		groups = append(groups, []model.Signal{signal})
	}
	return groups, nil
}

// wantsAny is whether a query wants any stat that a signal has.
func (p *Planner) wantsAny(query model.Query, signal model.Signal) bool {
	return slices.ContainsFunc(p.kindOf(signal).Stats(query.Quantiles), query.WantsStat)
}

// kindOf is the kind of a signal.
func (p *Planner) kindOf(signal model.Signal) kind.Kind { return p.catalogue.KindOf(signal) }

// hosts is whether the answer of a signal can serve others, which count its events.
func (p *Planner) hosts(signal model.Signal) bool {
	return p.kindOf(signal).Drawn.Distribution
}

// countsOf is whether a rate is the count of a histogram.
func (p *Planner) countsOf(histogram, rate model.Signal) bool {
	events := p.kindOf(histogram).Found.EventsOf(histogram)
	return p.hosts(histogram) && rate.Kind == events.Kind && rate.Metric == events.Metric && rate.Selector == histogram.Selector &&
		sameSplit(p.catalogue.SplitOf(histogram), p.catalogue.SplitOf(rate))
}

func sameSplit(a, b model.Split) bool { return reflect.DeepEqual(a, b) }

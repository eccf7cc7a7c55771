package survey

import (
	"context"
	"slices"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// counter finds out how a signal is counted; Classes is one.
type counter interface {
	Counted(ctx context.Context, signal model.Signal, s Span) (kind.Source, error)
}

// ranking finds the variants with the most traffic.
type ranking struct {
	catalogue Catalogue
	client    querier
	classes   counter
}

// busiest lists the variants with the most events in the window before the end of the span.
func (r *ranking) busiest(ctx context.Context, scope promql.Scope, signal model.Signal, s Span, most int) ([]string, error) {
	scope.GroupBy = nil
	fn := promql.Func{Name: "rate", Window: s.Window}
	found := r.catalogue.KindOf(signal).Found
	if found.Snapshot {
		fn = promql.Func{}
	}
	counted, err := r.classes.Counted(ctx, found.EventsOf(signal), s)
	if err != nil {
		return nil, err
	}
	fn, scope.Selector = counted.Counting(fn), counted.Signal.Selector
	expr, err := scope.Top(counted.Signal.Metric, most, fn)
	if err != nil {
		return nil, err
	}
	result, err := r.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.rankedAt()})
	if err != nil {
		return nil, err
	}
	variants := make([]string, 0, len(result.Series))
	for _, series := range result.Series {
		variants = append(variants, series.Labels.Get(scope.VariantLabel()))
	}
	return variants, nil
}

// busiestOf keeps the features that are busiest, in their order; where fewer than most had traffic, the first of the
// others fill up.
func busiestOf(features, busiest []string, most int) []string {
	room := most
	for _, feature := range features {
		if slices.Contains(busiest, feature) {
			room--
		}
	}
	var kept []string
	for _, feature := range features {
		busy := slices.Contains(busiest, feature)
		if !busy && room > 0 {
			room--
			busy = true
		}
		if busy {
			kept = append(kept, feature)
		}
	}
	return kept
}

package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// Silence is why a variant has nothing on a signal. Said is a sentence without the signal's name that says what to do; it is
// empty where there was no traffic, which is no fault.
type Silence struct {
	Cause model.Cause
	Said  string
}

// Silences finds out why variants have nothing to show.
type Silences struct {
	catalogue Catalogue
	client    querier
	classes   counter
}

// fewestInWindow is how many samples of a series a window needs to tell a rise.
const fewestInWindow = 2

// Of says why some variants of a flag have nothing on a signal in a span that is read in windows of a length. It is asked
// only where something is missing.
func (q *Silences) Of(ctx context.Context, query model.Query, signal model.Signal, variants []string, s Span, window time.Duration) (Silence, error) {
	scope := q.catalogue.Scope(query, signal)
	scope.GroupBy, scope.Variants = nil, variants
	counted, err := q.classes.Counted(ctx, q.catalogue.KindOf(signal).Found.EventsOf(signal), s)
	if err != nil {
		return Silence{}, err
	}
	if found, err := q.bare(ctx, scope, signal, s); err != nil || found.Said != "" {
		return found, err
	}
	metric := counted.Signal.Metric
	scope.Selector, signal.Selector = counted.Signal.Selector, counted.Signal.Selector
	expr, err := scope.Presence().Samples(metric, s.Length())
	if err != nil {
		return Silence{}, err
	}
	most, err := q.highest(ctx, expr, s)
	if err != nil {
		return Silence{}, err
	}
	window = min(window, s.Length())
	if expected := most * window.Seconds() / s.Length().Seconds(); most > 0 && expected < fewestInWindow {
		return Silence{model.CauseFewSamples, fmt.Sprintf("%s has %.0f samples a series in %s, too few for windows of %s, which need two at least: "+
			"set the scrape interval in the datasource's settings, or choose a longer range", metric, most, s.Length(), window)}, nil
	}
	if most > 0 {
		return Silence{Cause: model.CauseNoTraffic}, nil
	}
	return q.unselected(ctx, scope, signal, metric, variants, s)
}

// bare says that a histogram has observations of the variants and no buckets, of which quantiles come.
func (q *Silences) bare(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) (Silence, error) {
	if !q.catalogue.KindOf(signal).Found.Whole {
		return Silence{}, nil
	}
	metric := signal.Metric
	expr, err := scope.Kept([]string{metric + "_bucket", metric, metric + "_count", metric + "_sum"}, s.Length())
	if err != nil {
		return Silence{}, err
	}
	result, err := q.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.To})
	if err != nil {
		return Silence{}, fmt.Errorf("find out what there is of a histogram: %w", err)
	}
	kept := map[string][]string{}
	for _, series := range result.Series {
		variant := series.Labels.Get(scope.VariantLabel())
		kept[variant] = append(kept[variant], series.Labels.Get(promql.PartLabel))
	}
	var without, has []string
	for _, variant := range scope.Variants {
		parts := kept[variant]
		if len(parts) > 0 && !slices.Contains(parts, metric) && !slices.Contains(parts, metric+"_bucket") {
			without, has = append(without, variant), names.Union(has, parts)
		}
	}
	if len(without) == 0 {
		return Silence{}, nil
	}
	return Silence{model.CauseNoBuckets, fmt.Sprintf("%s has no buckets of %s, but %s alone: switch histograms on in the client of every "+
		"process, or give the signal the kind mean", metric, names.Listed(without), strings.Join(has, " and "))}, nil
}

// unselected says why not even a series of the variants is there.
func (q *Silences) unselected(ctx context.Context, scope promql.Scope, signal model.Signal, metric string, variants []string, s Span) (Silence, error) {
	here := func(narrow string, filters []model.Filter) (bool, error) {
		expr, err := promql.Scope{Selector: narrow, Filters: filters}.Presence().Anywhere(metric, s.Length())
		if err != nil {
			return false, err
		}
		n, err := q.highest(ctx, expr, s)
		return n > 0, err
	}
	if some, err := here("", nil); err != nil || !some {
		return Silence{model.CauseMetricMissing, noSeries(metric)}, err
	}
	if some, err := here(signal.Selector, nil); err != nil || !some {
		return Silence{model.CauseSelectorEmpty, selectsNothing(signal.Selector, metric)}, err
	}
	if some, err := here(signal.Selector, scope.Filters); err != nil || !some {
		return Silence{model.CauseSelectorEmpty, fmt.Sprintf("the query's filters (%s) find none of the series of %s: correct or remove them",
			filtersOf(scope.Filters), metric)}, err
	}
	if selectors := scope.Presence().Selectors(); len(selectors) > 0 {
		return Silence{model.CauseSelectorEmpty, fmt.Sprintf("%s has series, and the selector of %s (%s) finds none of them: correct it in the datasource's settings",
			metric, names.Listed(variants), strings.Join(selectors, "; "))}, nil
	}
	return Silence{Cause: model.CauseNoTraffic}, nil
}

// noSeries says that a metric is not there.
func noSeries(metric string) string {
	return fmt.Sprintf("Prometheus has no series named %s in this range: check the name, and that the services are scraped", metric)
}

// selectsNothing says that a signal's selector finds nothing.
func selectsNothing(selector, metric string) string {
	return fmt.Sprintf("the signal's selector %s finds none of the series of %s: correct it in the datasource's settings", selector, metric)
}

func filtersOf(filters []model.Filter) string {
	parts := make([]string, len(filters))
	for i, f := range filters {
		parts[i] = fmt.Sprintf("%s%s%q", f.Key, f.Operator, f.Value)
	}
	return strings.Join(parts, ", ")
}

// highest is the highest value that an expression gives at the end of a span; 0 where it gives none.
func (q *Silences) highest(ctx context.Context, expr string, s Span) (float64, error) {
	result, err := q.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.To})
	if err != nil {
		return 0, fmt.Errorf("find out why there is nothing: %w", err)
	}
	most := 0.0
	for _, series := range result.Series {
		if len(series.Floats) > 0 {
			most = max(most, series.Floats[0].V)
		}
	}
	return most, nil
}

package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// Silence says why there is nothing to show of variants that are known: a want of traffic is but one reason.
type Silence struct {
	catalogue Catalogue
	client    querier
	absences  interface {
		missing(ctx context.Context, signal model.Signal, s Span) (string, error)
	}
}

// Why says for each of the variants that a scope lists why a signal has nothing of it; nothing of those that have the
// series, which had no traffic then.
func (q *Silence) Why(ctx context.Context, scope promql.Scope, from kind.Source, s Span) (map[string]string, error) {
	signal := from.Signal
	missing, err := q.absences.missing(ctx, signal, s)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	if missing != "" {
		for _, variant := range scope.Variants {
			reasons[variant] = missing
		}
		return reasons, nil
	}
	metrics, usable := q.read(from)
	expr, err := scope.Kept(metrics, s.Length())
	if err != nil {
		return nil, err
	}
	result, err := q.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.To})
	if err != nil {
		return nil, err
	}
	kept := map[string][]string{}
	for _, series := range result.Series {
		variant := series.Labels.Get(scope.VariantLabel())
		kept[variant] = append(kept[variant], series.Labels.Get(promql.PartLabel))
	}
	for _, variant := range scope.Variants {
		has := kept[variant]
		switch {
		case slices.ContainsFunc(has, func(metric string) bool { return slices.Contains(usable, metric) }):
		case len(has) == 0:
			if reasons[variant], err = q.unselected(scope, signal, variant); err != nil {
				return nil, err
			}
		default:
			reasons[variant] = fmt.Sprintf("%s has no buckets of %s, but %s alone: switch histograms on in the client of every process, "+
				"or give the signal the kind mean.", signal.Metric, variant, strings.Join(has, " and "))
		}
	}
	return reasons, nil
}

// unselected says that the selector by which the settings tell a variant finds nothing. Where labels tell it, one that no
// series carries had no traffic.
func (q *Silence) unselected(scope promql.Scope, signal model.Signal, variant string) (string, error) {
	if _, configured := q.catalogue.modeOf(signal).Configured(scope); !configured {
		return "", nil
	}
	scope.Variants = []string{variant}
	branches, err := scope.Split.Mode.Branches(scope)
	if err != nil {
		return "", err
	}
	var selector []string
	for _, branch := range branches {
		for _, matcher := range branch.Matchers {
			selector = append(selector, matcher.String())
		}
	}
	return fmt.Sprintf("the selector of %s (%s) finds none of the series of %s in this range. Correct it in the datasource's settings, "+
		"or wait until the variant is deployed.", variant, strings.Join(selector, ","), signal.Metric), nil
}

// read are the metrics that stand for a signal, and those of them from which it can be read.
func (q *Silence) read(from kind.Source) (metrics, usable []string) {
	if !from.Whole {
		metrics = []string{from.Signal.Metric}
		return metrics, metrics
	}
	usable = []string{from.Signal.Metric + "_bucket", from.Signal.Metric}
	return append(slices.Clone(usable), from.Signal.Metric+"_count", from.Signal.Metric+"_sum"), usable
}

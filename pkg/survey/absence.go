package survey

import (
	"context"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// absences says why something is not there.
type absences struct {
	client seriesLister
	flags  interface {
		on(ctx context.Context, split model.Split, metrics []string, s Span) ([]string, error)
	}
}

// explain says why a flag has no variants on a signal: the metric is not there, it carries no flag at all, or it carries
// others.
func (a *absences) explain(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) (data.Notice, error) {
	split := scope.Split
	if split.Mode == model.SplitMatchers {
		return notices.Warn("%s: flag %q is not among the datasource's matchers. There are: %s.",
			signal.Name, scope.Flag, names.Listed(configuredFlags(split))), nil
	}
	flags, err := a.flags.on(ctx, split, metricsOf(signal), s)
	if err != nil {
		return data.Notice{}, err
	}
	if len(flags) > 0 && !slices.Contains(flags, scope.Flag) {
		return notices.Warn("%s: flag %q has no series in this range. Flags seen: %s.", signal.Name, scope.Flag, names.Listed(flags)), nil
	}
	if len(flags) > 0 {
		return notices.Warn("%s: flag %q has no variants in this range under these filters.", signal.Name, scope.Flag), nil
	}
	return a.explainMetric(ctx, scope, signal, s)
}

// explainMetric says why a signal's metric carries no flags.
func (a *absences) explainMetric(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) (data.Notice, error) {
	if scope.Split.Mode == model.SplitInfo {
		return notices.Warn("%s: the info metric %s has no series with the label %s in this range.",
			signal.Name, scope.Split.InfoMetric, scope.Split.FlagLabel), nil
	}
	match, err := matchAny(metricsOf(signal), promql.Name)
	if err != nil {
		return data.Notice{}, err
	}
	series, _, err := a.client.Series(ctx, promapi.MetaQuery{Match: match, Start: s.From, End: s.To, Limit: 1})
	if err != nil {
		return data.Notice{}, err
	}
	if len(series) == 0 {
		return notices.Warn("%s: Prometheus has no series named %s in this range.", signal.Name, signal.Metric), nil
	}
	label := scope.Split.FlagLabel
	if scope.Split.Mode == model.SplitFlagLabel {
		label = scope.VariantLabel()
	}
	return notices.Warn("%s: %s carries no label %s, so it cannot be split by it. What is measured per process needs the info or "+
		"the matchers split, where the variant is constant in a process.", signal.Name, signal.Metric, label), nil
}

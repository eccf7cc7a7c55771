package compare

import (
	"context"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// noData answers with a reason and nothing else.
func noData(reason string) data.Frames {
	return frames.NoData(frames.Meta{Notices: []data.Notice{{Severity: data.NoticeSeverityInfo, Text: reason}}})
}

// explainAbsence says why a flag has no variants on a signal: the metric is not there, it carries no flag at all, or it
// carries others.
func (e *Engine) explainAbsence(ctx context.Context, scope promql.Scope, signal model.Signal, s span) (data.Notice, error) {
	split := scope.Split
	if split.Mode == model.SplitMatchers {
		names := make([]string, len(split.Flags))
		for i, flag := range split.Flags {
			names[i] = flag.Flag
		}
		return warn("%s: flag %q is not among the datasource's matchers. There are: %s.", signal.Name, scope.Flag, listed(names)), nil
	}
	flags, err := e.flagsOn(ctx, split, metricsOf(signal), s)
	if err != nil {
		return data.Notice{}, err
	}
	if len(flags) > 0 && !slices.Contains(flags, scope.Flag) {
		return warn("%s: flag %q has no series in this range. Flags seen: %s.", signal.Name, scope.Flag, listed(flags)), nil
	}
	if len(flags) > 0 {
		return warn("%s: flag %q has no variants in this range under these filters.", signal.Name, scope.Flag), nil
	}
	return e.explainMetric(ctx, scope, signal, s)
}

// explainMetric says why a signal's metric carries no flags.
func (e *Engine) explainMetric(ctx context.Context, scope promql.Scope, signal model.Signal, s span) (data.Notice, error) {
	if scope.Split.Mode == model.SplitInfo {
		return warn("%s: the info metric %s has no series with the label %s in this range.",
			signal.Name, scope.Split.InfoMetric, scope.Split.FlagLabel), nil
	}
	match, err := matchAny(metricsOf(signal), promql.Name)
	if err != nil {
		return data.Notice{}, err
	}
	series, _, err := e.client.Series(ctx, promapi.MetaQuery{Match: match, Start: s.from, End: s.to, Limit: 1})
	if err != nil {
		return data.Notice{}, err
	}
	if len(series) == 0 {
		return warn("%s: Prometheus has no series named %s in this range.", signal.Name, signal.Metric), nil
	}
	label := scope.Split.FlagLabel
	if scope.Split.Mode == model.SplitFlagLabel {
		label = scope.VariantLabel()
	}
	return warn("%s: %s carries no label %s, so it cannot be split by it. What is measured per process needs the info or "+
		"the matchers split, where the variant is constant in a process.", signal.Name, signal.Metric, label), nil
}

// flagsOn lists the flags that metrics carry, in natural order.
func (e *Engine) flagsOn(ctx context.Context, split model.Split, metrics []string, s span) ([]string, error) {
	meta := promapi.MetaQuery{Start: s.from, End: s.to}
	if split.Mode == model.SplitFlagLabel {
		var err error
		if meta.Match, err = matchAny(metrics, promql.Name); err != nil {
			return nil, err
		}
		names, _, err := e.client.LabelNames(ctx, meta)
		return withoutPrefix(names, split.Prefix), err
	}
	var err error
	meta.Match, err = matchAny(metrics, func(metric string) (string, error) { return promql.FlagSelector(split, metric) })
	if err != nil {
		return nil, err
	}
	flags, _, err := e.client.LabelValues(ctx, split.FlagLabel, meta)
	sortNaturally(flags)
	return flags, err
}

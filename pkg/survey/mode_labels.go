package survey

import (
	"context"
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// labelsMode: flag and variant are two labels of the metric.
type labelsMode struct{}

func (labelsMode) oneByOne() bool { return false }

func (labelsMode) flags(ctx context.Context, client flagClient, split model.Split, metrics []string, s Span) ([]string, error) {
	match, err := matchAny(metrics, func(metric string) (string, error) { return promql.FlagSelector(split, metric) })
	if err != nil {
		return nil, err
	}
	found, _, err := client.LabelValues(ctx, split.FlagLabel, promapi.MetaQuery{Match: match, Start: s.From, End: s.To})
	names.Sort(found)
	return found, err
}

func (labelsMode) configured(promql.Scope) ([]string, bool) { return nil, false }

func (labelsMode) absent(scope promql.Scope, signal model.Signal, flags []string) (data.Notice, bool) {
	switch {
	case len(flags) == 0:
		return data.Notice{}, false
	case !slices.Contains(flags, scope.Flag):
		return notices.Warn("%s: flag %q has no series in this range. Flags seen: %s.", signal.Name, scope.Flag, names.Listed(flags)), true
	default:
		return notices.Warn("%s: flag %q has no variants in this range under these filters.", signal.Name, scope.Flag), true
	}
}

func (labelsMode) uncarried(promql.Scope, model.Signal) (data.Notice, bool) {
	return data.Notice{}, false
}

func (labelsMode) missingLabel(scope promql.Scope) string { return scope.Split.FlagLabel }

func (labelsMode) carriers(_ context.Context, _ flagClient, split model.Split, _ []string, _ Span) ([]string, bool, error) {
	selector, err := promql.FlagSelector(split, "")
	return []string{selector}, true, err
}

func (labelsMode) variantOf(_ context.Context, _ seriesLister, scope promql.Scope, _ Span) (func(labels.Labels) (string, error), error) {
	return scope.VariantOf, nil
}

func (labelsMode) nothing(split model.Split, preset model.Preset) string {
	return fmt.Sprintf("in the last hours no series of the catalogue's metrics (preset %s) carried the labels %s and %s. "+
		"%s and evaluate flags; else choose the preset or the labels that your metrics have in the datasource's settings.",
		preset, split.FlagLabel, split.VariantLabel, scraped)
}

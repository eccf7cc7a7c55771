package survey

import (
	"context"
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// infoMode: flag and variant are labels of an info metric, joined on the instance.
type infoMode struct{ labelsMode }

func (infoMode) uncarried(scope promql.Scope, signal model.Signal) (data.Notice, bool) {
	return notices.Warn("%s: the info metric %s has no series with the label %s in this range.",
		signal.Name, scope.Split.InfoMetric, scope.Split.FlagLabel), true
}

// carriers: whatever the processes expose can be joined.
func (infoMode) carriers(context.Context, flagClient, model.Split, []string, Span) ([]string, bool, error) {
	return nil, true, nil
}

// variantOf asks for the info metric's series; a metric's own labels do not show the variant.
func (infoMode) variantOf(ctx context.Context, client seriesLister, scope promql.Scope, s Span) (func(labels.Labels) (string, error), error) {
	match, err := scope.VariantSelector("")
	if err != nil {
		return nil, err
	}
	infos, _, err := client.Series(ctx, promapi.MetaQuery{Match: []string{match}, Start: s.From, End: s.To})
	if err != nil {
		return nil, err
	}
	variants := map[uint64]string{}
	for _, info := range infos {
		key := joinKey(info, scope.Split.On)
		variant := info.Get(scope.Split.VariantLabel)
		if known, seen := variants[key]; seen && known != variant {
			// An instance that had both within the range: which one a request met cannot be known.
			variant = ""
		}
		variants[key] = variant
	}
	return func(series labels.Labels) (string, error) { return variants[joinKey(series, scope.Split.On)], nil }, nil
}

// joinKey is what an info metric and the series of its instance have in common.
func joinKey(series labels.Labels, on []string) uint64 {
	key, _ := series.HashForLabels(nil, slices.Sorted(slices.Values(on))...)
	return key
}

func (infoMode) nothing(split model.Split, _ model.Preset) string {
	return fmt.Sprintf("in the last hours no series could be joined with the info metric %s, which must carry the labels %s and %s. "+
		"%s, and the split in the datasource's settings.", split.InfoMetric, split.FlagLabel, split.VariantLabel, scraped)
}

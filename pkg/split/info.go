package split

import (
	"context"
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// infoMode: flag and variant are labels of an info metric, joined on the instance.
type infoMode struct{ labelsMode }

func (infoMode) Name() model.SplitMode { return model.SplitInfo }

func (m infoMode) Check(path string, split model.Split) error {
	if err := m.labelsMode.Check(path, split); err != nil {
		return err
	}
	if err := model.CheckMetricAt(path+".infoMetric", split.InfoMetric); err != nil {
		return err
	}
	if len(split.On) == 0 {
		return model.Invalid(path+".on", "name the labels that metric and info metric share, like instance", "nothing to join on")
	}
	for i, name := range split.On {
		if err := model.CheckLabelAt(fmt.Sprintf("%s.on[%d]", path, i), name); err != nil {
			return err
		}
	}
	return nil
}

func (infoMode) SplitsProcesses() bool { return true }

// ProcessLabels: the join leaves the series of each instance apart only where its labels are kept.
func (infoMode) ProcessLabels(split model.Split) []string { return split.On }

func (m infoMode) Branches(s promql.Scope) ([]promql.Branch, error) {
	return []promql.Branch{{Join: &promql.Join{
		Metric: s.Split.InfoMetric, Matchers: m.OfFlag(s), Wanted: s.VariantMatcher(s.Split.VariantLabel), On: s.Split.On, Label: s.Split.VariantLabel, Scrape: s.Split.Scrape,
	}}}, nil
}

// OneByOne: a process has a series of the info metric for each flag, so the traffic of all cannot be joined at once.
func (infoMode) OneByOne() bool { return true }

// Labels: a metric's own series show neither flag nor variant.
func (infoMode) Labels(promql.Scope) []string { return nil }

func (infoMode) Carrier(split model.Split) string { return split.InfoMetric }

func (infoMode) Uncarried(scope promql.Scope, signal model.Signal) string {
	return fmt.Sprintf("%s: the info metric %s has no series with the label %s in this range.",
		signal.Name, scope.Split.InfoMetric, scope.Split.FlagLabel)
}

// Carriers: whatever the processes expose can be joined.
func (infoMode) Carriers(context.Context, Lookup, promql.Split, []string) ([]string, bool, error) {
	return nil, true, nil
}

// VariantOf asks for the info metric's series; a metric's own labels do not show the variant.
func (infoMode) VariantOf(ctx context.Context, server Lookup, scope promql.Scope) (func(labels.Labels) (string, error), error) {
	match, err := scope.Series().Selector("")
	if err != nil {
		return nil, err
	}
	infos, err := server.Series(ctx, []string{match})
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

func (infoMode) Nothing(split model.Split, _ model.Preset) string {
	return fmt.Sprintf("in the last hours no series could be joined with the info metric %s, which must carry the labels %s and %s. "+
		"%s, and the split in the datasource's settings.", split.InfoMetric, split.FlagLabel, split.VariantLabel, scraped)
}

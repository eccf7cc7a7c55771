package split

import (
	"context"
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promql"
)

// labelsMode: flag and variant are two labels of the metric.
type labelsMode struct{}

func (labelsMode) Name() model.SplitMode { return model.SplitLabels }

func (labelsMode) Complete(split, base model.Split) model.Split {
	if split.FlagLabel == "" {
		split.FlagLabel = base.FlagLabel
	}
	if split.VariantLabel == "" {
		split.VariantLabel = base.VariantLabel
		if len(split.VariantLabels) == 0 {
			split.VariantLabels = base.VariantLabels
		}
	}
	return split
}

func (labelsMode) Check(path string, split model.Split) error {
	if err := model.CheckLabelAt(path+".flagLabel", split.FlagLabel); err != nil {
		return err
	}
	if err := model.CheckLabelAt(path+".variantLabel", split.VariantLabel); err != nil {
		return err
	}
	if split.FlagLabel == split.VariantLabel {
		return model.Invalid(path+".variantLabel", "name the label that holds the variant", "%q is the flag's label too", split.VariantLabel)
	}
	return checkFurther(path, split)
}

// mostFurther bounds the further labels: each is a part of every expression.
const mostFurther = 4

// checkFurther rejects further labels of the variant that are wrong.
func checkFurther(path string, split model.Split) error {
	if len(split.VariantLabels) > mostFurther {
		return model.Invalid(path+".variantLabels", "take some out", "%d are too many, at most %d are read", len(split.VariantLabels), mostFurther)
	}
	known := []string{split.FlagLabel, split.VariantLabel}
	for i, name := range split.VariantLabels {
		at := fmt.Sprintf("%s.variantLabels[%d]", path, i)
		if err := model.CheckLabelAt(at, name); err != nil {
			return err
		}
		if slices.Contains(known, name) {
			return model.Invalid(at, "name another label, or take it out", "%q is there already", name)
		}
		known = append(known, name)
	}
	return nil
}

func (labelsMode) SplitsProcesses() bool { return false }

func (labelsMode) ProcessLabels(model.Split) []string { return nil }

func (labelsMode) VariantLabel(s promql.Scope) string { return s.Split.VariantLabel }

func (labelsMode) Branches(s promql.Scope) ([]promql.Branch, error) {
	return s.Alternatives(), nil
}

func (labelsMode) OfFlag(s promql.Scope) []*labels.Matcher { return []*labels.Matcher{s.FlagMatcher()} }

func (labelsMode) Labels(s promql.Scope) []string {
	return append([]string{s.Split.FlagLabel, s.Split.VariantLabel}, s.Split.VariantLabels...)
}

func (labelsMode) Carrier(model.Split) string { return "" }

func (labelsMode) OneByOne() bool { return false }

func (labelsMode) Flags(ctx context.Context, server Lookup, split promql.Split, metrics []string) ([]string, error) {
	match, err := Listed(metrics, func(metric string) (string, error) { return promql.FlagSelector(split, metric) })
	if err != nil {
		return nil, err
	}
	found, err := server.LabelValues(ctx, split.FlagLabel, match)
	names.Sort(found)
	return found, err
}

func (labelsMode) Configured(promql.Scope) ([]string, bool) { return nil, false }

func (labelsMode) Absent(scope promql.Scope, signal model.Signal, flags []string) string {
	switch {
	case len(flags) == 0:
		return ""
	case !slices.Contains(flags, scope.Flag):
		return fmt.Sprintf("%s: flag %q has no series in this range. Flags seen: %s.", signal.Name, scope.Flag, names.Listed(flags))
	default:
		return fmt.Sprintf("%s: flag %q has no variants in this range under these filters.", signal.Name, scope.Flag)
	}
}

func (labelsMode) Uncarried(promql.Scope, model.Signal) string { return "" }

func (labelsMode) Nameless(scope promql.Scope) []*labels.Matcher {
	return append([]*labels.Matcher{scope.FlagMatcher()}, scope.Split.Unnamed()...)
}

func (labelsMode) MissingLabel(scope promql.Scope) string { return scope.Split.FlagLabel }

func (labelsMode) Carriers(_ context.Context, _ Lookup, split promql.Split, _ []string) ([]string, bool, error) {
	selector, err := promql.FlagSelector(split, "")
	return []string{selector}, true, err
}

func (labelsMode) VariantOf(_ context.Context, _ Lookup, scope promql.Scope) (func(labels.Labels) (string, error), error) {
	return scope.Series().VariantOf, nil
}

func (labelsMode) Nothing(split model.Split, preset model.Preset) string {
	return fmt.Sprintf("in the last hours no series of the catalogue's metrics (preset %s) carried the labels %s and %s. "+
		"%s and evaluate flags; else choose the preset or the labels that your metrics have in the datasource's settings.",
		preset, split.FlagLabel, split.VariantLabel, scraped)
}

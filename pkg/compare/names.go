package compare

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// lookBack is how far the editors' lists reach: what was there in the last hours is what one looks for.
const lookBack = 6 * time.Hour

// maxNames bounds a list of an editor.
const maxNames = 1_000

func (e *Engine) recent() span {
	now := e.now()
	return stretchOf(now.Add(-lookBack), now, e.settings.ScrapeInterval())
}

// Flags lists the flags that the catalogue's traffic carries, each with its variants, the baseline first.
func (e *Engine) Flags(ctx context.Context) (model.FlagsResource, error) {
	signal, err := e.trafficSignal()
	if err != nil {
		return model.FlagsResource{}, err
	}
	variants, notices, err := e.variantsByFlag(ctx, signal, e.recent())
	if err != nil {
		return model.FlagsResource{}, err
	}
	flags := slices.Collect(maps.Keys(variants))
	sortNaturally(flags)
	flags, cuts := cutNames(flags, "flags")
	answer := model.FlagsResource{Flags: []model.FlagInfo{}, Notices: append(notices, cuts...)}
	for _, flag := range flags {
		baseline := e.baselineOf(model.Query{Flag: flag}, variants[flag])
		names, cuts := cutNames(baselineFirst(variants[flag], baseline), fmt.Sprintf("variants of %q", flag))
		answer.Notices = append(answer.Notices, cuts...)
		answer.Flags = append(answer.Flags, model.FlagInfo{Flag: flag, Baseline: baseline, Variants: names})
	}
	return answer, nil
}

// variantsByFlag lists the variants of every flag, in natural order: in one request where two labels hold flag and
// variant, else flag by flag.
func (e *Engine) variantsByFlag(ctx context.Context, signal model.Signal, s span) (map[string][]string, []string, error) {
	split := e.settings.SplitOf(signal)
	variants := map[string][]string{}
	if split.Mode == model.SplitFlagLabel || split.Mode == model.SplitMatchers {
		flags, err := e.flagNames(ctx, split, signal, s)
		if err != nil {
			return nil, nil, err
		}
		flags, notices := cutNames(flags, "flags")
		for _, flag := range flags {
			if variants[flag], err = e.variantsOf(ctx, e.scopeOf(model.Query{Flag: flag}, signal), signal, s); err != nil {
				return nil, nil, err
			}
		}
		return variants, notices, nil
	}
	signal, _, err := e.countedNatively(ctx, signal, evaluation{}, s)
	if err != nil {
		return nil, nil, err
	}
	expr, err := promql.Pairs(split, signal.Metric, s.length())
	if err != nil {
		return nil, nil, err
	}
	result, err := e.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.to})
	if err != nil {
		return nil, nil, err
	}
	for _, series := range result.Series {
		flag := series.Labels.Get(split.FlagLabel)
		variants[flag] = append(variants[flag], series.Labels.Get(split.VariantLabel))
	}
	for _, names := range variants {
		sortNaturally(names)
	}
	return variants, result.Warnings, nil
}

// flagNames lists flags on a signal's metrics, or those that are configured.
func (e *Engine) flagNames(ctx context.Context, split model.Split, signal model.Signal, s span) ([]string, error) {
	if split.Mode == model.SplitMatchers {
		names := make([]string, len(split.Flags))
		for i, flag := range split.Flags {
			names[i] = flag.Flag
		}
		return names, nil
	}
	return e.flagsOn(ctx, split, metricsOf(signal), s)
}

// Variants lists the variants of a flag, the baseline first.
func (e *Engine) Variants(ctx context.Context, flag string) (model.NamesResource, error) {
	signal, err := e.trafficSignal()
	if err != nil {
		return model.NamesResource{}, err
	}
	query := model.Query{Flag: flag}
	variants, err := e.variantsOf(ctx, e.scopeOf(query, signal), signal, e.recent())
	if err != nil {
		return model.NamesResource{}, err
	}
	names, notices := cutNames(baselineFirst(variants, e.baselineOf(query, variants)), "variants")
	return model.NamesResource{Names: names, Notices: notices}, nil
}

// Labels lists the labels by which a metric can be filtered and grouped; without a metric those of the whole catalogue.
func (e *Engine) Labels(ctx context.Context, metric string) (model.NamesResource, error) {
	match, err := matchAny(e.metricsOrAll(metric), promql.Name)
	if err != nil {
		return model.NamesResource{}, err
	}
	s := e.recent()
	names, warnings, err := e.client.LabelNames(ctx, promapi.MetaQuery{Match: match, Start: s.from, End: s.to})
	if err != nil {
		return model.NamesResource{}, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "__name__" || name == promql.BucketLabel })
	names, notices := cutNames(names, "labels")
	return model.NamesResource{Names: names, Notices: append(notices, warnings...)}, nil
}

// LabelValues lists the values of a label on a metric; without a metric on those of the whole catalogue.
func (e *Engine) LabelValues(ctx context.Context, label, metric string) (model.NamesResource, error) {
	if err := model.CheckLabelName(label); err != nil {
		return model.NamesResource{}, err
	}
	match, err := matchAny(e.metricsOrAll(metric), promql.Name)
	if err != nil {
		return model.NamesResource{}, err
	}
	s := e.recent()
	values, warnings, err := e.client.LabelValues(ctx, label, promapi.MetaQuery{Match: match, Start: s.from, End: s.to})
	if err != nil {
		return model.NamesResource{}, err
	}
	sortNaturally(values)
	values, notices := cutNames(values, "values")
	return model.NamesResource{Names: values, Notices: append(notices, warnings...)}, nil
}

func (e *Engine) metricsOrAll(metric string) []string {
	if metric != "" {
		return metricsOf(model.Signal{Kind: model.KindHistogram, Metric: metric})
	}
	var all []string
	for _, signal := range e.settings.Catalogue() {
		all = append(all, metricsOf(signal)...)
	}
	return all
}

// cutNames bounds a list and says so.
func cutNames(names []string, what string) (kept, notices []string) {
	if len(names) <= maxNames {
		return append([]string{}, names...), nil
	}
	return names[:maxNames], []string{warn("There are %d %s; the first %d are listed.", len(names), what, maxNames).Text}
}

package survey

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/split"
)

const (
	// lookBack is how far the editors' lists reach: what was there in the last hours is what one looks for.
	lookBack = 6 * time.Hour
	// maxNames bounds a list of an editor.
	maxNames = 1_000
)

// Lists answers the editors' resources: what can be chosen.
type Lists struct {
	catalogue Catalogue
	baselines Baselines
	client    interface {
		querier
		labelNames
		labelValues
		describer
	}
	classes  counter
	variants interface {
		Of(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]string, error)
	}
	flags  *flags
	places places
	now    func() time.Time
	scrape time.Duration
}

func (l *Lists) recent() Span {
	now := l.now()
	return Stretch(now.Add(-lookBack), now, l.scrape)
}

// Flags lists the flags that the catalogue's traffic carries, each with its variants, the baseline first.
func (l *Lists) Flags(ctx context.Context) (model.FlagsResource, error) {
	signal, err := l.catalogue.Traffic()
	if err != nil {
		return model.FlagsResource{}, err
	}
	variants, said, err := l.variantsByFlag(ctx, signal, l.recent())
	if err != nil {
		return model.FlagsResource{}, err
	}
	flags := slices.Collect(maps.Keys(variants))
	names.Sort(flags)
	flags, cuts := cutNames(flags, "flags")
	answer := model.FlagsResource{Flags: []model.FlagInfo{}, Notices: append(said, cuts...)}
	for _, flag := range flags {
		baseline := l.baselines.Of(model.Query{Flag: flag}, variants[flag])
		kept, cuts := cutNames(baselineFirst(variants[flag], baseline), fmt.Sprintf("variants of %q", flag))
		answer.Notices = append(answer.Notices, cuts...)
		answer.Flags = append(answer.Flags, model.FlagInfo{Flag: flag, Baseline: baseline, Variants: kept})
	}
	return answer, nil
}

// variantsByFlag lists the variants of every flag, in natural order: in one request where two labels hold flag and
// variant, else flag by flag.
func (l *Lists) variantsByFlag(ctx context.Context, signal model.Signal, s Span) (map[string][]string, []string, error) {
	way := l.catalogue.Scope(model.Query{}, signal).Split
	variants := map[string][]string{}
	if l.catalogue.modeOf(signal).OneByOne() {
		flags, err := l.flags.names(ctx, way.Split, signal, s)
		if err != nil {
			return nil, nil, err
		}
		flags, cuts := cutNames(flags, "flags")
		found := make([][]string, len(flags))
		err = parallel.Do(len(flags), func(i int) (err error) {
			found[i], err = l.variants.Of(ctx, l.catalogue.Scope(model.Query{Flag: flags[i]}, signal), signal, s)
			return err
		})
		for i, flag := range flags {
			variants[flag] = found[i]
		}
		return variants, cuts, err
	}
	counted, err := l.classes.Counted(ctx, signal, s)
	if err != nil {
		return nil, nil, err
	}
	expr, err := promql.Pairs(way, counted.Signal.Metric, s.Length())
	if err != nil {
		return nil, nil, err
	}
	result, err := l.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.To})
	if err != nil {
		return nil, nil, err
	}
	for _, series := range result.Series {
		flag := series.Labels.Get(way.FlagLabel)
		variants[flag] = append(variants[flag], series.Labels.Get(way.VariantLabel))
	}
	for _, found := range variants {
		names.Sort(found)
	}
	return variants, result.Warnings, nil
}

// Variants lists the variants of a flag, the baseline first.
func (l *Lists) Variants(ctx context.Context, flag string) (model.NamesResource, error) {
	signal, err := l.catalogue.Traffic()
	if err != nil {
		return model.NamesResource{}, err
	}
	query := model.Query{Flag: flag}
	variants, err := l.variants.Of(ctx, l.catalogue.Scope(query, signal), signal, l.recent())
	if err != nil {
		return model.NamesResource{}, err
	}
	kept, cuts := cutNames(baselineFirst(variants, l.baselines.Of(query, variants)), "variants")
	return model.NamesResource{Names: kept, Notices: cuts}, nil
}

// Labels lists the labels by which a metric can be filtered and grouped; without a metric those of the whole catalogue.
func (l *Lists) Labels(ctx context.Context, metric string) (model.NamesResource, error) {
	meta, err := l.metaOf(ctx, metric)
	if err != nil {
		return model.NamesResource{}, err
	}
	found, warnings, err := l.client.LabelNames(ctx, meta)
	if err != nil {
		return model.NamesResource{}, err
	}
	found = slices.DeleteFunc(found, func(name string) bool {
		return name == "__name__" || name == promql.BucketLabel || name == promql.RangeLabel
	})
	kept, cuts := cutNames(found, "labels")
	return model.NamesResource{Names: kept, Notices: append(cuts, warnings...)}, nil
}

// LabelValues lists the values of a label on a metric; without a metric on those of the whole catalogue.
func (l *Lists) LabelValues(ctx context.Context, label, metric string) (model.NamesResource, error) {
	if err := model.CheckLabelName(label); err != nil {
		return model.NamesResource{}, err
	}
	meta, err := l.metaOf(ctx, metric)
	if err != nil {
		return model.NamesResource{}, err
	}
	values, warnings, err := l.client.LabelValues(ctx, label, meta)
	if err != nil {
		return model.NamesResource{}, err
	}
	names.Sort(values)
	kept, cuts := cutNames(values, "values")
	return model.NamesResource{Names: kept, Notices: append(cuts, warnings...)}, nil
}

// metaOf selects the series of a metric, or of the whole catalogue, of the last hours.
func (l *Lists) metaOf(ctx context.Context, metric string) (promapi.MetaQuery, error) {
	s := l.recent()
	metrics, err := l.places.all(ctx, metric, s)
	if err != nil {
		return promapi.MetaQuery{}, err
	}
	match, err := split.Listed(metrics, promql.Name)
	return promapi.MetaQuery{Match: match, Start: s.From, End: s.To}, err
}

// cutNames bounds a list and says so.
func cutNames(found []string, what string) (kept, cuts []string) {
	if len(found) <= maxNames {
		return append([]string{}, found...), nil
	}
	return found[:maxNames], []string{notices.Warn("There are %d %s; the first %d are listed.", len(found), what, maxNames).Text}
}

package survey

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// flagClient is what looking for flags asks of a Prometheus.
type flagClient interface {
	labelNames
	labelValues
}

// mode is a way to split: how flags and variants are found, and what it means that they are not. A new one is a file like
// mode_labels.go and a line in modeOf; its expressions are promql's.
type mode interface {
	// oneByOne is set where no labels hold all flags, so that each is counted and listed by itself.
	oneByOne() bool
	// flags lists the flags that metrics carry, or that are configured.
	flags(ctx context.Context, client flagClient, split model.Split, metrics []string, s Span) ([]string, error)
	// configured are the variants of a scope's flag where the settings list them; false where they are looked for.
	configured(scope promql.Scope) ([]string, bool)
	// absent says that a flag is not among those that were found, or has no variants; false where none were found.
	absent(scope promql.Scope, signal model.Signal, flags []string) (data.Notice, bool)
	// uncarried says that what carries the flags is missing; false where that is the signal's own metric.
	uncarried(scope promql.Scope, signal model.Signal) (data.Notice, bool)
	// missingLabel is the label that a metric lacks.
	missingLabel(scope promql.Scope) string
	// carriers selects the series that can be split this way; none where all can, false where none can.
	carriers(ctx context.Context, client flagClient, split model.Split, metrics []string, s Span) ([]string, bool, error)
	// variantOf finds out how to know the variant of a metric's series; that is empty where it cannot be known.
	variantOf(ctx context.Context, client seriesLister, scope promql.Scope, s Span) (func(labels.Labels) (string, error), error)
	// nothing says which series were looked for in vain, and what may be the reason.
	nothing(split model.Split, preset model.Preset) string
}

// modeOf is the table of the ways to split.
func modeOf(name model.SplitMode) mode {
	switch name {
	case model.SplitFlagLabel:
		return flagLabelMode{}
	case model.SplitInfo:
		return infoMode{}
	case model.SplitMatchers:
		return matchersMode{}
	default:
		return labelsMode{}
	}
}

// scraped is the first thing to look at where there are no series.
const scraped = "Check that your services are scraped"

// Nothing says which series of a split were looked for in vain, and what may be the reason.
func Nothing(split model.Split, preset model.Preset) string {
	return modeOf(split.Mode).nothing(split, preset)
}

// flags finds out which flags metrics carry.
type flags struct{ client flagClient }

// names lists flags on a signal's metrics, or those that are configured.
func (f *flags) names(ctx context.Context, split model.Split, signal model.Signal, s Span) ([]string, error) {
	return modeOf(split.Mode).flags(ctx, f.client, split, metricsOf(signal), s)
}

// carriers selects the series that can be split; none where all can, false where none can.
func (f *flags) carriers(ctx context.Context, split model.Split, metrics []string, s Span) ([]string, bool, error) {
	return modeOf(split.Mode).carriers(ctx, f.client, split, metrics, s)
}

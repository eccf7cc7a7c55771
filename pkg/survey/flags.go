package survey

import (
	"context"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// flags finds out which flags metrics carry.
type flags struct {
	client interface {
		labelNames
		labelValues
	}
}

// names lists flags on a signal's metrics, or those that are configured.
func (f *flags) names(ctx context.Context, split model.Split, signal model.Signal, s Span) ([]string, error) {
	if split.Mode == model.SplitMatchers {
		return configuredFlags(split), nil
	}
	return f.on(ctx, split, metricsOf(signal), s)
}

func configuredFlags(split model.Split) []string {
	all := make([]string, len(split.Flags))
	for i, flag := range split.Flags {
		all[i] = flag.Flag
	}
	return all
}

// on lists the flags that metrics carry, in natural order.
func (f *flags) on(ctx context.Context, split model.Split, metrics []string, s Span) ([]string, error) {
	meta := promapi.MetaQuery{Start: s.From, End: s.To}
	var err error
	if split.Mode == model.SplitFlagLabel {
		if meta.Match, err = matchAny(metrics, promql.Name); err != nil {
			return nil, err
		}
		labels, _, err := f.client.LabelNames(ctx, meta)
		return withoutPrefix(labels, split.Prefix), err
	}
	meta.Match, err = matchAny(metrics, func(metric string) (string, error) { return promql.FlagSelector(split, metric) })
	if err != nil {
		return nil, err
	}
	found, _, err := f.client.LabelValues(ctx, split.FlagLabel, meta)
	names.Sort(found)
	return found, err
}

// withoutPrefix keeps the names that begin with a prefix, and cuts it off. Without a prefix any label can be a flag, but
// those that every scrape or histogram has are none.
func withoutPrefix(labels []string, prefix string) []string {
	var found []string
	for _, name := range labels {
		flag, ok := strings.CutPrefix(name, prefix)
		common := prefix == "" && slices.Contains([]string{"instance", "job", "le", "quantile"}, name)
		if ok && flag != "" && !common && !strings.HasPrefix(name, "__") {
			found = append(found, flag)
		}
	}
	names.Sort(found)
	return found
}

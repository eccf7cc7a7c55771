package survey

import (
	"context"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/split"
)

// lookup asks a server about a span of time, as the ways to split do.
type lookup struct {
	client lookupClient
	span   Span
}

// lookupClient is what looking for flags and variants asks of a Prometheus.
type lookupClient interface {
	labelNames
	labelValues
	seriesLister
}

func (l lookup) query(match []string) promapi.MetaQuery {
	return promapi.MetaQuery{Match: match, Start: l.span.From, End: l.span.To}
}

// LabelNames implements split.Lookup.
func (l lookup) LabelNames(ctx context.Context, match []string) ([]string, error) {
	found, _, err := l.client.LabelNames(ctx, l.query(match))
	return found, err
}

// LabelValues implements split.Lookup.
func (l lookup) LabelValues(ctx context.Context, label string, match []string) ([]string, error) {
	found, _, err := l.client.LabelValues(ctx, label, l.query(match))
	return found, err
}

// Series implements split.Lookup.
func (l lookup) Series(ctx context.Context, match []string) ([]labels.Labels, error) {
	found, _, err := l.client.Series(ctx, l.query(match))
	return found, err
}

// flags finds out which flags metrics carry.
type flags struct {
	client    lookupClient
	catalogue Catalogue
	places    places
}

// names lists flags on a signal's metrics, or those that are configured.
func (f *flags) names(ctx context.Context, way model.Split, signal model.Signal, s Span) ([]string, error) {
	modes := f.catalogue.words.Modes
	metrics, err := f.places.of(ctx, signal, s)
	if err != nil {
		return nil, err
	}
	return modes.Of(way).Flags(ctx, lookup{f.client, s}, modes.Split(way), metrics)
}

// carriers selects the series that can be split; none where all can, false where none can.
func (f *flags) carriers(ctx context.Context, way model.Split, metrics []string, s Span) ([]string, bool, error) {
	modes := f.catalogue.words.Modes
	return modes.Of(way).Carriers(ctx, lookup{f.client, s}, modes.Split(way), metrics)
}

// modeOf is the way in which a signal is split.
func (c Catalogue) modeOf(signal model.Signal) split.Mode {
	return c.words.Modes.Of(c.settings.SplitOf(signal))
}

package survey

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jellydator/ttlcache/v3"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/split"
)

// variantsTTL is how long a list of variants is believed: one can appear at any moment, and an operator who has just
// enabled one looks for it.
const variantsTTL = 5 * time.Second

// Variants finds out which variants flags have, and remembers it for a moment.
type Variants struct {
	catalogue Catalogue
	client    lookupClient
	places    places
	known     *ttlcache.Cache[string, []string]
}

func newVariants(client lookupClient, catalogue Catalogue, places places) *Variants {
	return &Variants{catalogue: catalogue, client: client, places: places, known: ttlcache.New(
		ttlcache.WithCapacity[string, []string](cacheSize), ttlcache.WithDisableTouchOnHit[string, []string]())}
}

// Of lists the variants that a flag has on a signal's metrics, in natural order.
func (v *Variants) Of(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]string, error) {
	if configured, ok := v.catalogue.modeOf(signal).Configured(scope); ok {
		return configured, nil
	}
	metrics, err := v.places.of(ctx, signal, s)
	if err != nil {
		return nil, err
	}
	match, err := split.Listed(metrics, scope.Series().Selector)
	if err != nil {
		return nil, err
	}
	key := names.Key(append([]string{scope.VariantLabel(), strings.Join(scope.Split.VariantLabels, ","), s.From.Truncate(variantsTTL).String()}, match...)...)
	if item := v.known.Get(key); item != nil {
		return item.Value(), nil
	}
	var values []string
	for _, label := range v.labelsOf(scope, signal) {
		more, _, err := v.client.LabelValues(ctx, label, promapi.MetaQuery{Match: match, Start: s.From, End: s.To})
		if err != nil {
			return nil, err
		}
		values = names.Union(values, more)
	}
	values = slices.DeleteFunc(values, func(name string) bool { return name == "" })
	names.Sort(values)
	if len(values) > 0 {
		v.known.DeleteExpired()
		v.known.Set(key, values, variantsTTL)
	}
	return values, nil
}

// labelsOf are the labels that hold the variants of a scope.
func (v *Variants) labelsOf(scope promql.Scope, signal model.Signal) []string {
	if v.catalogue.modeOf(signal).Name() != model.SplitLabels {
		return []string{scope.VariantLabel()}
	}
	return append([]string{scope.VariantLabel()}, scope.Split.VariantLabels...)
}

// OfSeries finds out how to know the variant of a series of a signal's metrics; that is empty where it cannot be known.
func (v *Variants) OfSeries(
	ctx context.Context, scope promql.Scope, signal model.Signal, s Span,
) (func(labels.Labels) (string, error), error) {
	return v.catalogue.modeOf(signal).VariantOf(ctx, lookup{v.client, s}, scope)
}

package survey

import (
	"context"

	"github.com/flaglens/flaglens/pkg/model"
)

// places finds out under which names a signal's series can be found.
type places struct {
	catalogue Catalogue
	classes   *Classes
}

// of are the names under which the series of a signal's kind usually are; where a histogram has buckets and no count, its
// buckets too, which are many times as many.
func (p places) of(ctx context.Context, signal model.Signal, s Span) ([]string, error) {
	found := p.catalogue.KindOf(signal).Found
	metrics := found.Metrics(signal)
	if found.Histogram == nil {
		return metrics, nil
	}
	histogram, ok := found.Histogram(signal)
	if !ok {
		return metrics, nil
	}
	form, err := p.classes.Of(ctx, histogram, signal.Selector, s)
	if err == nil && form.Buckets() && !form.Count {
		metrics = append(metrics, histogram+"_bucket")
	}
	return metrics, err
}

// all are the names of all signals; those of one metric where it is given.
func (p places) all(ctx context.Context, metric string, s Span) ([]string, error) {
	if metric != "" {
		return p.of(ctx, model.Signal{Kind: model.KindHistogram, Metric: metric}, s)
	}
	var all []string
	for _, signal := range p.catalogue.settings.Catalogue() {
		metrics, err := p.of(ctx, signal, s)
		if err != nil {
			return nil, err
		}
		all = append(all, metrics...)
	}
	return all, nil
}

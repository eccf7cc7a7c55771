package compare

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// classesOf finds out what a metric's name stands for at the end of a span, else within it. A metric that is not there has no class, which is not
// remembered: it may appear with the next scrape.
func (e *Engine) classesOf(ctx context.Context, metric string, s span) (classes, error) {
	if item := e.known.classes.Get(metric); item != nil {
		return item.Value(), nil
	}
	found, err := e.askClasses(ctx, metric, s.to, 0)
	if err == nil && found.none() {
		// A metric that ended before the range did is looked for in all of it, which costs more.
		found, err = e.askClasses(ctx, metric, s.to, s.length())
	}
	if err == nil && !found.none() {
		e.known.classes.Set(metric, found, classTTL)
	}
	return found, err
}

func (e *Engine) askClasses(ctx context.Context, metric string, at time.Time, over time.Duration) (classes, error) {
	expr, err := promql.Class(metric, over)
	if err != nil {
		return classes{}, err
	}
	result, err := e.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: at})
	if err != nil {
		if unknownFunction(err) {
			// An engine without native histograms can only mean a classic one.
			return classes{classic: true}, nil
		}
		return classes{}, err
	}
	var found classes
	for _, series := range result.Series {
		found.set(series.Labels.Get(promql.ClassLabel))
	}
	return found, nil
}

// unknownFunction tells whether an engine refused the question itself, which it does where it lacks histogram_count.
func unknownFunction(err error) bool {
	var refused *promapi.Error
	return errors.As(err, &refused) &&
		(refused.Status == http.StatusBadRequest || refused.Status == http.StatusUnprocessableEntity) &&
		(refused.Kind == promapi.KindBadData || refused.Kind == promapi.KindExecution)
}

// checkHistogram refuses what quantiles cannot come from, with the reason.
func checkHistogram(signal model.Signal, c classes) error {
	switch {
	case c.classic || c.native || c.none():
		return nil
	case c.summary:
		return &model.InvalidError{
			Field: signal.ID,
			Message: signal.Metric + " is a summary: its quantiles were computed in each process and cannot be added up over " +
				"instances or split again; record a histogram in the service and name that one in the signal",
		}
	default:
		return &model.InvalidError{
			Field: signal.ID,
			Message: signal.Metric + " is no histogram: it has neither buckets (" + signal.Metric + "_bucket) nor native ones; " +
				"name a histogram without its _bucket, or give the signal the kind rate or gauge",
		}
	}
}

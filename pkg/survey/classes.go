package survey

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// classTTL is how long a class is believed: a metric hardly ever changes its own.
	classTTL = 5 * time.Minute
	// cacheSize bounds what is remembered.
	cacheSize = 1_000
)

// Class says which kinds of metric a name stands for; several can hold while an application migrates.
type Class struct{ Classic, Native, Summary, Plain bool }

func (c Class) none() bool { return c == Class{} }

func (c *Class) set(class string) {
	switch class {
	case promql.ClassClassic:
		c.Classic = true
	case promql.ClassNative:
		c.Native = true
	case promql.ClassSummary:
		c.Summary = true
	case promql.ClassPlain:
		c.Plain = true
	}
}

// onlyNative is whether there is no classic histogram to read instead.
func (c Class) onlyNative() bool { return c.Native && !c.Classic }

// Classes finds out which class metrics are of, and remembers it for a while.
type Classes struct {
	client querier
	kinds  kind.Kinds
	known  *ttlcache.Cache[string, Class]
}

func newClasses(client querier, kinds kind.Kinds) *Classes {
	return &Classes{client: client, kinds: kinds, known: ttlcache.New(
		ttlcache.WithCapacity[string, Class](cacheSize), ttlcache.WithDisableTouchOnHit[string, Class]())}
}

// Of finds out what a metric's name stands for at the end of a span, else within it. A metric that is not there has no
// class, which is not remembered: it may appear with the next scrape.
func (c *Classes) Of(ctx context.Context, metric string, s Span) (Class, error) {
	if item := c.known.Get(metric); item != nil {
		return item.Value(), nil
	}
	found, err := c.ask(ctx, metric, s.To, 0)
	if err == nil && found.none() {
		// A metric that ended before the range did is looked for in all of it, which costs more.
		found, err = c.ask(ctx, metric, s.To, s.Length())
	}
	if err == nil && !found.none() {
		c.known.Set(metric, found, classTTL)
	}
	return found, err
}

func (c *Classes) ask(ctx context.Context, metric string, at time.Time, over time.Duration) (Class, error) {
	expr, err := promql.Class(metric, over)
	if err != nil {
		return Class{}, err
	}
	result, err := c.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: at})
	if err != nil {
		if unknownFunction(err) {
			// An engine without native histograms can only mean a classic one.
			return Class{Classic: true}, nil
		}
		return Class{}, err
	}
	var found Class
	for _, series := range result.Series {
		found.set(series.Labels.Get(promql.ClassLabel))
	}
	return found, nil
}

// unknownFunction is whether an engine rejected the question itself, which it does where it lacks histogram_count.
func unknownFunction(err error) bool {
	var rejected *promapi.Error
	return errors.As(err, &rejected) &&
		(rejected.Status == http.StatusBadRequest || rejected.Status == http.StatusUnprocessableEntity) &&
		(rejected.Kind == promapi.KindBadData || rejected.Kind == promapi.KindExecution)
}

// Counted finds out whether what a signal counts is inside a native histogram. A *model.InvalidError says why quantiles
// cannot come from a metric.
func (c *Classes) Counted(ctx context.Context, signal model.Signal, s Span) (kind.Source, error) {
	looked := c.kinds.Of(signal).Found
	if looked.Histogram == nil {
		return kind.Source{Signal: signal}, nil
	}
	histogram, ok := looked.Histogram(signal)
	if !ok {
		return kind.Source{Signal: signal}, nil
	}
	found, err := c.Of(ctx, histogram, s)
	if err != nil {
		return kind.Source{}, err
	}
	from := kind.Source{Signal: signal, Native: found.onlyNative(), Whole: looked.Whole}
	if from.Whole {
		return from, checkHistogram(signal, found)
	}
	if from.Native {
		from.Signal.Metric = histogram
	}
	return from, nil
}

// HistogramSeries names the metrics that hold a histogram's buckets: those of a classic one, and a native one's own.
func (c *Classes) HistogramSeries(ctx context.Context, metric string, s Span) ([]string, error) {
	found, err := c.Of(ctx, metric, s)
	if err != nil {
		return nil, err
	}
	var metrics []string
	if found.Classic || !found.Native {
		metrics = append(metrics, metric+"_bucket")
	}
	if found.Native {
		metrics = append(metrics, metric)
	}
	return metrics, nil
}

// checkHistogram rejects what quantiles cannot come from, with the reason.
func checkHistogram(signal model.Signal, c Class) error {
	switch {
	case c.Classic || c.Native || c.none():
		return nil
	case c.Summary:
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

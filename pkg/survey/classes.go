package survey

import (
	"context"
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// formTTL is how long a form is believed: a metric hardly ever changes its own.
	formTTL = 5 * time.Minute
	// cacheSize bounds what is remembered.
	cacheSize = 1_000
)

// Classes finds out what the series of histograms have, and remembers it for a while.
type Classes struct {
	client interface {
		querier
		rangeQuerier
	}
	kinds kind.Kinds
	known *ttlcache.Cache[string, kind.Form]
}

func newClasses(client Client, kinds kind.Kinds) *Classes {
	return &Classes{client: client, kinds: kinds, known: ttlcache.New(
		ttlcache.WithCapacity[string, kind.Form](cacheSize), ttlcache.WithDisableTouchOnHit[string, kind.Form]())}
}

// looks is at how many times of a span it is looked what is there, but for its end.
const looks = 6

// Of finds out what the series of a histogram's name have that a selector selects, at some times of a span and at its end: a
// service may have moved to another class meanwhile. A metric that is not there has no form, which is not remembered: it may
// appear with the next scrape.
func (c *Classes) Of(ctx context.Context, metric, selector string, s Span) (kind.Form, error) {
	key := names.Key(metric, selector, s.From.Truncate(formTTL).String(), s.To.Truncate(formTTL).String())
	if item := c.known.Get(key); item != nil {
		return item.Value(), nil
	}
	found, err := c.look(ctx, metric, selector, s)
	if err == nil && found.Absent() {
		// What was there between two looks is looked for in all of the span, which costs more.
		found, err = c.ask(ctx, metric, selector, s)
	}
	if err == nil && !found.Absent() {
		c.known.Set(key, found, formTTL)
	}
	return found, err
}

// look asks at some times.
func (c *Classes) look(ctx context.Context, metric, selector string, s Span) (kind.Form, error) {
	expr, err := promql.Form(metric, selector, 0)
	if err != nil {
		return kind.Form{}, err
	}
	step := max((s.Length() / looks).Truncate(time.Second), time.Second)
	result, err := c.client.QueryRange(ctx, promapi.RangeQuery{
		Expr: expr, Start: s.To.Add(-(s.Length() / step) * step), End: s.To, Step: step,
	})
	if err != nil {
		return kind.Form{}, err
	}
	times := map[int64][]promapi.Series{}
	for _, series := range result.Series {
		for _, p := range series.Floats {
			times[p.T] = append(times[p.T], promapi.Series{Labels: series.Labels, Floats: []promapi.FloatPoint{p}})
		}
		for _, p := range series.Histograms {
			times[p.T] = append(times[p.T], promapi.Series{Labels: series.Labels, Histograms: []promapi.HistogramPoint{p}})
		}
	}
	var found kind.Form
	for _, at := range times {
		found = found.And(formOf(at))
	}
	return found, nil
}

// ask asks once for all that was there in a span.
func (c *Classes) ask(ctx context.Context, metric, selector string, s Span) (kind.Form, error) {
	expr, err := promql.Form(metric, selector, s.Length())
	if err != nil {
		return kind.Form{}, err
	}
	result, err := c.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.To})
	if err != nil {
		return kind.Form{}, err
	}
	return formOf(result.Series), nil
}

// formOf reads the answer to a question for a form at one time.
func formOf(series []promapi.Series) kind.Form {
	found := map[string]float64{}
	native, number := false, false
	for _, s := range series {
		part := s.Labels.Get(promql.FormLabel)
		if part == promql.FormSample {
			native, number = len(s.Histograms) > 0, len(s.Floats) > 0
			continue
		}
		if len(s.Floats) > 0 {
			found[part] = s.Floats[0].V
		}
	}
	plain := found[promql.FormPlain] > 0
	return kind.Form{
		Classic: found[promql.FormClassic] > 0, Ranges: found[promql.FormRanges] > 0,
		Infinite: found[promql.FormInfinite] > 0,
		Open:     found[promql.FormInfinite] < found[promql.FormHistograms],
		Bare:     found[promql.FormHistograms] > 0 && found[promql.FormCount] > found[promql.FormHistograms],
		Count:    found[promql.FormCount] > 0, Sum: found[promql.FormSum] > 0, Summary: found[promql.FormQuantiles] > 0,
		// What has no sum has histograms and numbers, or histograms that cannot be added up.
		Native: plain && !number, Plain: plain && !native,
	}
}

// Counted finds out what a signal is read from. A *model.InvalidError says why it cannot be read from a metric.
func (c *Classes) Counted(ctx context.Context, signal model.Signal, s Span) (kind.Source, error) {
	looked := c.kinds.Of(signal).Found
	if looked.Histogram == nil {
		return kind.Source{Signal: signal}, nil
	}
	histogram, ok := looked.Histogram(signal)
	if !ok {
		return kind.Source{Signal: signal}, nil
	}
	found, err := c.Of(ctx, histogram, signal.Selector, s)
	if err != nil {
		return kind.Source{}, err
	}
	others := found.Buckets() || found.Count && !looked.Whole
	from := kind.Source{Signal: signal, Native: found.Native && !others, Whole: looked.Whole, Form: found}
	if found.Native && others {
		from.Beside = histogram
	}
	switch {
	case from.Whole:
		return from, checkHistogram(signal, found)
	case from.Native:
		from.Signal.Metric = histogram
	default:
		if from.Signal, ok = found.Counter(histogram, signal); !ok {
			return from, uncounted(signal, histogram)
		}
	}
	return from, nil
}

// HistogramSeries names the metrics that hold a histogram's buckets: those of a classic one, and a native one's own.
func (c *Classes) HistogramSeries(ctx context.Context, signal model.Signal, s Span) ([]string, error) {
	found, err := c.Of(ctx, signal.Metric, signal.Selector, s)
	if err != nil {
		return nil, err
	}
	var metrics []string
	if found.Buckets() || !found.Native {
		metrics = append(metrics, signal.Metric+"_bucket")
	}
	if found.Native {
		metrics = append(metrics, signal.Metric)
	}
	return metrics, nil
}

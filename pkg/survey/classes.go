package survey

import (
	"context"
	"time"

	"github.com/jellydator/ttlcache/v3"
	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/split"
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
		labelValues
	}
	kinds kind.Kinds
	known *ttlcache.Cache[string, kind.Form]
}

func newClasses(client Client, kinds kind.Kinds) *Classes {
	return &Classes{client: client, kinds: kinds, known: ttlcache.New(
		ttlcache.WithCapacity[string, kind.Form](cacheSize), ttlcache.WithDisableTouchOnHit[string, kind.Form]())}
}

// Of finds out what the series of a histogram's name have that a selector selects, at the end of a span, and in all of it where
// something was there before that is not at its end: a service may have moved to another class meanwhile. A metric that is not
// there has no form, which is not remembered: it may appear with the next scrape.
func (c *Classes) Of(ctx context.Context, metric, selector string, s Span) (kind.Form, error) {
	key := names.Key(metric, selector, s.From.Truncate(formTTL).String(), s.To.Truncate(formTTL).String())
	if item := c.known.Get(key); item != nil {
		return item.Value(), nil
	}
	found, err := c.ask(ctx, metric, selector, s.To, 0)
	if err != nil {
		return found, err
	}
	more, err := c.more(ctx, metric, found, s)
	if err == nil && more {
		// What ended before the range did is looked for in all of it, which costs more.
		found, err = c.ask(ctx, metric, selector, s.To, s.Length())
	}
	if err == nil && !found.Absent() {
		c.known.Set(key, found, formTTL)
	}
	return found, err
}

// more tells whether a span may have series of a histogram that a form does not know. Names are asked for, which reads no sample.
func (c *Classes) more(ctx context.Context, metric string, known kind.Form, s Span) (bool, error) {
	if known.Absent() {
		return true, nil
	}
	there := map[string]bool{
		metric: known.Native || known.Summary || known.Plain, metric + "_bucket": known.Buckets(), metric + "_count": known.Count,
	}
	var missing []string
	for _, name := range []string{metric, metric + "_bucket", metric + "_count"} {
		if !there[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return false, nil
	}
	match, err := split.Listed(missing, promql.Name)
	if err != nil {
		return false, err
	}
	found, _, err := c.client.LabelValues(ctx, prommodel.MetricNameLabel, promapi.MetaQuery{Match: match, Start: s.From, End: s.To})
	return len(found) > 0, err
}

func (c *Classes) ask(ctx context.Context, metric, selector string, at time.Time, over time.Duration) (kind.Form, error) {
	expr, err := promql.Form(metric, selector, over)
	if err != nil {
		return kind.Form{}, err
	}
	result, err := c.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: at, Few: true})
	if err != nil {
		return kind.Form{}, err
	}
	return formOf(result.Series), nil
}

// formOf reads the answer to a question for a form.
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

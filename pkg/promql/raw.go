package promql

import (
	"fmt"
	"math"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// The raw statements read counters as they are, aggregated no further than the labels of groupBy, which then name a
// process: series of one process begin again together when it restarts, so that their sum can be differenced.
//
// The part of a ratio that has no series yet is not filled with zeros by the expression (… or 0 * …): whoever differences
// the answer counts it as zero wherever the whole is there, which is the same and spares the server an evaluation.

// Raw are the raw statements of a scope.
type Raw struct{ of Scope }

// Raw gives the raw statements of the scope.
func (s Scope) Raw() Raw { return Raw{s} }

// Mean reads a sum (PartSum) beside its count.
func (r Raw) Mean(sum, count string) (string, error) { return r.of.Mean(sum, count, Func{}) }

// Native reads a native histogram: a cumulative histogram for each variant and process.
func (r Raw) Native(metric string) (string, error) { return r.of.Native(metric, Func{}) }

// Gauge reads the sum of a gauge's series (PartSum) beside their number.
func (r Raw) Gauge(metric string) (string, error) {
	return r.of.statement(
		part{op: parser.SUM, metric: metric, label: PartLabel, value: PartSum},
		part{op: parser.COUNT, metric: metric},
	)
}

// Buckets says which series hold the buckets of a histogram, and what stands for all of its observations.
type Buckets struct {
	Metric string
	// Ranges: the buckets have both bounds (vmrange), and count what lies between them alone.
	Ranges bool
	// Count: there is a counter of the observations. Open: the bucket +Inf, which counts them too, is missing somewhere.
	Count, Open bool
	// Beside: other series of the same name are native histograms.
	Beside bool
}

// natives reads the native histograms of those that have no buckets.
func (b Buckets) natives(fn Func) part {
	fn.Beside = b.half(Natives)
	return part{op: parser.SUM, fn: fn, metric: b.Metric + "_bucket", label: PartLabel, value: PartNative}
}

// half is one of the two forms that such a histogram is in.
func (b Buckets) half(half Half) *Beside {
	counter := b.Metric + "_bucket"
	if b.Count {
		counter = b.Metric + "_count"
	}
	return &Beside{Native: b.Metric, Counter: counter, Half: half}
}

// Buckets reads the buckets of a histogram with the given upper bounds, and the number of all observations: a series
// without a bound where a counter or the sum of all ranges stands for it, else that of the bucket +Inf. Of ranges all are
// read, since which of them lie below a bound is not known before they are there.
func (r Raw) Buckets(of Buckets, bounds []float64) (string, error) {
	parts := rawBuckets(of, bounds)
	if of.Beside {
		parts = append(parts, of.natives(Func{}))
	}
	return r.of.statement(parts...)
}

func rawBuckets(of Buckets, bounds []float64) []part {
	if of.Ranges {
		return []part{wholeOf(of, Func{}), ranges(of.Metric, Func{}, RangeLabel)}
	}
	buckets := part{
		op: parser.SUM, metric: of.Metric + "_bucket", by: []string{BucketLabel},
		match: []*labels.Matcher{BoundIs(append([]float64{math.Inf(1)}, bounds...)...)},
	}
	if of.Open && of.Count {
		return []part{buckets, wholeOf(of, Func{})}
	}
	return []part{buckets}
}

// AllBuckets reads every bucket of a histogram beside the number of all observations, of all processes together.
func (r Raw) AllBuckets(of Buckets, fn Func) (string, error) {
	if of.Ranges {
		return r.of.statement(wholeOf(of, fn), ranges(of.Metric, fn, RangeLabel))
	}
	buckets := part{op: parser.SUM, fn: fn, metric: of.Metric + "_bucket", by: []string{BucketLabel}}
	if of.Open && of.Count {
		return r.of.statement(buckets, wholeOf(of, fn))
	}
	return r.of.statement(buckets)
}

// whole reads the number of all observations, without a label of a bucket.
func wholeOf(of Buckets, fn Func) part {
	if of.Ranges && !of.Count {
		return ranges(of.Metric, fn)
	}
	return part{op: parser.SUM, fn: fn, metric: of.Metric + "_count"}
}

// ranges reads the buckets that have both bounds; by is what is kept of them.
func ranges(metric string, fn Func, by ...string) part {
	return part{op: parser.SUM, fn: fn, metric: metric + "_bucket", by: by, match: []*labels.Matcher{hasLabel(RangeLabel)}}
}

// hasLabel matches what has a label.
func hasLabel(name string) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchNotEqual, name, "")
}

// Highest reads the highest value of a metric over all its series.
func Highest(metric string) (string, error) {
	return render(aggregate(parser.MAX, nil, selector(metric)))
}

// Shares reads a gauge of allocated shares: the mean over the processes for each variant of a flag.
func Shares(metric, flagLabel, variantLabel, flag string) (string, error) {
	own := []*labels.Matcher{
		labels.MustNewMatcher(labels.MatchEqual, flagLabel, flag),
		labels.MustNewMatcher(labels.MatchNotEqual, variantLabel, ""),
	}
	return render(aggregate(parser.AVG, []string{variantLabel}, selector(metric, own)))
}

// Reasons reads how often each reason was given for what a flag's evaluations gave.
func Reasons(metric, flagLabel, reasonLabel, flag string, fn Func) (string, error) {
	if fn.Name == "" {
		return "", fmt.Errorf("reasons are counted over a window, and none is given")
	}
	own := []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, flagLabel, flag)}
	return render(aggregate(parser.SUM, []string{reasonLabel}, apply(fn, selector(metric, own))))
}

package promql

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

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

// Counter reads a counter; native takes the number of observations out of a native histogram.
func (r Raw) Counter(metric string, native bool) (string, error) {
	return r.of.Sum(metric, Func{Count: native})
}

// Ratio reads the numerator of a ratio (PartBad) beside the whole.
func (r Raw) Ratio(metric, bad string, native bool) (string, error) {
	return r.of.Ratio(metric, bad, Func{Count: native})
}

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

// Buckets reads the buckets of a classic histogram with the given upper bounds, and the one of all observations.
func (r Raw) Buckets(metric string, bounds []float64) (string, error) {
	texts := []string{boundText(math.Inf(1))}
	for _, bound := range bounds {
		texts = append(texts, boundTexts(bound)...)
	}
	return r.of.statement(part{
		op: parser.SUM, metric: metric + "_bucket", by: []string{BucketLabel}, match: []*labels.Matcher{oneOf(BucketLabel, texts)},
	})
}

// AllBuckets reads every bucket of a classic histogram, of all processes together.
func (r Raw) AllBuckets(metric string, fn Func) (string, error) {
	return r.of.statement(part{op: parser.SUM, fn: fn, metric: metric + "_bucket", by: []string{BucketLabel}})
}

// boundTexts are the ways in which exposition formats and engines write one upper bound: 1, 1.0, 1e+06.
func boundTexts(bound float64) []string {
	plain := strconv.FormatFloat(bound, 'f', -1, 64)
	short := strconv.FormatFloat(bound, 'g', -1, 64)
	texts := []string{plain, short, boundText(bound)}
	if !strings.Contains(plain, ".") {
		texts = append(texts, plain+".0")
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// boundText is an upper bound as OpenMetrics and Prometheus 3 write it.
func boundText(bound float64) string { return labels.FormatOpenMetricsFloat(bound) }

// oneOf matches a label that has one of several values.
func oneOf(name string, values []string) *labels.Matcher {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = regexp.QuoteMeta(value)
	}
	slices.Sort(quoted)
	return labels.MustNewMatcher(labels.MatchRegexp, name, strings.Join(slices.Compact(quoted), "|"))
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

package promql

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Buckets reads a histogram of buckets: a series for each variant and bound, and beside them, where there are such, the sum
// of the observations (PartSum) and their number (PartCount), which stand for nothing else. One request serves every
// quantile, the mean, the count and the distribution.
func (s Scope) Buckets(of Buckets, fn Func) (string, error) {
	parts := []part{{op: parser.SUM, fn: fn, metric: of.Metric + "_bucket", by: []string{BucketLabel}}}
	if of.Ranges {
		parts[0] = ranges(of.Metric, fn, RangeLabel)
	}
	parts = append(parts, part{op: parser.SUM, fn: fn, metric: of.Metric + "_sum", label: PartLabel, value: PartSum})
	if of.Count {
		parts = append(parts, part{op: parser.SUM, fn: fn, metric: of.Metric + "_count", label: PartLabel, value: PartCount})
	}
	return s.statement(parts...)
}

// Native reads a native histogram: a histogram for each variant.
func (s Scope) Native(metric string, fn Func) (string, error) {
	return s.statement(part{op: parser.SUM, fn: fn, metric: metric})
}

// Sum adds a counter up: a series for each variant.
func (s Scope) Sum(metric string, fn Func) (string, error) {
	return s.statement(part{op: parser.SUM, fn: fn, metric: metric})
}

// Average is the mean of a gauge over the series of each variant.
func (s Scope) Average(metric string, fn Func) (string, error) {
	return s.statement(part{op: parser.AVG, fn: fn, metric: metric})
}

// Ratio reads the numerator of a ratio (PartBad: the metric where bad matches too) beside the whole.
func (s Scope) Ratio(metric, bad string, fn Func) (string, error) {
	return s.statement(
		part{op: parser.SUM, fn: fn, metric: metric, narrow: bad, label: PartLabel, value: PartBad},
		part{op: parser.SUM, fn: fn, metric: metric},
	)
}

// Mean reads a sum (PartSum) beside its count.
func (s Scope) Mean(sum, count string, fn Func) (string, error) {
	return s.statement(
		part{op: parser.SUM, fn: fn, metric: sum, label: PartLabel, value: PartSum},
		part{op: parser.SUM, fn: fn, metric: count},
	)
}

// Top reads the k variants with the most events; for flags with more variants than can be shown.
func (s Scope) Top(metric string, k int, fn Func) (string, error) {
	s.Total = nil
	expr, err := builder{s}.build(part{op: parser.SUM, fn: fn, metric: metric})
	if err != nil {
		return "", err
	}
	return render(&parser.AggregateExpr{
		Op: parser.TOPK, Param: &parser.NumberLiteral{Val: float64(k)}, Expr: expr,
	})
}

func (s Scope) statement(parts ...part) (string, error) {
	expr, err := builder{s}.build(parts...)
	if err != nil {
		return "", err
	}
	return render(expr)
}

// Held counts the series of a classic histogram that hold each bucket bound and had a sample of late. Sums over series are a
// histogram at the bounds alone that all of them hold.
func (s Scope) Held(metric string, lately time.Duration) (string, error) {
	s.Total = nil
	return s.statement(part{
		op: parser.COUNT, fn: Func{Name: "last_over_time", Window: lately}, metric: metric + "_bucket", by: []string{BucketLabel},
	})
}

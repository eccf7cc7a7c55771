package promql

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Buckets reads a histogram of buckets: a series for each variant and bound, and beside them, where there are such, the sum
// of the observations (PartSum) and their number (PartCount), which stand for nothing else. One request serves every
// quantile, the mean, the count and the distribution.
func (s Scope) Buckets(of Buckets, fn Func) (string, error) {
	native := of.natives(fn)
	if of.Beside {
		fn.Beside = of.half(OwnBuckets)
	}
	parts := []part{{op: parser.SUM, fn: fn, metric: of.Metric + "_bucket", by: []string{BucketLabel}}}
	if of.Ranges {
		parts[0] = ranges(of.Metric, fn, RangeLabel)
	}
	parts = append(parts, part{op: parser.SUM, fn: fn, metric: of.Metric + "_sum", label: PartLabel, value: PartSum})
	if of.Count {
		parts = append(parts, part{op: parser.SUM, fn: fn, metric: of.Metric + "_count", label: PartLabel, value: PartCount})
	}
	if of.Beside {
		parts = append(parts, native)
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

// Bad says which events are the numerator of a ratio.
type Bad struct {
	// Metric counts them where they have a counter of their own; else the metric of all does.
	Metric string
	// Selector narrows it.
	Selector string
}

// part of a ratio over a metric.
func (b Bad) part(metric string, fn Func) part {
	p := part{op: parser.SUM, fn: fn, metric: metric, narrow: b.Selector, label: PartLabel, value: PartBad}
	if b.Metric != "" {
		p.metric, p.fn.Count, p.fn.Beside = b.Metric, false, nil
	}
	return p
}

// Ratio reads the numerator of a ratio (PartBad) beside the whole.
func (s Scope) Ratio(metric string, bad Bad, fn Func) (string, error) {
	return s.statement(bad.part(metric, fn), part{op: parser.SUM, fn: fn, metric: metric})
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

// Held counts the series of a classic histogram that hold each bucket bound and had a sample of late, and where there are
// such the native histograms (PartNative). Sums over series are a histogram at the bounds alone that all of them hold.
func (s Scope) Held(of Buckets, lately time.Duration) (string, error) {
	s.Total = nil
	fn := Func{Name: "last_over_time", Window: lately}
	parts := []part{{op: parser.COUNT, fn: fn, metric: of.Metric + "_bucket", by: []string{BucketLabel}}}
	if of.Beside {
		parts = append(parts, part{op: parser.COUNT, fn: fn, metric: of.Metric, label: PartLabel, value: PartNative})
	}
	return s.statement(parts...)
}

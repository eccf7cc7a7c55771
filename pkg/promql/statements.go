package promql

import "github.com/prometheus/prometheus/promql/parser"

// Buckets reads a classic histogram: a series for each variant and le, and beside them the sum of the observations,
// which has no le. One request serves every quantile, the mean, the count and the distribution.
func (s Scope) Buckets(metric string, fn Func) (string, error) {
	return s.statement(
		part{op: parser.SUM, fn: fn, metric: metric + "_bucket", by: []string{BucketLabel}},
		part{op: parser.SUM, fn: fn, metric: metric + "_sum"},
	)
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

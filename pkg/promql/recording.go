package promql

import (
	"fmt"
	"slices"
	"strings"

	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// What recording rules hold: one variant of a flag, its series added up to one without labels, which the rule then
// names. A scope that is recorded has exactly one variant.

// Recording are the expressions of the recording rules of a scope, which reads one variant.
type Recording struct{ of Scope }

// Recording gives the expressions of the scope's recording rules.
func (s Scope) Recording() Recording { return Recording{s} }

// Count is the number of events of a counter within the window of fn.
func (r Recording) Count(metric string, fn Func) (string, error) {
	count, err := r.observed(part{op: parser.SUM, fn: fn, metric: metric})
	if err != nil {
		return "", err
	}
	return render(count)
}

// observed is what a counter counts. Where that is the count of a histogram which has none, the bucket that counts every
// observation stands for it, or on VictoriaMetrics the ranges together: a rule cannot ask first which series there are.
func (r Recording) observed(p part) (parser.Expr, error) {
	counted, err := r.single(p)
	histogram, ok := strings.CutSuffix(p.metric, "_count")
	if err != nil || !ok {
		return counted, err
	}
	ways := []parser.Expr{counted}
	for _, narrow := range []string{EveryObservation(), EveryRange()} {
		buckets := p
		buckets.metric, buckets.narrow, buckets.fn.Beside = histogram+"_bucket", model.BothSelectors(p.narrow, narrow), nil
		way, err := r.single(buckets)
		if err != nil {
			return nil, err
		}
		ways = append(ways, way)
	}
	return anyOf(ways...), nil
}

// Share is the share of the events of a counter that are bad: 0 where none was ever counted, nothing where there was no event
// at all.
func (r Recording) Share(metric string, bad Bad, fn Func) (string, error) {
	of, err := r.observed(bad.part(metric, fn))
	if err != nil {
		return "", err
	}
	all, err := r.observed(part{op: parser.SUM, fn: fn, metric: metric})
	if err != nil {
		return "", err
	}
	share, err := formula("(bad or 0 * every) / (every > 0)", map[string]parser.Expr{"bad": of, "every": all})
	if err != nil {
		return "", err
	}
	return render(share)
}

// Mean is a sum over its count; zero says that a sum without series is 0.
func (r Recording) Mean(sum, count string, zero bool, fn Func) (string, error) {
	over, err := r.single(part{op: parser.SUM, fn: fn, metric: sum})
	if err != nil {
		return "", err
	}
	of, err := r.observed(part{op: parser.SUM, fn: fn, metric: count})
	if err != nil {
		return "", err
	}
	text := "total / (events > 0)"
	if zero {
		text = "(total or 0 * events) / (events > 0)"
	}
	mean, err := formula(text, map[string]parser.Expr{"total": over, "events": of})
	if err != nil {
		return "", err
	}
	return render(mean)
}

// Average is the mean of a gauge.
func (r Recording) Average(metric string, fn Func) (string, error) {
	mean, err := r.single(part{op: parser.AVG, fn: fn, metric: metric})
	if err != nil {
		return "", err
	}
	return render(mean)
}

// Histogram is a histogram as a rule reads it.
type Histogram struct {
	Metric string
	// Native reads the native histogram of that name, and the classic one's buckets where there is none; else these alone.
	Native bool
	Fn     Func
}

// Quantile is the quantile q, 0 to 1, of a histogram.
func (r Recording) Quantile(of Histogram, q float64) (string, error) {
	return r.quantile(of, number(q))
}

// QuantileBound is a bound of the quantile q that holds with z standard errors: the quantile whose rank lies
// sqrt(q (1 - q) / n) z beside it, below for a negative z, where n is what count recorded. It rests on the binomial
// distribution of ranks and on no shape of the values (Conover 1999, section 3.2).
func (r Recording) QuantileBound(of Histogram, q, z float64, count Recorded) (string, error) {
	n, err := count.selector()
	if err != nil {
		return "", err
	}
	rank, err := formula("scalar(clamp(q + z * sqrt(q * (1 - q) / n), 0, 1))", map[string]parser.Expr{
		"q": number(q), "z": number(z), "n": n,
	})
	if err != nil {
		return "", err
	}
	return r.quantile(of, rank)
}

func (r Recording) quantile(of Histogram, q parser.Expr) (string, error) {
	buckets, err := r.single(part{op: parser.SUM, fn: of.Fn, metric: of.Metric + "_bucket", by: []string{BucketLabel}})
	if err != nil {
		return "", err
	}
	ranges, err := r.single(part{
		op: parser.SUM, fn: of.Fn, metric: of.Metric + "_bucket", narrow: EveryRange(), by: []string{RangeLabel},
	})
	if err != nil {
		return "", err
	}
	// VictoriaMetrics reads its own ranges as buckets.
	quantile := anyOf(call("histogram_quantile", q, buckets), call("histogram_quantile", q, ranges))
	if !of.Native {
		return render(quantile)
	}
	native, err := r.single(part{op: parser.SUM, fn: of.Fn, metric: of.Metric})
	if err != nil {
		return "", err
	}
	return render(anyOf(call("histogram_quantile", q, native), quantile))
}

// RecordShareBound is a bound of a recorded share with z standard errors, below for a negative z: Wilson's score
// interval (Wilson 1927), which does not shrink to nothing where no bad event was seen.
func RecordShareBound(share, count Recorded, z float64) (string, error) {
	p, err := share.selector()
	if err != nil {
		return "", err
	}
	n, err := count.selector()
	if err != nil {
		return "", err
	}
	bound, err := formula(
		"(p + square / 2 / n + z * sqrt(p * (1 - p) / n + square / 4 / n / n)) / (1 + square / n)",
		map[string]parser.Expr{"p": p, "n": n, "z": number(z), "square": number(z * z)},
	)
	if err != nil {
		return "", err
	}
	return render(bound)
}

// Recorded is a series that a recording rule writes.
type Recorded struct {
	Metric string
	Labels map[string]string
}

// String selects the series, as annotations ask for it.
func (r Recorded) String() string {
	selected, err := r.selector()
	if err != nil {
		return ""
	}
	return escaped(selected.String())
}

func (r Recorded) selector() (*parser.VectorSelector, error) {
	names := make([]string, 0, len(r.Labels))
	for name := range r.Labels {
		names = append(names, name)
	}
	slices.Sort(names)
	var matchers []*labels.Matcher
	for _, name := range names {
		matcher, err := labels.NewMatcher(labels.MatchEqual, name, r.Labels[name])
		if err != nil {
			return nil, fmt.Errorf("label %s of %s: %w", name, r.Metric, err)
		}
		matchers = append(matchers, matcher)
	}
	if !prommodel.UTF8Validation.IsValidMetricName(r.Metric) {
		return nil, fmt.Errorf("%q is no name of a metric", r.Metric)
	}
	return selector(r.Metric, matchers), nil
}

// single adds up all series of the scope's one variant, keeping but the labels that the part asks for.
func (r Recording) single(p part) (parser.Expr, error) {
	if len(r.of.Variants) != 1 {
		return nil, fmt.Errorf("a rule records one variant, not %d", len(r.of.Variants))
	}
	common, err := model.ParseSelector(r.of.Selector)
	if err != nil {
		return nil, err
	}
	narrow, err := model.ParseSelector(p.narrow)
	if err != nil {
		return nil, err
	}
	filters, err := filterMatchers(r.of.Filters)
	if err != nil {
		return nil, err
	}
	return r.recorded(p, common, narrow, filters)
}

// recorded reads the scope's one variant, without a label that names it.
func (r Recording) recorded(p part, groups ...[]*labels.Matcher) (parser.Expr, error) {
	branches, err := builder{r.of}.branches()
	if err != nil {
		return nil, err
	}
	if len(branches) == 0 {
		return nil, fmt.Errorf("flag %q has no variant %q among the datasource's %s", r.of.Flag, r.of.Variants[0], r.of.Split.Mode.Name())
	}
	return aggregate(p.op, p.by, branches[0].series(p, r.of.Copies, groups)), nil
}

package rules

import (
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// record writes down the series of one signal of one variant: its value, and where it has them the count that it rests
// on and its bounds.
func (b *builder) record(of judged, variant string) error {
	key := variant + "\x00" + of.signal.ID + "\x00" + of.stat
	if b.recorded[key] {
		return nil
	}
	b.recorded[key] = true
	scope := promql.Scope{
		Split: b.settings.SplitOf(of.signal), Flag: b.flag.Flag, Selector: of.signal.Selector, Variants: []string{variant},
	}
	// What a bound rests on is recorded before it.
	if metric, native, ok := b.counter(of.signal); ok {
		expr, err := scope.RecordCount(metric, promql.Func{Name: "increase", Window: b.window, Count: native})
		if err := b.add(of, "count", variant, expr, err); err != nil {
			return err
		}
	}
	value, err := b.value(scope, of)
	if err := b.add(of, "value", variant, value, err); err != nil {
		return err
	}
	if !bounded(of.signal) {
		return nil
	}
	for _, bound := range []struct {
		what string
		z    float64
	}{{"lower", -b.z}, {"upper", b.z}} {
		expr, err := b.bound(scope, of, variant, bound.z)
		if err := b.add(of, bound.what, variant, expr, err); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) add(of judged, what, variant, expr string, err error) error {
	if err != nil {
		return err
	}
	series := b.series(of, what, variant)
	b.recordings = append(b.recordings, Recording{Record: series.Metric, Labels: series.Labels, Expr: expr})
	return nil
}

func (b *builder) value(scope promql.Scope, of judged) (string, error) {
	rate := promql.Func{Name: "rate", Window: b.window}
	signal := of.signal
	switch signal.Kind {
	case model.KindHistogram:
		return scope.RecordQuantile(b.histogram(signal), of.quantile)
	case model.KindRatio:
		metric, native, _ := b.counter(signal)
		rate.Count = native
		return scope.RecordShare(metric, signal.Bad, rate)
	case model.KindMean:
		return scope.RecordMean(signal.Metric, signal.CountMetric, rate)
	case model.KindRate:
		metric, native := b.counted(signal.Metric)
		rate.Count = native
		return scope.RecordCount(metric, rate)
	default:
		return scope.RecordAverage(signal.Metric, promql.Func{Name: "avg_over_time", Window: b.window})
	}
}

func (b *builder) bound(scope promql.Scope, of judged, variant string, z float64) (string, error) {
	count := b.series(of, "count", variant)
	if of.signal.Kind == model.KindHistogram {
		return scope.RecordQuantileBound(b.histogram(of.signal), of.quantile, z, count)
	}
	return promql.RecordShareBound(b.series(of, "value", variant), count, z)
}

func (b *builder) histogram(signal model.Signal) promql.Histogram {
	return promql.Histogram{
		Metric: signal.Metric, Native: b.native, Fn: promql.Func{Name: "rate", Window: b.window},
	}
}

// counter is the metric whose events a signal counts, and whether they are counted inside a native histogram.
func (b *builder) counter(signal model.Signal) (metric string, native, ok bool) {
	switch signal.Kind {
	case model.KindHistogram:
		if b.native {
			return signal.Metric, true, true
		}
		return signal.Metric + "_count", false, true
	case model.KindRatio:
		metric, native = b.counted(signal.Metric)
		return metric, native, true
	case model.KindMean:
		return signal.CountMetric, false, true
	}
	return "", false, false
}

// counted turns the count of a classic histogram to the one inside a native histogram where those are read.
func (b *builder) counted(metric string) (string, bool) {
	if histogram, ok := strings.CutSuffix(metric, "_count"); ok && b.native {
		return histogram, true
	}
	return metric, false
}

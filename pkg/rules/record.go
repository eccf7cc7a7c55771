package rules

import (
	"github.com/flaglens/flaglens/pkg/kind"
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
		Split: b.words.SplitOf(b.settings, of.signal), Flag: b.flag.Flag, Selector: of.signal.Selector, Variants: []string{variant},
	}
	recorded := b.recordedOf(of.signal)
	// What a bound rests on is recorded before it.
	if recorded.Counter != nil {
		metric, histogram := recorded.Counter(of.signal, b.native)
		expr, err := scope.Recording().Count(metric, kind.Recording("increase", b.window, histogram))
		if err := b.add(of, "count", variant, expr, err); err != nil {
			return err
		}
	}
	rule := kind.Rule{Quantile: of.quantile, Window: b.window, Native: b.native}
	value, err := recorded.Value(scope, of.signal, rule)
	if err := b.add(of, "value", variant, value, err); err != nil {
		return err
	}
	if recorded.Bound == nil {
		return nil
	}
	for _, bound := range []struct {
		what string
		z    float64
	}{{"lower", -b.z}, {"upper", b.z}} {
		expr, err := recorded.Bound(scope, of.signal, rule, kind.Bound{
			Z: bound.z, Value: b.series(of, "value", variant), Count: b.series(of, "count", variant),
		})
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

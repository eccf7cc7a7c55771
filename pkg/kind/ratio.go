package kind

import (
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// ratio: rate of the bad (or wanted) events over the rate of all.
func ratio() Kind {
	return Kind{
		Name: model.KindRatio,
		Check: func(path string, s model.Signal) error {
			if s.BadMetric != "" {
				return model.CheckMetricAt(path+".badMetric", s.BadMetric)
			}
			if bad, err := model.ParseSelector(s.Bad); err == nil && len(bad) == 0 {
				return model.Invalid(path+".bad", `say which events count, like status=~"5..", or name their metric in badMetric`, "a ratio needs it")
			}
			return nil
		},
		Stats: stats(model.StatRatio),
		Found: Found{
			Metrics: counterMetrics, Histogram: countOf,
			Unborn: func(s model.Signal) string { return s.BadMetric },
		},
		Drawn: Drawn{
			Statement: func(scope promql.Scope, from Source, fn Funcs) (string, error) {
				return scope.Ratio(from.Signal.Metric, badOf(from.Signal), fn.Counter)
			},
			Size: counterSize, Series: 2,
			Fold: func(model.Signal, string) func(a Answer, i int) Point {
				return func(a Answer, i int) Point { return Plain(a.Quotient(promql.PartBad, i, true)) }
			},
		},
		Counted: Counted{
			Numbers: 2, Zero: func(model.Signal) bool { return true }, Events: counterEvents,
			Statement: func(scope promql.Scope, from Source, _ []float64) (string, error) {
				return scope.Ratio(from.Signal.Metric, badOf(from.Signal), from.Counting(promql.Func{}))
			},
			Places: partPlaces,
			// Bad events are events.
			Consistent: func(steps []float64) bool { return steps[1] >= 0 && steps[1] <= steps[0] },
			Arm:        func(kept, _ []float64) counts.Arm { return counts.Arm{N: kept[0], X: kept[1]} },
		},
		Judged: counts.Judged{Form: counts.FormShare, Stat: model.StatRatio, Requests: true, Found: againstBaseline},
		Recorded: Recorded{
			Stat: model.StatRatio, Counter: recordedCounter,
			Value: func(scope promql.Scope, s model.Signal, r Rule) (string, error) {
				metric, histogram := recordedCounter(s, r.Native)
				return scope.Recording().Share(metric, badOf(s), r.rate(histogram))
			},
			Bound: func(_ promql.Scope, _ model.Signal, _ Rule, b Bound) (string, error) {
				return promql.RecordShareBound(b.Value, b.Count, b.Z)
			},
		},
	}
}

// badOf is which events a ratio counts.
func badOf(s model.Signal) promql.Bad { return promql.Bad{Metric: s.BadMetric, Selector: s.Bad} }

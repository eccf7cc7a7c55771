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
			if bad, err := model.ParseSelector(s.Bad); err == nil && len(bad) == 0 {
				return model.Invalid(path+".bad", `say which events count, like status=~"5.."`, "a ratio needs it")
			}
			return nil
		},
		Stats: stats(model.StatRatio),
		Found: Found{Metrics: counterMetrics, Histogram: countOf},
		Drawn: Drawn{
			Statement: func(scope promql.Scope, from Source, fn Funcs) (string, error) {
				return scope.Ratio(from.Signal.Metric, from.Signal.Bad, fn.Counter)
			},
			Size: counterSize, Series: 2,
			Fold: func(string) func(a Answer, i int) Point {
				return func(a Answer, i int) Point { return Plain(a.Quotient(promql.PartBad, i, true)) }
			},
		},
		Counted: Counted{
			Numbers: 2, Zero: true, Events: counterEvents,
			Statement: func(scope promql.Scope, from Source, _ []float64) (string, error) {
				return scope.Ratio(from.Signal.Metric, from.Signal.Bad, from.Counting(promql.Func{}))
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
				return scope.RecordShare(metric, s.Bad, r.rate(histogram))
			},
			Bound: func(_ promql.Scope, _ model.Signal, _ Rule, b Bound) (string, error) {
				return promql.RecordShareBound(b.Value, b.Count, b.Z)
			},
		},
	}
}

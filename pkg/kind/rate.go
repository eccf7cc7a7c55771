package kind

import (
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// rate: a counter a second, and the part that a variant has of it.
func rate() Kind {
	return Kind{
		Name:  model.KindRate,
		Stats: stats(model.StatRate, model.StatShare),
		Found: Found{Metrics: counterMetrics, Histogram: countOf, Traffic: 1},
		Drawn: Drawn{
			Statement: func(scope promql.Scope, from Source, fn Funcs) (string, error) {
				return scope.Sum(from.Signal.Metric, fn.Counter)
			},
			Size: counterSize, Series: 2,
			Fold: func(_ model.Signal, stat string) func(a Answer, i int) Point {
				if stat == model.StatShare {
					return func(a Answer, i int) Point { return Plain(a.Share(i)) }
				}
				return func(a Answer, i int) Point { return Plain(a.Rate(i)) }
			},
		},
		Counted: Counted{
			Numbers: 1, Real: true, Events: counterEvents,
			Statement: func(scope promql.Scope, from Source, _ []float64) (string, error) {
				return scope.Sum(from.Signal.Metric, from.Counting(promql.Func{}))
			},
			Places: func(labels.Labels, []float64) (int, int, bool) { return 0, 0, true },
			// Seconds, and what was counted in them.
			Kept: func(steps []float64, ticks float64) []float64 {
				return []float64{ticks * counts.Step.Seconds(), steps[0]}
			},
			Arm: sumArm,
		},
		Judged: counts.Judged{Form: counts.FormMean, Stat: model.StatRate, Found: againstBaseline},
		Recorded: Recorded{
			Stat: model.StatRate,
			Value: func(scope promql.Scope, s model.Signal, r Rule) (string, error) {
				metric, histogram := recordedCounter(s, r.Native)
				return scope.Recording().Count(metric, r.rate(histogram))
			},
		},
	}
}

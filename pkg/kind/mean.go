package kind

import (
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// mean: rate of a sum over the rate of its count.
func mean() Kind {
	return Kind{
		Name: model.KindMean,
		Check: func(path string, s model.Signal) error {
			return model.CheckMetricAt(path+".countMetric", s.CountMetric)
		},
		Stats: stats(model.StatMean),
		Found: Found{
			Metrics: func(s model.Signal) []string { return []string{s.CountMetric} },
			Events: func(s model.Signal) model.Signal {
				s.Metric = s.CountMetric
				return s
			},
		},
		Drawn: Drawn{
			Statement: func(scope promql.Scope, from Source, fn Funcs) (string, error) {
				return scope.Mean(from.Signal.Metric, from.Signal.CountMetric, fn.Counter)
			},
			Size:   func(s model.Signal, _ Source) (string, int, []string) { return s.CountMetric, 2, nil },
			Series: 2,
			Fold: func(string) func(a Answer, i int) Point {
				return func(a Answer, i int) Point { return Plain(a.Quotient(promql.PartSum, i, false)) }
			},
		},
		Counted: Counted{
			Numbers: 2, Real: true,
			Events: func(s model.Signal, _ bool) promql.Events { return promql.Events{Metric: s.CountMetric} },
			Statement: func(scope promql.Scope, from Source, _ []float64) (string, error) {
				return scope.RawMean(from.Signal.Metric, from.Signal.CountMetric)
			},
			Places: partPlaces, Consistent: func(steps []float64) bool { return steps[1] >= 0 }, Arm: sumArm,
		},
		Judged: counts.Judged{Form: counts.FormMean, Stat: model.StatMean, Requests: true, Found: againstBaseline},
		Recorded: Recorded{
			Stat:    model.StatMean,
			Counter: func(s model.Signal, _ bool) (string, string) { return s.CountMetric, "" },
			Value: func(scope promql.Scope, s model.Signal, r Rule) (string, error) {
				return scope.RecordMean(s.Metric, s.CountMetric, r.rate(""))
			},
		},
	}
}

package kind

import (
	"strings"

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
			Unborn: func(s model.Signal) string {
				if !apart(s) {
					return ""
				}
				return s.Metric
			},
		},
		Drawn: Drawn{
			Statement: func(scope promql.Scope, from Source, fn Funcs) (string, error) {
				return scope.Mean(from.Signal.Metric, from.Signal.CountMetric, fn.Counter)
			},
			Size:   func(s model.Signal, _ Source) (string, int, []string) { return s.CountMetric, 2, nil },
			Series: 2,
			Fold: func(s model.Signal, _ string) func(a Answer, i int) Point {
				zero := apart(s)
				return func(a Answer, i int) Point { return Plain(a.Quotient(promql.PartSum, i, zero)) }
			},
		},
		Counted: Counted{
			Numbers: 2, Real: true, Zero: apart,
			Events: func(s model.Signal, _ bool) promql.Events { return promql.Events{Metric: s.CountMetric} },
			Statement: func(scope promql.Scope, from Source, _ []float64) (string, error) {
				return scope.Raw().Mean(from.Signal.Metric, from.Signal.CountMetric)
			},
			Places: partPlaces, Consistent: func(steps []float64) bool { return steps[1] >= 0 }, Arm: sumArm,
		},
		Judged: counts.Judged{Form: counts.FormMean, Stat: model.StatMean, Requests: true, Found: againstBaseline},
		Recorded: Recorded{
			Stat:    model.StatMean,
			Counter: func(s model.Signal, _ bool) (string, string) { return s.CountMetric, "" },
			Value: func(scope promql.Scope, s model.Signal, r Rule) (string, error) {
				return scope.Recording().Mean(s.Metric, s.CountMetric, apart(s), r.rate(""))
			},
		},
	}
}

// apart is whether the sum is a counter of its own, which is born with the first event that it counts. The parts of one
// histogram or summary are born together: where one of them is missing, it is not known.
func apart(s model.Signal) bool {
	base, histogram := strings.CutSuffix(s.Metric, "_sum")
	return !histogram || s.CountMetric != base+"_count"
}

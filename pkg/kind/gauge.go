package kind

import (
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// gauge: mean of a gauge over the series of a variant.
func gauge() Kind {
	return Kind{
		Name:  model.KindGauge,
		Stats: stats(model.StatValue),
		Found: Found{Metrics: func(s model.Signal) []string { return []string{s.Metric} }, Snapshot: true},
		Drawn: Drawn{
			Statement: func(scope promql.Scope, from Source, fn Funcs) (string, error) {
				return scope.Average(from.Signal.Metric, fn.Gauge)
			},
			Size: counterSize, Series: 2,
			Fold: func(model.Signal, string) func(a Answer, i int) Point {
				return func(a Answer, i int) Point { return Plain(a.Whole(i)) }
			},
		},
		Counted: Counted{
			Numbers: 2, Snapshot: true,
			Statement: func(scope promql.Scope, from Source, _ []float64) (string, error) {
				return scope.Raw().Gauge(from.Signal.Metric)
			},
			Places: partPlaces, Arm: sumArm,
		},
		Judged: counts.Judged{Form: counts.FormMean, Stat: model.StatValue, Found: againstBaseline},
		Recorded: Recorded{
			Stat: model.StatValue,
			Value: func(scope promql.Scope, s model.Signal, r Rule) (string, error) {
				return scope.Recording().Average(s.Metric, promql.Func{Name: "avg_over_time", Window: r.Window})
			},
		},
	}
}

package kind

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// usualBuckets is more than classic histograms have, and about what native ones take.
const usualBuckets = 64

// histogram: quantiles and mean of a classic or native histogram. What is judged is the part of the observations above
// bucket edges.
func histogram() Kind {
	return Kind{
		Name: model.KindHistogram,
		Stats: func(quantiles []float64) []string {
			all := make([]string, 0, len(quantiles)+1)
			for _, q := range quantiles {
				all = append(all, model.QuantileStat(q))
			}
			return append(all, model.StatMean)
		},
		Found: Found{
			// A histogram's own name is that of a native one.
			Metrics:   func(s model.Signal) []string { return []string{s.Metric + "_count", s.Metric} },
			Histogram: func(s model.Signal) (string, bool) { return s.Metric, true },
			Whole:     true,
			Events: func(s model.Signal) model.Signal {
				s.Metric += "_count"
				s.Kind = model.KindRate
				return s
			},
			Traffic: 2,
		},
		Drawn: Drawn{
			Statement: func(scope promql.Scope, from Source, fn Funcs) (string, error) {
				if from.Native {
					return scope.Native(from.Signal.Metric, fn.Counter)
				}
				return scope.Buckets(from.Buckets(), fn.Counter)
			},
			Size: func(s model.Signal, from Source) (string, int, []string) {
				if from.Native {
					return s.Metric, usualBuckets, nil
				}
				if from.Buckets().Ranges {
					return s.Metric + "_bucket", 1, []string{promql.RangeLabel}
				}
				return s.Metric + "_bucket", 1, []string{promql.BucketLabel}
			},
			Series: usualBuckets, Distribution: true,
			Fold: func(_ model.Signal, stat string) func(a Answer, i int) Point {
				q, ok := model.StatQuantile(stat)
				if !ok {
					return func(a Answer, i int) Point { return Plain(a.Mean(i)) }
				}
				return func(a Answer, i int) (p Point) {
					p.Value, p.Lower, p.Upper, p.OK = a.Quantile(q, i)
					return p
				}
			},
		},
		Counted: Counted{
			Numbers: 1, Edges: true,
			Events: func(s model.Signal, native bool) promql.Events {
				if native {
					return promql.Events{Metric: s.Metric, Native: true}
				}
				return promql.AllBuckets(s.Metric)
			},
			Statement: func(scope promql.Scope, from Source, edges []float64) (string, error) {
				if from.Native {
					return scope.Raw().Native(from.Signal.Metric)
				}
				return scope.Raw().Buckets(from.Buckets(), edges)
			},
			Places: bucketPlaces, Consistent: rising,
			Kept: func(steps []float64, _ float64) []float64 {
				for k := range steps[1:] {
					steps[k+1] = steps[0] - steps[k+1]
				}
				return steps
			},
			Arm: func(kept, above []float64) counts.Arm {
				copy(above, kept[1:])
				return counts.Arm{N: kept[0], Above: above}
			},
		},
		Judged: counts.Judged{
			Form: counts.FormTails, Requests: true,
			Found: "{feature} of requests {take} over {edge}, {baseline} with {name}",
		},
		Recorded: Recorded{
			Counter: func(s model.Signal, native bool) (string, string) {
				s.Metric += "_count"
				return recordedCounter(s, native)
			},
			Value: func(scope promql.Scope, s model.Signal, r Rule) (string, error) {
				return scope.Recording().Quantile(r.histogram(s), r.Quantile)
			},
			Bound: func(scope promql.Scope, s model.Signal, r Rule, b Bound) (string, error) {
				return scope.Recording().QuantileBound(r.histogram(s), r.Quantile, b.Z, b.Count)
			},
		},
	}
}

// bucketPlaces: the count of all comes first, then what lies up to each edge. A bucket with both bounds lies below every edge
// from its upper one on; one that an edge divides is of no use to that.
func bucketPlaces(series labels.Labels, edges []float64) (first, last int, ok bool) {
	if text := series.Get(promql.RangeLabel); text != "" {
		_, upper, known := promql.Range(text)
		first = slices.IndexFunc(edges, func(edge float64) bool { return upper <= edge }) + 1
		return first, len(edges), known && first > 0
	}
	text := series.Get(promql.BucketLabel)
	if text == "" {
		return 0, 0, true
	}
	bound, known := promql.Bound(text)
	if !known || math.IsInf(bound, 1) {
		return 0, 0, known
	}
	i := slices.Index(edges, bound)
	return i + 1, i + 1, i >= 0
}

// rising tells whether cumulative buckets rise up to the count.
func rising(steps []float64) bool {
	below := 0.0
	for _, step := range steps[1:] {
		if step < below {
			return false
		}
		below = step
	}
	return below <= steps[0]
}

func (r Rule) histogram(s model.Signal) promql.Histogram {
	return promql.Histogram{Metric: s.Metric, Native: r.Native, Fn: r.rate("")}
}

package kind

import (
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// What several kinds have in common.

// stats are the same whatever quantiles are asked for.
func stats(all ...string) func([]float64) []string {
	return func([]float64) []string { return append([]string{}, all...) }
}

// countOf is the histogram whose count a signal reads.
func countOf(s model.Signal) (string, bool) { return strings.CutSuffix(s.Metric, "_count") }

// counterMetrics are the names of a counter, which may be the count of a native histogram.
func counterMetrics(s model.Signal) []string {
	if histogram, ok := countOf(s); ok {
		return []string{s.Metric, histogram}
	}
	return []string{s.Metric}
}

// counterSize: a counter has as many series as its metric, and a part beside the whole.
func counterSize(_ model.Signal, from Source) (string, int, []string) {
	return from.Signal.Metric, 2, nil
}

// counterEvents: a counter counts them itself.
func counterEvents(s model.Signal, native bool) promql.Events {
	return promql.Events{Metric: s.Metric, Native: native}
}

// partPlaces: the whole comes first, its part second.
func partPlaces(series labels.Labels, _ []float64) (first, last int, ok bool) {
	if series.Get(promql.PartLabel) == "" {
		return 0, 0, true
	}
	return 1, 1, true
}

// sumArm: a sum of so many.
func sumArm(kept, _ []float64) counts.Arm { return counts.Arm{N: kept[0], Sum: kept[1]} }

// againstBaseline is what was found, without saying of what.
const againstBaseline = "{feature} against {baseline} with {name}"

// recordedCounter is a counter, and the native histogram that counts the same where those are read and it counts a histogram.
func recordedCounter(s model.Signal, native bool) (metric, histogram string) {
	if of, ok := countOf(s); ok && native {
		return s.Metric, of
	}
	return s.Metric, ""
}

// rate reads a counter, first inside a native histogram if that is named.
func (r Rule) rate(histogram string) promql.Func {
	return Recording("rate", r.Window, histogram)
}

// Recording is the function by which a rule reads a counter, first inside a native histogram if that is named.
func Recording(name string, window time.Duration, histogram string) promql.Func {
	fn := promql.Func{Name: name, Window: window}
	if histogram != "" {
		fn.Beside = &promql.Beside{Native: histogram, Half: promql.NativesFirst}
	}
	return fn
}

package series

import (
	"fmt"
	"math"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promql"
)

// covered is which part of the counted observations has to have buckets, so that quantiles are of all of them: two counters
// that are read by windows differ a little.
const covered = 0.98

// countOpen makes the counter stand for the bucket +Inf, where some of the series that were added up lack that.
func countOpen(arms []*arm) {
	for _, a := range arms {
		if _, counted := a.parts[promql.PartCount]; counted {
			a.buckets = slices.DeleteFunc(a.buckets, func(b bucket) bool { return !b.ranged && math.IsInf(b.upper, 1) })
		}
	}
}

// uncovered says of which variants a part of the observations has no buckets, as where one of their services has none.
func uncovered(signal, metric string, arms []*arm) []data.Notice {
	var said []string
	for _, a := range arms {
		all, whole := total(a.parts[promql.PartCount]), 0.0
		for _, b := range a.buckets {
			if b.ranged || math.IsInf(b.upper, 1) {
				whole += total(b.values)
			}
		}
		if whole > 0 && whole < covered*all {
			said = names.Union(said, []string{fmt.Sprintf("%.0f%% of those of %s", 100*(1-whole/all), a.variant)})
		}
	}
	if len(said) == 0 {
		return nil
	}
	return []data.Notice{notices.Warn("%s: not all of the observations that %s_count counts have buckets: %s have none, and quantiles "+
		"are of the others. Switch histograms on in every process.", signal, metric, names.Listed(said))}
}

// total adds up what there is.
func total(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		if !isAbsent(v) && !math.IsNaN(v) {
			sum += v
		}
	}
	return sum
}

package collect

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/histogram"

	"github.com/flaglens/flaglens/pkg/promapi"
)

// layHistograms puts native histograms where the cumulative buckets of classic ones go: the count, and for each edge what
// lies below it. An edge that cuts through a bucket of the histogram, whose resolution has become coarser, has no number:
// the increments over it are left out until it has one again. What is counted on both sides of a difference is thereby
// always in buckets that both resolutions have, as if both had been merged to the coarser one.
func (r layer) layHistograms(part *chunk, numbers [][]float64, points []promapi.HistogramPoint) {
	for k := range numbers {
		if numbers[k] == nil {
			numbers[k] = nothing(part.ticks)
		}
	}
	for _, point := range points {
		i, ok := r.index(part, point.T)
		if !ok || point.H == nil {
			continue
		}
		numbers[0][i] = point.H.Count
		belowEdges(point.H, r.layout.edges, func(k int, below float64) { numbers[k+1][i] = below })
	}
}

// belowEdges tells what lies at or below each of ascending edges, but for those that cut through a bucket with
// observations.
func belowEdges(h *histogram.FloatHistogram, edges []float64, tell func(k int, below float64)) {
	below, k := 0.0, 0
	for bucket := range bucketsOf(h) {
		if bucket.Count == 0 {
			continue
		}
		for ; k < len(edges) && edges[k] <= bucket.Lower; k++ {
			tell(k, below)
		}
		for ; k < len(edges) && edges[k] < bucket.Upper; k++ {
			continue
		}
		below += bucket.Count
	}
	for ; k < len(edges); k++ {
		tell(k, below)
	}
}

// fill takes what native histograms count where the process has no buckets: all numbers of a tick from the one or the other.
func (m *matrix) fill() {
	for variant, natives := range m.natives {
		if natives == nil {
			continue
		}
		numbers := m.arms[variant]
		if !slices.ContainsFunc(numbers, func(values []float64) bool { return values != nil }) {
			m.arms[variant] = natives
			continue
		}
		for i := range natives[0] {
			if numbers[0] != nil && !math.IsNaN(numbers[0][i]) {
				continue
			}
			for k := range natives {
				if numbers[k] == nil {
					numbers[k] = nothing(len(natives[k]))
				}
				numbers[k][i] = natives[k][i]
			}
		}
	}
}

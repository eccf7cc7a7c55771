package histo

import "math"

// JudgedQuantiles are the baseline's quantiles that bucket edges are chosen for: the middle, and the tail where features
// hurt.
var JudgedQuantiles = []float64{0.5, 0.95, 0.99}

// FarTail is the quantile that stands for the far tail, of which the baseline has next to nothing: where requests end that
// time out. A change there moves no other edge.
const FarTail = 0.999

// The far tail begins where the baseline has at most a thousandth, and its edge lies farTimes as far out: above it is next to
// nothing, so that little of what ends there shows.
const farTimes = 2.0

// Edge is a bucket edge, by its index, and the quantile that it was chosen for.
type Edge struct {
	Index    int
	Quantile float64
}

// NearestEdges is the one rule by which edges are chosen: for each of JudgedQuantiles the edge with the share above it
// nearest to the quantile's own, by their log odds. above holds for each edge how many of n observations lie above it.
//
// Log odds, because near 50% a distance of shares, and near 1% one of their logarithms, would be the natural one: the
// logarithm of the share alone takes an edge below nearly everything for close to the median. An edge that several
// quantiles want goes to the nearest of them, so there may be fewer edges than quantiles. Edges above which lies nothing
// or everything tell slow from fast least, and are taken only where there are no others. Without observations none is
// chosen.
//
// One more is for the FarTail: the lowest edge that is twice the first one above which at most a thousandth lies, or more.
// edges are their upper bounds, ascending.
func NearestEdges(edges, above []float64, n float64) []Edge {
	if !(n > 0) {
		return nil
	}
	telling := tellingEdges(above, n)
	best := map[int]float64{}
	distance := map[int]float64{}
	for _, quantile := range JudgedQuantiles {
		at, nearest := -1, math.Inf(1)
		for i, a := range above {
			if !telling[i] {
				continue
			}
			// Half an observation keeps the odds finite.
			odds := math.Log((a + 0.5) / (n - a + 0.5))
			if d := math.Abs(odds - math.Log((1-quantile)/quantile)); d < nearest {
				at, nearest = i, d
			}
		}
		if at < 0 {
			continue
		}
		if known, taken := distance[at]; !taken || nearest < known {
			best[at], distance[at] = quantile, nearest
		}
	}
	if at := farEdge(edges, above, n, best); at >= 0 {
		best[at] = FarTail
	}
	var chosen []Edge
	for i := range above {
		if quantile, ok := best[i]; ok {
			chosen = append(chosen, Edge{i, quantile})
		}
	}
	return chosen
}

// farEdge is the edge for the far tail, if it is not taken; -1 where there is none. Of few observations a thousandth is less
// than one: then none may lie above where it begins.
func farEdge(edges, above []float64, n float64, taken map[int]float64) int {
	begins := math.Inf(1)
	for i, a := range above {
		if math.IsInf(begins, 1) && (a <= (1-FarTail)*n || a <= 1e-9*n) {
			begins = edges[i]
		}
		if edges[i] < farTimes*begins || edges[i] <= 0 {
			continue
		}
		if _, known := taken[i]; known {
			return -1
		}
		return i
	}
	return -1
}

// tellingEdges are those with observations on both sides; all where there are none such. Counts that an engine
// extrapolated may miss 0 and n by a rounding.
func tellingEdges(above []float64, n float64) []bool {
	telling := make([]bool, len(above))
	some := false
	for i, a := range above {
		telling[i] = a > 1e-9*n && a < (1-1e-9)*n
		some = some || telling[i]
	}
	for i := range telling {
		telling[i] = telling[i] || !some
	}
	return telling
}

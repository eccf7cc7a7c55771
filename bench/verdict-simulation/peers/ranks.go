package peers

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Ranks is what the test of Mann & Whitney 1947 says of two samples.
type Ranks struct {
	U, P          float64 // of x, and its two-sided p value (normal approximation, ties and continuity corrected)
	HodgesLehmann float64 // median of the pairwise differences x - y
	Effect        float64 // probability that an x exceeds a y, ties counting half
}

// MannWhitney compares two samples by ranks.
func MannWhitney(x, y []float64) Ranks {
	nx, ny := float64(len(x)), float64(len(y))
	differences := make([]float64, 0, len(x)*len(y))
	u := 0.0
	for _, a := range x {
		for _, b := range y {
			differences = append(differences, a-b)
			switch {
			case a > b:
				u++
			case a == b:
				u += 0.5
			}
		}
	}
	slices.Sort(differences)
	n := nx + ny
	sigma := math.Sqrt(nx * ny / 12 * (n + 1 - ties(x, y)/(n*(n-1))))
	p := 1.0
	if sigma > 0 {
		z := (math.Max(u, nx*ny-u) - nx*ny/2 - 0.5) / sigma
		p = math.Min(1, 2*distuv.UnitNormal.Survival(z))
	}
	return Ranks{U: u, P: p, HodgesLehmann: median(differences), Effect: u / (nx * ny)}
}

// ties is the sum of t^3 - t over the groups of equal values.
func ties(x, y []float64) float64 {
	all := append(append([]float64(nil), x...), y...)
	slices.Sort(all)
	sum := 0.0
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j] == all[i] {
			j++
		}
		t := float64(j - i)
		sum += t*t*t - t
		i = j
	}
	return sum
}

func median(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

package peers

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Sample is a sample of one arm by its moments.
type Sample struct{ N, Mean, Variance float64 }

// Share is the sample of x ones among n zeros and ones. The variance is p (1 - p), as GrowthBook takes it.
func Share(x, n float64) Sample {
	p := x / n
	return Sample{N: n, Mean: p, Variance: p * (1 - p)}
}

// Interval is a difference B - A with its interval and p value.
type Interval struct{ Point, Lower, Upper, P float64 }

// Sequential is GrowthBook's sequential test: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha,
// Kennedy & Ramdas 2024 (equation 9), tightest at tune observations (GrowthBook's default: 5000).
func Sequential(a, b Sample, alpha, tune float64) Interval {
	n := a.N + b.N
	point := b.Mean - a.Mean
	variance := (a.Variance/a.N + b.Variance/b.N) * n
	rho2 := (-2*math.Log(alpha) + math.Log1p(-2*math.Log(alpha))) / tune
	grown := n*rho2 + 1
	half := math.Sqrt(variance * 2 * grown / (n * n * rho2) * math.Log(math.Sqrt(grown)/alpha))
	t2 := point * point / variance * n
	p := math.Sqrt(grown) * math.Exp(-t2*n*rho2/(2*grown))
	return Interval{Point: point, Lower: point - half, Upper: point + half, P: math.Min(1, p)}
}

// SampleRatioMismatch is the p value of the chi-square test of counts against weights.
func SampleRatioMismatch(counts, weights []float64) float64 {
	n, w := 0.0, 0.0
	for i := range counts {
		n += counts[i]
		w += weights[i]
	}
	chi := 0.0
	for i := range counts {
		want := n * weights[i] / w
		chi += (counts[i] - want) * (counts[i] - want) / want
	}
	return distuv.ChiSquared{K: float64(len(counts) - 1)}.Survival(chi)
}

package stats

import (
	"fmt"
	"math"
)

// Tail is what one arm counted at bucket edges.
type Tail struct {
	N     float64   // observations
	Above []float64 // of them above each edge: never increasing, at most N
}

// QuantileBounds are the edges between which a quantile lies, by their index: above edge Lower and at most at edge
// Upper. Lower is -1 where no edge is proven below, Upper is len(edges) where none is proven above.
type QuantileBounds struct{ Lower, Upper int }

// QuantileInterval is the confidence sequence of the quantile q (0 < q < 1): Lower is the largest edge proven below it,
// Upper the smallest proven at or above it. An edge is proven by the beta-binomial e-value of the share above it
// against 1 - q at 2/alpha, so each side errs with probability at most alpha/2 over all looks: counts above edges are
// monotone, so only the two edges around the true quantile can err. phi >= 1 divides the counts of requests that
// depend on each other. Howard & Ramdas 2022, "Sequential estimation of quantiles".
func QuantileInterval(tail Tail, q, alpha, phi float64) (QuantileBounds, error) {
	bounds := QuantileBounds{Lower: -1, Upper: len(tail.Above)}
	if !(q > 0 && q < 1) || !(alpha > 0 && alpha < 1) || !(phi >= 1) || math.IsInf(phi, 0) {
		return bounds, fmt.Errorf("quantile interval: quantile %v, alpha %v, dispersion %v", q, alpha, phi)
	}
	if !(tail.N >= 0) || math.IsInf(tail.N, 0) {
		return bounds, fmt.Errorf("quantile interval: %v is no number of observations", tail.N)
	}
	tune := BernoulliTuning{N: quantileTuning, Alpha: alpha}
	threshold := math.Log(2 / alpha)
	limit := tail.N
	for i, above := range tail.Above {
		if !(above >= 0 && above <= limit) {
			return bounds, fmt.Errorf("quantile interval: %v observations above edge %d, after %v above the one before",
				above, i, limit)
		}
		limit = above
		if tune.logShareE(above/phi, tail.N/phi, 1-q) < threshold {
			continue
		}
		switch {
		case above > (1-q)*tail.N:
			bounds.Lower = i
		case bounds.Upper == len(tail.Above):
			bounds.Upper = i
		}
	}
	return bounds, nil
}

// quantileTuning is the number of (effective) observations at which the interval is tightest.
const quantileTuning = 5000

// Package samplesize says how many events a sequential test needs on average (Wald 1945, "Sequential tests of statistical
// hypotheses").
package samplesize

import (
	"fmt"
	"math"
)

// EventsNeeded is how many bad events, over both arms, independent requests need on average before the evidence that
// the feature's share of bad ones exceeds r0 times the baseline's reaches 1/alpha, where it is r times the baseline's
// and the feature has w requests for each of the baseline: (ln(1/alpha) + 1) / KL(theta_r || theta_r0) with
// theta_r = w r / (1 + w r), the probability that a bad event falls on the feature (Wald's approximation). Tempered by
// a dispersion phi, it takes phi times as many. It is +Inf where r equals r0, since that cannot be decided; it works in
// both directions. It errs unless r > 0 or r = 0 < r0, r0 > 0, w > 0, 0 < alpha < 1.
func EventsNeeded(r, r0, w, alpha float64) (float64, error) {
	if !(r >= 0) || !(r0 > 0) || !(w > 0) || !(alpha > 0 && alpha < 1) ||
		math.IsInf(r, 0) || math.IsInf(r0, 0) || math.IsInf(w, 0) {
		return 0, fmt.Errorf("events needed: ratio %v, margin ratio %v, traffic ratio %v, alpha %v", r, r0, w, alpha)
	}
	// Written so that it holds where w r is too large or too small for a float.
	theta, theta0 := 1/(1+1/(w*r)), 1/(1+1/(w*r0))
	return (math.Log(1/alpha) + 1) / bernoulliKL(theta, theta0), nil
}

// bernoulliKL is the Kullback-Leibler divergence of Bernoulli(p) from Bernoulli(q) in nats: never negative, and +Inf
// where q excludes what p allows.
func bernoulliKL(p, q float64) float64 {
	return math.Max(0, xlogxy(p, q)+xlogxy(1-p, 1-q))
}

func xlogxy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(x/y)
}

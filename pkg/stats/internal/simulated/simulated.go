// Package simulated draws the traffic that the tests of the statistics share.
package simulated

import (
	"math"
	"math/rand/v2"

	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Traffic makes ticks of a minute: requests a second over both arms, spread evenly over the processes, with the
// baseline's bad share and the feature's, which is a factor of it from a tick on.
type Traffic struct {
	Ticks, Processes int
	RPS, Share, Bad  float64
	Factor           float64
	From             int
	Start            int64
}

// Make draws the ticks of a seed.
func (t Traffic) Make(seed uint64) []strata.Tick {
	rng := rand.New(rand.NewPCG(seed, 1))
	all := make([]strata.Tick, t.Ticks)
	for i := range all {
		factor := 1.0
		if t.Factor > 0 && i >= t.From {
			factor = t.Factor
		}
		all[i] = strata.Tick{End: t.Start + int64(i+1)*60}
		for p := range t.Processes {
			nA := poisson(rng, 60*t.RPS*(1-t.Share)/float64(t.Processes))
			nB := poisson(rng, 60*t.RPS*t.Share/float64(t.Processes))
			xA := math.Min(nA, poisson(rng, nA*t.Bad))
			xB := math.Min(nB, poisson(rng, nB*math.Min(1, t.Bad*factor)))
			all[i].Strata = append(all[i].Strata, strata.Stratum{Key: p, A: strata.Counts{N: nA, X: xA}, B: strata.Counts{N: nB, X: xB}})
		}
	}
	return all
}

// poisson draws a Poisson count, by its normal approximation where the mean is large.
func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 500 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	n, p, limit := 0.0, rng.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= rng.Float64()
	}
	return n
}

// Binomial is the probability of x bad ones among n.
func Binomial(n, x int, p float64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(x + 1))
	c, _ := math.Lgamma(float64(n - x + 1))
	return math.Exp(a-b-c) * math.Pow(p, float64(x)) * math.Pow(1-p, float64(n-x))
}

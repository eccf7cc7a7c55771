package streams

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Canary is traffic of which each arm has processes of its own, so that the minute is all that they share.
type Canary struct {
	Stream
	// Baseline and Feature are how many processes each arm has; requests spread evenly over them.
	Baseline, Feature int
	// Sick is the factor on the rate of one of the feature's processes, for SickFor minutes from any minute on, or (0) all the
	// time.
	Sick    float64
	SickFor int
	// OfBaseline makes it one of the baseline's.
	OfBaseline bool
	// Spread is by how much each process's rate is off, up or down.
	Spread float64
}

// Generate makes the ticks of one run.
func (c Canary) Generate(rng *rand.Rand) []strata.Tick {
	processes := [2]int{c.Baseline, c.Feature}
	var factors [2][]float64
	for arm, n := range processes {
		for range n {
			factors[arm] = append(factors[arm], 1+c.Spread*float64(2*rng.IntN(2)-1))
		}
	}
	shared := c.shocks(rng)
	from, until := 0, c.Minutes
	if c.SickFor > 0 {
		from = rng.IntN(c.Minutes - c.SickFor)
		until = from + c.SickFor
	}
	ticks := make([]strata.Tick, c.Minutes)
	for m := range ticks {
		var s strata.Stratum
		for arm, n := range processes {
			of, parts := armOf(&s, arm), make([]strata.Part, 0, strata.MaxGroups)
			for i := range n {
				rate := c.rate(m) * shared[m] * factors[arm][i]
				if arm == 1 {
					rate = c.Effect.apply(rate, m)
				}
				if c.Sick > 0 && i == 0 && (arm == 0) == c.OfBaseline && m >= from && m < until {
					rate *= c.Sick
				}
				requests := poisson(rng, 60*c.rps(m)*c.share(m)[arm]/float64(n))
				one := strata.Counts{N: requests, X: c.bad(rng, requests, math.Min(rate, 1))}
				of.N, of.X = of.N+one.N, of.X+one.X
				if i < strata.MaxGroups {
					parts = append(parts, strata.Part{Group: i})
				}
				group := &parts[i%strata.MaxGroups]
				group.N, group.X = group.N+one.N, group.X+one.X
			}
			if arm == 0 {
				s.PartsA = parts
			} else {
				s.PartsB = parts
			}
		}
		ticks[m] = strata.Tick{End: int64(m+1) * 60, Strata: []strata.Stratum{s}}
	}
	return ticks
}

// canary is a day at 10 requests a second, half of them each arm's.
func canary(name string, baseline, feature int) Canary {
	return Canary{Stream: Base(name, 10), Baseline: baseline, Feature: feature}
}

// Canaries are those in which the feature changes nothing: every alarm is a false one.
func Canaries() []Canary {
	var all []Canary
	add := func(c Canary, change func(*Canary)) {
		change(&c)
		all = append(all, c)
	}
	add(canary("20 and 20 processes", 20, 20), func(*Canary) {})
	for _, minutes := range []int{20, 45, 90} {
		add(canary(fmt.Sprintf("10 and 10 processes, one of the feature's bad for %d min", minutes), 10, 10), func(c *Canary) {
			c.Sick, c.SickFor = 20, minutes
		})
	}
	add(canary("20 and 20 processes, one of the feature's sick: x5", 20, 20), func(c *Canary) { c.Sick = 5 })
	add(canary("20 and 20 processes, one of the feature's sick: x50", 20, 20), func(c *Canary) { c.Sick = 50 })
	add(canary("20 and 20 processes, one of the baseline's sick: x20", 20, 20), func(c *Canary) { c.Sick, c.OfBaseline = 20, true })
	add(canary("10 and 2 processes, one of the feature's sick: x5", 10, 2), func(c *Canary) { c.Sick, c.Share = 5, 0.2 })
	add(canary("50 and 50 processes, 100 rps, one of the feature's sick: x20", 50, 50), func(c *Canary) { c.Sick, c.RPS = 20, 100 })
	add(canary("20 and 20 processes, rates of processes +-20%", 20, 20), func(c *Canary) { c.Spread = 0.2 })
	return all
}

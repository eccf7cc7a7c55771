// Package streams makes the traffic that the simulation feeds to the verdict: requests and bad ones of two arms,
// minute by minute and process by process, seeded, with the ways in which real requests depend on each other.
package streams

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Day is the length of most streams in minutes.
const Day = 24 * 60

// Stream describes traffic. Its zero values mean: none of that.
type Stream struct {
	Name      string
	Minutes   int       // length
	RPS       float64   // requests a second of both arms together
	Rate      float64   // share of bad ones among the baseline's
	Share     float64   // the feature's share of the requests
	Instances int       // processes, at least 1, among which requests spread evenly
	Shares    []float64 // the feature's share in each process, where they differ

	Rates []float64 // factors on the rate of bad ones in each process, where they differ

	Diurnal    bool     // traffic between 0.4 and 1.6 times RPS over a day, and the rate of bad ones between 0.5 and 1.5
	Ramp       bool     // the feature's share rises from 1% to 50% in equal steps of an hour over the stream
	Shock      float64  // factor on both arms' rate for 5 minutes, about once in two hours
	Dispersion float64  // variance over mean of the bad events of an arm, process and minute (negative binomial)
	Drift      float64  // each arm's rate is off by this share, up or down, an hour at a time
	Cluster    *Cluster // bad events that come together
	Retry      *Retry   // requests that follow bad ones
	Effect     Effect
}

// Cluster is a burst of bad events in one arm: a retrying client, a poisoned cache key, a crawler.
type Cluster struct {
	Size    float64 // bad events of one cluster
	Minutes int     // over which they spread evenly
	Part    float64 // of all bad events come in clusters
	// OneProcess keeps each cluster within one process; otherwise its events spread over all of them, as behind a
	// balancer.
	OneProcess bool
}

// Effect is what the feature does from minute From on: its rate is Ratio times the baseline's (0 means 1) plus Add.
type Effect struct {
	Ratio, Add float64
	From       int
}

func (e Effect) apply(rate float64, minute int) float64 {
	if minute < e.From {
		return rate
	}
	if e.Ratio > 0 {
		rate *= e.Ratio
	}
	return rate + e.Add
}

// Generate makes the ticks of one run, one a minute. They end at 60, 120, ... seconds.
func (s Stream) Generate(rng *rand.Rand) []strata.Tick {
	instances := max(s.Instances, 1)
	shared := s.shocks(rng)
	drifts := [2][]float64{s.drifts(rng), s.drifts(rng)}
	ticks := make([]strata.Tick, s.Minutes)
	for m := range ticks {
		processes := make([]strata.Stratum, instances)
		ticks[m] = strata.Tick{End: int64(m+1) * 60, Strata: processes}
		for arm := range 2 {
			rate := s.rate(m) * shared[m] * drifts[arm][m]
			if arm == 1 {
				rate = s.Effect.apply(rate, m)
			}
			if s.Cluster != nil {
				rate *= 1 - s.Cluster.Part
			}
			for i := range processes {
				processes[i].Key = i
				n := poisson(rng, 60*s.rps(m)*s.shareIn(i, m)[arm]/float64(instances))
				own := rate
				if len(s.Rates) > 0 {
					own *= s.Rates[i]
				}
				*armOf(&processes[i], arm) = strata.Counts{N: n, X: s.bad(rng, n, math.Min(own, 1))}
			}
		}
	}
	if s.Cluster != nil {
		s.addClusters(rng, ticks)
	}
	if s.Retry != nil {
		s.addRetries(rng, ticks)
	}
	return ticks
}

func armOf(s *strata.Stratum, arm int) *strata.Counts {
	if arm == 0 {
		return &s.A
	}
	return &s.B
}

// share is what part of the requests the baseline and the feature get in a minute.
func (s Stream) share(minute int) [2]float64 {
	feature := s.Share
	if s.Ramp {
		hours := math.Max(float64(s.Minutes)/60, 2)
		feature = 0.01 + 0.49*math.Min(1, math.Floor(float64(minute)/60)/(hours-1))
	}
	return [2]float64{1 - feature, feature}
}

// shareIn is share of one process.
func (s Stream) shareIn(process, minute int) [2]float64 {
	if len(s.Shares) > 0 {
		return [2]float64{1 - s.Shares[process], s.Shares[process]}
	}
	return s.share(minute)
}

func (s Stream) rps(minute int) float64 {
	if !s.Diurnal {
		return s.RPS
	}
	return s.RPS * (1 + 0.6*math.Sin(2*math.Pi*float64(minute)/Day))
}

func (s Stream) rate(minute int) float64 {
	if !s.Diurnal {
		return s.Rate
	}
	return s.Rate * (1 + 0.5*math.Sin(2*math.Pi*float64(minute)/Day+1))
}

// shocks is the factor that both arms share, minute by minute.
func (s Stream) shocks(rng *rand.Rand) []float64 {
	factors := make([]float64, s.Minutes)
	left := 0
	for m := range factors {
		factors[m] = 1
		if s.Shock > 0 && rng.Float64() < 1.0/120 {
			left = 5
		}
		if left > 0 {
			factors[m] = s.Shock
			left--
		}
	}
	return factors
}

// drifts is one arm's own factor, minute by minute.
func (s Stream) drifts(rng *rand.Rand) []float64 {
	factors := make([]float64, s.Minutes)
	factor := 1.0
	offset := rng.IntN(60)
	for m := range factors {
		if (m+offset)%60 == 0 || m == 0 {
			factor = 1 + s.Drift*float64(2*rng.IntN(2)-1)
		}
		factors[m] = factor
	}
	return factors
}

// bad draws the bad ones among n requests.
func (s Stream) bad(rng *rand.Rand, n, rate float64) float64 {
	if n == 0 || rate <= 0 {
		return 0
	}
	if s.Dispersion <= 1 {
		return distuv.Binomial{N: n, P: rate, Src: rng}.Rand()
	}
	// A gamma-distributed mean makes a negative binomial count of variance Dispersion times the mean.
	scale := s.Dispersion - 1
	mean := distuv.Gamma{Alpha: n * rate / scale, Beta: 1 / scale, Src: rng}.Rand()
	return math.Min(n, poisson(rng, mean))
}

// addClusters strews clusters over the stream. A cluster's bad events are requests of their own.
func (s Stream) addClusters(rng *rand.Rand, ticks []strata.Tick) {
	c := *s.Cluster
	instances := len(ticks[0].Strata)
	// Clusters that began before the stream are under way when it starts.
	for m := 1 - c.Minutes; m < len(ticks); m++ {
		at := max(m, 0)
		for arm := range 2 {
			rate := s.rate(at)
			if arm == 1 {
				rate = s.Effect.apply(rate, m)
			}
			begin := poisson(rng, 60*s.rps(at)*s.share(at)[arm]*rate*c.Part/c.Size)
			for range int(begin) {
				process := rng.IntN(instances)
				for range int(c.Size) {
					when := m + rng.IntN(c.Minutes)
					if !c.OneProcess {
						process = rng.IntN(instances)
					}
					if when < 0 || when >= len(ticks) {
						continue
					}
					counts := armOf(&ticks[when].Strata[process], arm)
					counts.N++
					counts.X++
				}
			}
		}
	}
}

func poisson(rng *rand.Rand, mean float64) float64 {
	if mean <= 0 {
		return 0
	}
	return distuv.Poisson{Lambda: mean, Src: rng}.Rand()
}

package streams

import (
	"math/rand/v2"

	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Retry is what follows a bad request: more requests of the same arm, so that the number of requests depends on the
// number of bad ones.
type Retry struct {
	Least, Most int     // requests that follow a bad one, each number as likely; they are not retried themselves
	Bad         float64 // the share of bad ones among them
	Later       int     // they come up to so many minutes later, each number as likely
	// AnyProcess spreads them over all processes, as a balancer does; otherwise they stay in the bad one's.
	AnyProcess bool
}

// mean is how many requests follow a bad one on average.
func (r Retry) mean() float64 { return float64(r.Least+r.Most) / 2 }

// addRetries adds the requests that follow the bad ones of a stream.
func (s Stream) addRetries(rng *rand.Rand, ticks []strata.Tick) {
	r := *s.Retry
	first := make([][]strata.Stratum, len(ticks))
	for m, tick := range ticks {
		first[m] = append(first[m], tick.Strata...)
	}
	for m, processes := range first {
		for i := range processes {
			for arm := range 2 {
				for range int(armOf(&processes[i], arm).X) {
					r.follow(rng, ticks, m, i, arm)
				}
			}
		}
	}
}

// follow adds the requests that follow one bad one.
func (r Retry) follow(rng *rand.Rand, ticks []strata.Tick, minute, process, arm int) {
	for range r.Least + rng.IntN(r.Most-r.Least+1) {
		when := minute + rng.IntN(r.Later+1)
		if r.AnyProcess {
			process = rng.IntN(len(ticks[0].Strata))
		}
		bad := rng.Float64() < r.Bad
		if when >= len(ticks) {
			continue
		}
		counts := armOf(&ticks[when].Strata[process], arm)
		counts.N++
		if bad {
			counts.X++
		}
	}
}

// Retried are streams in which requests follow bad ones and the feature changes nothing: every alarm is a false one.
func Retried() []Stream {
	var all []Stream
	add := func(name string, rps float64, processes int, change func(s *Stream)) {
		s := Base(name, rps)
		s.Instances, s.Retry = processes, &Retry{Least: 2, Most: 4}
		if change != nil {
			change(&s)
		}
		all = append(all, s)
	}
	add("40 processes, 10 rps", 10, 40, nil)
	add("20 processes, 20 rps", 20, 20, nil)
	add("1 process, 0.1 rps", 0.1, 1, nil)
	add("40 processes, up to 2 min later, on any", 10, 40, func(s *Stream) { s.Retry.Later, s.Retry.AnyProcess = 2, true })
	add("40 processes, half of the retries bad", 10, 40, func(s *Stream) { s.Retry.Bad = 0.5 })
	add("40 processes, feature share 10%", 10, 40, func(s *Stream) { s.Share = 0.1 })
	add("40 processes, feature share 90%", 10, 40, func(s *Stream) { s.Share = 0.9 })
	add("5 processes, 1 rps, 10% bad", 1, 5, func(s *Stream) { s.Rate = 0.1 })
	add("20 processes, storms: shocks x20, 3 to 10 retries, half bad", 20, 20, func(s *Stream) {
		s.Shock, s.Retry = 20, &Retry{Least: 3, Most: 10, Bad: 0.5}
	})
	add("6 processes, feature shares 5 to 90%", 10, 6, func(s *Stream) {
		s.Shares = []float64{0.05, 0.1, 0.3, 0.5, 0.7, 0.9}
	})
	return all
}

// AtShare is the stream with an effect by which the feature's share of bad ones, retries included, is ratio times the
// baseline's.
func (s Stream) AtShare(ratio float64) Stream {
	k, of := 0.0, 1.0 // a bad request brings k others and counts as so many bad ones
	if s.Retry != nil {
		k, of = s.Retry.mean(), 1+s.Retry.mean()*s.Retry.Bad
	}
	share := ratio * s.Rate * of / (1 + k*s.Rate)
	s.Effect.Ratio = share / (of - k*share) / s.Rate
	return s
}

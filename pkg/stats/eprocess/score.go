package eprocess

import (
	"math"
	"slices"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/overdispersion"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// score is the part of the evidence from the signs of blocks: whatever the clusters, a block is as likely to be worse
// by some as better by as much, so each bets on a bounded score u of its difference with the gain
// lambda u - ln cosh(lambda u), whose e-value is at most 1 on average if the signs are symmetric given the past.
type score struct {
	h      *History
	c      likelihood.Claim
	within bool
	length int
	// The open block: its residual under the claim, the one under "no difference", its requests and events.
	claimed, plain, nA, nB, events float64
	// before is the plain residual of the block before in units of its scale, 0 where it was left out. (Plain, so that
	// which blocks count does not depend on the margin.)
	before float64
	// past events, each block's at most 4 times the mean before, and the number of blocks.
	past, blocks float64
	// wealth are the logarithms of each hourly start's bets.
	starts []scoreStart
	// e is the value, where it is known: daily evidence changes by the day alone between blocks.
	e     [2]float64
	known bool
}

type scoreStart struct {
	tick   int
	prior  float64
	day    int64
	wealth [len(stakes)]float64
}

// stakes are the lambdas.
var stakes = [...]float64{0.3, 0.8}

const (
	scoreLimit     = 2.0
	leastScale     = 0.5
	blocksBefore   = 3
	largestOfMeans = 4.0
	// carriesOver is the excess of a block after which the next one does not count: a cluster of bad events may reach
	// over the border, and would count twice.
	carriesOver = 3.0
	// busy is how many events a quarter of an hour has where that matters: with fewer, clusters that could carry over are
	// so rare that leaving blocks out costs hours and prevents next to nothing.
	busy = 30.0
)

func newScore(h *History, c likelihood.Claim, within bool) score {
	s := score{h: h, c: c, within: within, length: h.Clock.Quarter}
	if h.Params.Profile == Brisk {
		s.length = h.Clock.Five
	}
	s.begin(0)
	return s
}

// clone is a copy that goes its own way.
func (s *score) clone() score {
	c := *s
	c.starts = slices.Clone(s.starts)
	return c
}

func (s *score) begin(ticks int) {
	if s.within && len(s.starts) > 0 {
		return
	}
	n := scoreStart{tick: ticks, prior: 1}
	switch {
	case s.within:
	case s.h.Params.Daily:
		n.prior, n.day = dailyHourPrior, s.h.day(ticks)
	default:
		n.prior = hourPrior(ticks / s.h.Clock.Hour)
	}
	s.starts = append(s.starts, n)
	s.known = false
}

// follow adds a tick, the last of so many. A bad request may bring others to its stratum (retries), so that x_B and w
// depend on each other and x_B - w x_A is above 0 on average with both arms alike. The residual u - r v is not: each of
// its products is of what two groups of requests did that came to different arms, which says nothing of how either arm
// does. (docs/statistics.md, "Requests that follow failures".)
func (s *score) follow(t *strata.TickSums, ticks int) {
	tested, other, u, v := t.B, t.A, t.U, t.V
	if s.c.Arm == 1 {
		tested, other, u, v = t.A, t.B, t.V, t.U
	}
	s.claimed += u - s.c.Ratio*v - s.c.Shift*t.H
	s.plain += u - v
	s.events += tested.X + other.X
	s.nB += tested.N
	s.nA += other.N
	if ticks%s.length == 0 {
		s.close()
	}
	if ticks%s.h.Clock.Hour == 0 {
		s.begin(ticks)
	}
}

// close bets on the block.
func (s *score) close() {
	claimed, plain, nA, nB, events, before := s.claimed, s.plain, s.nA, s.nB, s.events, s.before
	s.claimed, s.plain, s.nA, s.nB, s.events, s.before = 0, 0, 0, 0, 0, 0
	if !(nA > 0) || nB > overdispersion.Unequal*nA {
		return
	}
	mean := (s.past + 1) / (s.blocks + 1)
	if s.blocks == 0 {
		mean = (events + 1) / 2
	}
	scale := max(leastScale, math.Sqrt(mean))
	// In one stratum, 1 + w makes x_B - w r x_A - d n_B of the residual.
	w := nB / nA
	v := w * s.c.Ratio
	d := claimed * (1 + w) / math.Sqrt(v*(1+v)/2)
	s.before = plain * (1 + w) / math.Sqrt(w*(1+w)/2) / scale
	u := max(-scoreLimit, min(d/scale, scoreLimit))
	if before > carriesOver && mean*float64(s.h.Clock.Quarter) > busy*float64(s.length) {
		u = 0
	}
	var won [len(stakes)]float64
	for l, lambda := range stakes {
		won[l] = lambda*u - math.Log(math.Cosh(lambda*u))
	}
	for i := range s.starts {
		for l, x := range won {
			s.starts[i].wealth[l] += x
		}
	}
	s.known = false
	if s.blocks >= blocksBefore {
		events = min(events, largestOfMeans*mean)
	}
	s.past += events
	s.blocks++
}

// value is the e-value after so many ticks; of daily evidence, for today and for yesterday.
func (s *score) value(ticks int, today int64) [2]float64 {
	if s.known && !s.h.Params.Daily {
		return s.e
	}
	e := [2]float64{1, 1}
	for i := len(s.starts) - 1; i >= 0; i-- {
		n := &s.starts[i]
		d := int(today - n.day)
		if d > 1 {
			break
		}
		sum := 0.0
		if !s.h.Params.Daily || n.tick > ticks-s.h.Clock.Day {
			for _, x := range n.wealth {
				sum += expOf(x) / float64(len(stakes))
			}
		}
		e[d] += n.prior * (sum - 1)
	}
	for d := range e {
		e[d] = min(e[d], math.Exp(maxLog))
	}
	s.e, s.known = e, true
	return e
}

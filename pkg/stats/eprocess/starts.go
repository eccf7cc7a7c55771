package eprocess

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/internal/clock"
	"github.com/flaglens/flaglens/pkg/stats/overdispersion"
)

// start is a possible change point: evidence since a quarter of an hour.
type start struct {
	quarter int // counted from the start of the run
	tick    int // the first tick that counts
	prior   float64
	// logPrior is its logarithm.
	logPrior float64
	// day is the UTC day of a daily start.
	day int64
	// before is the dispersion before it; the first one has none.
	before overdispersion.Dispersions
	// phi is the present dispersion, as last refreshed.
	phi overdispersion.Dispersions
	// events is how many bad events on the tested arm the evidence must do without (index as in dispersions).
	events float64
}

// turn follows the clock after a tick: the dispersions are refreshed, and a start is made at a quarter of an hour.
func (h *History) turn() {
	ticks := h.Ticks()
	for i := len(h.starts) - 1; i >= h.firstAlive; i-- {
		s := &h.starts[i]
		age := ticks - s.tick
		if age > h.Clock.Hour && ticks%h.Clock.Five != 0 {
			break
		}
		if h.Clock.Refreshed(age) == age {
			s.phi = h.phi(s, ticks)
		}
	}
	if ticks%h.Clock.Quarter == 0 {
		h.begin(ticks / h.Clock.Quarter)
	}
}

// begin makes the start at a quarter of an hour.
func (h *History) begin(quarterIndex int) {
	s := start{quarter: quarterIndex, tick: quarterIndex * h.Clock.Quarter, prior: startPrior(quarterIndex)}
	if h.Params.Daily {
		s.prior = dailyPrior
		s.day = h.day(s.tick)
		for h.firstAlive < len(h.starts) && h.starts[h.firstAlive].tick <= s.tick-h.Clock.Day {
			h.firstAlive++
		}
	}
	if quarterIndex > 0 {
		s.before = h.dispersion.Before(quarterIndex)
	}
	s.logPrior = math.Log(s.prior)
	s.events = h.eventsLeftOut(s.tick)
	s.phi = h.phi(&s, s.tick)
	h.starts = append(h.starts, s)
}

// day is the UTC day of the time after a number of ticks.
func (h *History) day(ticks int) int64 {
	return (h.Params.Start + int64(ticks)*h.Params.Step) / clock.DaySeconds
}

// The numbers of bad events that the evidence does without.
const (
	eventsAtFirst      = 1000
	eventsStrict       = 500
	eventsBrisk        = 300
	excessesLeftOut    = 3
	processesToCompare = 5
)

// eventsLeftOut is the number of bad events that a start goes without: in the first two hours more than any cluster
// that is likely, later three times the largest excess that any window before has seen.
func (h *History) eventsLeftOut(tick int) float64 {
	if tick < h.Clock.Early {
		return eventsAtFirst
	}
	least := float64(eventsStrict)
	if h.Params.Profile == Brisk {
		least = eventsBrisk
	}
	window := 0
	if h.Params.Daily {
		window = h.Clock.Day / h.Clock.Quarter
	}
	return max(least, excessesLeftOut*h.excess.Largest(window))
}

package stats

import "math"

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
	before dispersions
	// phi is the present dispersion, as last refreshed.
	phi dispersions
	// events is how many bad events on the tested arm the evidence must do without (index as in dispersions).
	events float64
}

// turn follows the clock after a tick: the dispersions are refreshed, and a start is made at a quarter of an hour.
func (h *history) turn() {
	ticks := h.ticks()
	for i := len(h.starts) - 1; i >= h.firstAlive; i-- {
		s := &h.starts[i]
		age := ticks - s.tick
		if age > h.clock.hour && ticks%h.clock.five != 0 {
			break
		}
		if h.clock.refreshed(age) == age {
			s.phi = h.phi(s, ticks)
		}
	}
	if ticks%h.clock.quarter == 0 {
		h.begin(ticks / h.clock.quarter)
	}
}

// begin makes the start at a quarter of an hour.
func (h *history) begin(quarterIndex int) {
	s := start{quarter: quarterIndex, tick: quarterIndex * h.clock.quarter, prior: startPrior(quarterIndex)}
	if h.p.Daily {
		s.prior = dailyPrior
		s.day = h.day(s.tick)
		for h.firstAlive < len(h.starts) && h.starts[h.firstAlive].tick <= s.tick-h.clock.day {
			h.firstAlive++
		}
	}
	if quarterIndex > 0 {
		s.before = h.before(quarterIndex)
	}
	s.logPrior = math.Log(s.prior)
	s.events = h.eventsLeftOut(s.tick)
	s.phi = h.phi(&s, s.tick)
	h.starts = append(h.starts, s)
}

// day is the UTC day of the time after a number of ticks.
func (h *history) day(ticks int) int64 { return (h.p.Start + int64(ticks)*h.p.Step) / day }

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
func (h *history) eventsLeftOut(tick int) float64 {
	if tick < h.clock.early {
		return eventsAtFirst
	}
	least := float64(eventsStrict)
	if h.p.Profile == Brisk {
		least = eventsBrisk
	}
	window := 0
	if h.p.Daily {
		window = h.clock.day / h.clock.quarter
	}
	return max(least, excessesLeftOut*h.excess.largest(window))
}

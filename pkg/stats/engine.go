package stats

import "math"

const (
	// maxLog caps ln E: evidence beyond it says no more.
	maxLog = 50.0
	// negligible is the exponent below which a term is left out.
	negligible = -40.0
)

// parts are the e-values that E is made of.
type parts struct{ windows, events, score float64 }

// engine follows one claim over the ticks of a history: the state from which its evidence can be told at any tick.
type engine struct {
	h *history
	c claim
	// within keeps the first start alone, and goes without the part that does without events.
	within bool
	// ticks is the number of ticks followed.
	ticks int
	// sum are the gains since the first tick, past their values in the ticks before: past[t % len] after t ticks.
	sum     [alternatives]float64
	past    [][alternatives]float64
	windows windows
	events  events
	score   score
	// base are the gains before each start.
	base [][alternatives]float64
}

func newEngine(h *history, c claim, within bool) *engine {
	e := &engine{h: h, c: c, within: within, past: make([][alternatives]float64, h.clock.window+1)}
	e.windows = newWindows(h.clock)
	e.events = newEvents()
	e.score = newScore(h, c, within)
	e.begin()
	return e
}

// begin makes a start after the ticks so far.
func (e *engine) begin() {
	if e.within && len(e.base) > 0 {
		return
	}
	e.base = append(e.base, e.sum)
	e.windows.begin(e.ticks)
	if !e.within {
		e.events.begin()
	}
}

// follow takes the history's next tick.
func (e *engine) follow() {
	var gains, one [alternatives]float64
	strata := e.h.at(e.ticks)
	leastW, mostW := math.Inf(1), 0.0
	for _, s := range strata {
		e.c.gains(s, &one)
		for k, g := range one {
			gains[k] += g
		}
		if w, _, _, xB := e.c.seen(s); xB > 0 {
			leastW, mostW = min(leastW, w), max(mostW, w)
		}
	}
	for k, g := range gains {
		e.sum[k] += g
	}
	e.ticks++
	before := e.past[e.ticks%len(e.past)] // after e.ticks - window ticks; zero in the first window
	e.past[e.ticks%len(e.past)] = e.sum
	e.windows.follow(e.ticks, &e.sum, &before, e)
	if !e.within {
		e.events.follow(leastW, mostW)
	}
	e.score.follow(strata, e.ticks)
	if e.ticks%e.h.clock.quarter == 0 {
		e.begin()
	}
}

// phi is the dispersion that tempers a start's evidence now.
func (e *engine) phi(s *start) float64 {
	if e.ticks == e.h.ticks() {
		return s.phi[e.c.arm]
	}
	return e.h.phi(s, e.ticks)[e.c.arm]
}

// value is E after the ticks followed, and its parts. Of daily evidence, it is the day's with the larger E.
func (e *engine) value() (float64, parts) {
	if e.within {
		p := parts{score: e.score.value(0, 0)[0]}
		x := e.windows.exponents(e, 0, e.phi(&e.h.starts[0]))
		for k := range x {
			p.windows += effects.weight[k] * expOf(x[k])
		}
		p.windows = min(p.windows, math.Exp(maxLog))
		return (p.windows + p.score) / 2, p
	}
	return e.mixed()
}

// mixed adds up the starts by their priors; what has not started yet counts as 1. Daily evidence has a mixture of its
// own for each of the two days with starts alive.
func (e *engine) mixed() (float64, parts) {
	days := 1
	today := int64(0)
	if e.h.p.Daily {
		days, today = 2, e.h.day(e.ticks)
	}
	var both [2]parts
	for d := range days {
		both[d] = parts{windows: 1, events: 1}
	}
	for j := e.firstAlive(); j < len(e.base); j++ {
		s := &e.h.starts[j]
		d := int(today - s.day)
		phi := e.phi(s)
		both[d].windows += s.prior * (e.windows.at(e, j, phi) - 1)
		both[d].events += s.prior * (e.events.at(e, j, phi) - 1)
	}
	if e.h.p.Daily {
		// Starts whose 24 hours are over have had their part of the prior.
		for j := e.firstAlive() - 1; j >= 0 && e.h.starts[j].day >= today-1; j-- {
			s := &e.h.starts[j]
			both[today-s.day].windows -= s.prior
			both[today-s.day].events -= s.prior
		}
	}
	scores := e.score.value(e.ticks, today)
	best, bestParts := math.Inf(-1), parts{}
	for d := range days {
		p := both[d]
		p.score = scores[d]
		p.windows = min(p.windows, math.Exp(maxLog))
		p.events = min(p.events, math.Exp(maxLog))
		if v := p.windows/2 + p.events/4 + p.score/4; v > best {
			best, bestParts = v, p
		}
	}
	return best, bestParts
}

// firstAlive is the first start that counts after the ticks followed.
func (e *engine) firstAlive() int {
	if !e.h.p.Daily {
		return 0
	}
	j := 0
	if n := len(e.base) - e.h.clock.day/e.h.clock.quarter - 1; n > 0 {
		j = n
	}
	for j < len(e.base) && e.h.starts[j].tick <= e.ticks-e.h.clock.day {
		j++
	}
	return j
}

// expOf is e^x, within bounds that keep every sum finite.
func expOf(x float64) float64 {
	if x < negligible {
		return 0
	}
	return math.Exp(min(x, 2*maxLog))
}

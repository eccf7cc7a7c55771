package stats

import "math"

const (
	// maxLog caps ln E: evidence beyond it says no more.
	maxLog = 50.0
	// negligible is the exponent below which a term is left out.
	negligible = -40.0
	// irrelevant is by how much a term's logarithm is below the sum's where it is left out.
	irrelevant = 32.0
)

// parts are the e-values that E is made of.
type parts struct{ windows, events, score float64 }

// gainsOf are logarithms of likelihood ratios, one for each alternative.
type gainsOf = [alternatives]float64

// engine follows one claim over the ticks of a history: the state from which its evidence follows at any tick.
type engine struct {
	h *history
	c claim
	// within keeps the first start alone, and goes without the part that does without events.
	within bool
	// k is the number of alternatives, from the smallest effect on.
	k int
	// ticks is the number of ticks followed.
	ticks int
	// sum are the gains since the first tick, past their values in the ticks before: past[t % len] after t ticks.
	sum  gainsOf
	past []gainsOf
	// cells are the claim's series, made when a cell is first seen.
	cells   [cells]*series
	windows windows
	events  events
	score   score
	// base are the gains before each start, lowest the least of them.
	base   []gainsOf
	lowest gainsOf
	bound  bound
}

// newEngine starts a claim with a number of alternatives. Only starts from tick youngFrom on are followed as young
// ones: an engine that is asked only at a known tick need not follow those that will be old by then.
func newEngine(h *history, c claim, within bool, k, youngFrom int) *engine {
	e := &engine{h: h, c: c, within: within, k: k, past: make([]gainsOf, h.clock.window)}
	e.windows = newWindows(h.clock, k, youngFrom)
	e.score = newScore(h, c, within)
	e.begin()
	return e
}

// begin makes a start after the ticks so far.
func (e *engine) begin() {
	if e.within && len(e.base) > 0 {
		return
	}
	for k, x := range e.sum {
		if len(e.base) == 0 || x < e.lowest[k] {
			e.lowest[k] = x
		}
	}
	e.base = append(e.base, e.sum)
	e.windows.begin(e.ticks)
	if !e.within {
		e.events.begin()
	}
}

// follow takes the history's next tick.
func (e *engine) follow() {
	tick := e.ticks
	var gains gainsOf
	found := e.h.cells[tick]
	for i := range found {
		c := &found[i]
		e.series(c.at).gains(c, e.c, gains[:e.k])
	}
	for k, g := range gains {
		e.sum[k] += g
	}
	e.ticks++
	slot := &e.past[e.ticks%len(e.past)]
	before := *slot // after e.ticks - window ticks; zero in the first window
	*slot = e.sum
	e.windows.follow(e.ticks, &e.sum, &before, e.base)
	if !e.within {
		e.events.follow(e, tick)
	}
	e.score.follow(&e.h.sums[tick], e.ticks)
	if e.ticks%e.h.clock.quarter == 0 {
		e.begin()
	}
}

// series are the claim's about a cell.
func (e *engine) series(at int32) *series {
	s := e.cells[at]
	if s == nil {
		s = newSeries(e.c, at)
		e.cells[at] = s
	}
	return s
}

// phi is the dispersion that tempers a start's evidence now.
func (e *engine) phi(j int) float64 {
	s := &e.h.starts[j]
	if e.ticks == e.h.ticks() {
		return s.phi[e.c.arm]
	}
	return e.h.phi(s, e.ticks)[e.c.arm]
}

// value is E after the ticks followed, and its parts. Of daily evidence, it is that of the day with the larger E.
func (e *engine) value() (float64, parts) { return e.work(true) }

func (e *engine) e() float64 {
	v, _ := e.value()
	return v
}

// work is value; without regard for processes, it is what E can be at most.
func (e *engine) work(byProcess bool) (float64, parts) {
	if e.within {
		p := parts{score: e.score.value(0, 0)[0]}
		p.windows = min(e.windows.at(e, 0, e.phi(0), negligible), expMaxLog)
		return (p.windows + p.score) / 2, p
	}
	days, today := e.days()
	both := e.notStarted(today)
	// A lower bound of the sum's logarithm, renewed as it doubles.
	known, logKnown := 0.0, math.Inf(-1)
	for j := e.firstAlive(); j < len(e.base); j++ {
		s := &e.h.starts[j]
		day := &both[today-s.day]
		if day.windows > 2*known {
			known = day.windows
			logKnown = math.Log(known)
		}
		least := max(negligible, logKnown-irrelevant-s.logPrior)
		day.windows += s.prior * e.windows.at(e, j, e.phi(j), least)
		if day.windows > expMaxLog {
			break
		}
	}
	e.events.add(e, today, &both, byProcess)
	scores := e.score.value(e.ticks, today)
	best, bestParts := math.Inf(-1), parts{}
	for d := range days {
		p := both[d]
		p.windows, p.events, p.score = min(p.windows, expMaxLog), min(p.events, expMaxLog), scores[d]
		if v := p.windows/2 + p.events/4 + p.score/4; v > best {
			best, bestParts = v, p
		}
	}
	return best, bestParts
}

var expMaxLog = math.Exp(maxLog)

// days is the number of days with evidence of their own, the last of which is today.
func (e *engine) days() (n int, today int64) {
	if e.h.p.Daily {
		return 2, e.h.day(e.ticks)
	}
	return 1, 0
}

// notStarted is the part of the prior, of today and of the day before, that has not started yet: it counts as 1.
func (e *engine) notStarted(today int64) [2]parts {
	left := [2]float64{1, 1}
	for j := len(e.base) - 1; j >= 0; j-- {
		s := &e.h.starts[j]
		if s.day < today-1 {
			break
		}
		left[today-s.day] -= s.prior
	}
	var both [2]parts
	for d, x := range left {
		x = math.Max(x, 0)
		both[d] = parts{windows: x, events: x}
	}
	return both
}

// firstAlive is the first start that counts after the ticks followed.
func (e *engine) firstAlive() int {
	if !e.h.p.Daily {
		return 0
	}
	j := max(0, len(e.base)-e.h.clock.day/e.h.clock.quarter-1)
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
	return math.Exp(math.Min(x, 2*maxLog))
}

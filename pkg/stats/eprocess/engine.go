package eprocess

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

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

// Engine follows one claim over the ticks of a history: the state from which its evidence follows at any tick.
type Engine struct {
	h *History
	c likelihood.Claim
	// within keeps the first start alone, and goes without the part that does without events.
	within bool
	// k is the number of alternatives, from the smallest effect on.
	k int
	// Ticks is the number of ticks followed.
	Ticks int
	// sum are the gains since the first tick, past their values in the ticks before: past[t % len] after t ticks.
	sum  likelihood.Gains
	past []likelihood.Gains
	// cells are the claim's series, made when a cell is first seen.
	cells   [likelihood.Cells]*likelihood.Series
	windows windows
	events  events
	score   score
	// base are the gains before each start, lowest the least of them.
	base   []likelihood.Gains
	lowest likelihood.Gains
	bound  bound
	// groups are those of each arm's processes that evidence has to hold without; inTheWay is the one that last kept it
	// down.
	groups   [2][]*processGroup
	inTheWay *processGroup
}

// NewEngine starts a claim with a number of alternatives. Only starts from tick youngFrom on are followed as young
// ones: an engine that is asked only at a known tick need not follow those that will be old by then.
func NewEngine(h *History, c likelihood.Claim, within bool, k, youngFrom int) *Engine {
	e := &Engine{h: h, c: c, within: within, k: k, past: make([]likelihood.Gains, h.Clock.Window)}
	e.windows = newWindows(h.Clock, k, youngFrom)
	e.score = newScore(h, c, within)
	e.begin()
	return e
}

// begin makes a start after the ticks so far.
func (e *Engine) begin() {
	if e.within && len(e.base) > 0 {
		return
	}
	for k, x := range e.sum {
		if len(e.base) == 0 || x < e.lowest[k] {
			e.lowest[k] = x
		}
	}
	e.base = append(e.base, e.sum)
	for _, groups := range e.groups {
		for _, g := range groups {
			g.base = append(g.base, g.sum)
		}
	}
	e.windows.begin(e.Ticks)
	if !e.within {
		e.events.begin()
	}
}

// Follow takes the history's next tick.
func (e *Engine) Follow() {
	tick := e.Ticks
	var gains likelihood.Gains
	found := e.h.cells(tick)
	for i := range found {
		c := &found[i]
		e.series(c.At).Gains(c, e.c, gains[:e.k])
	}
	for k, g := range gains {
		e.sum[k] += g
	}
	e.Ticks++
	slot := &e.past[e.Ticks%len(e.past)]
	before := *slot // after e.ticks - window ticks; zero in the first window
	*slot = e.sum
	e.windows.follow(e.Ticks, &e.sum, &before, e.base)
	if !e.within {
		e.events.follow(e, tick)
	}
	if len(e.groups[0])+len(e.groups[1])+len(*e.h.pooled.At(tick)) > 0 {
		e.leave(tick)
	}
	e.score.follow(e.h.sums.At(tick), e.Ticks)
	if e.Ticks%e.h.Clock.Quarter == 0 {
		e.begin()
	}
}

// series are the claim's about a cell.
func (e *Engine) series(at int32) *likelihood.Series {
	s := e.cells[at]
	if s == nil {
		s = likelihood.NewSeries(e.c, at)
		e.cells[at] = s
	}
	return s
}

// phi is the dispersion that tempers a start's evidence now.
func (e *Engine) phi(j int) float64 {
	s := &e.h.starts[j]
	if e.Ticks == e.h.Ticks() {
		return s.phi[e.c.Arm]
	}
	return e.h.phi(s, e.Ticks)[e.c.Arm]
}

// E is the e-value after the ticks followed.
func (e *Engine) E() float64 {
	v, _ := e.value(0)
	return v
}

// Reaches says whether E is at least so much.
func (e *Engine) Reaches(threshold float64) bool {
	v, _ := e.value(math.Nextafter(threshold, 0))
	return v >= threshold
}

// work is E without a group of processes, or with all; without regard for strata, it is what E can be at most.
func (e *Engine) work(byProcess bool, out *processGroup) (float64, parts) {
	score := &e.score
	if out != nil {
		score = &out.score
	}
	if e.within {
		p := parts{score: score.value(0, 0)[0]}
		p.windows = min(e.windows.at(e, 0, e.phi(0), negligible, out), expMaxLog)
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
		day.windows += s.prior * e.windows.at(e, j, e.phi(j), least, out)
		if day.windows > expMaxLog {
			break
		}
	}
	e.events.add(e, today, &both, byProcess, out)
	scores := score.value(e.Ticks, today)
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
func (e *Engine) days() (n int, today int64) {
	if e.h.Params.Daily {
		return 2, e.h.day(e.Ticks)
	}
	return 1, 0
}

// notStarted is the part of the prior, of today and of the day before, that has not started yet: it counts as 1.
func (e *Engine) notStarted(today int64) [2]parts {
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
func (e *Engine) firstAlive() int {
	if !e.h.Params.Daily {
		return 0
	}
	j := max(0, len(e.base)-e.h.Clock.Day/e.h.Clock.Quarter-1)
	for j < len(e.base) && e.h.starts[j].tick <= e.Ticks-e.h.Clock.Day {
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

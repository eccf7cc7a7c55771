package confseq

import (
	"fmt"

	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// Interval is what the evidence has not rejected at the last tick.
func (c *Comparison) Interval() Interval {
	return c.interval(c.h.Ticks(), c.kept)
}

// IntervalThen is the interval as it was at the tick with an End as given to Add: for a verdict that is latched, at
// Worse().PeakAt, where its lower bound is beyond the margin if Worse has fired. It errs on a tick that is not there.
func (c *Comparison) IntervalThen(end int64) (Interval, error) {
	if end <= c.h.Params.Start || c.h.Index(end) >= int64(c.h.Ticks()) {
		return Interval{}, fmt.Errorf("there is no tick that ends at %d", end)
	}
	return c.interval(int(c.h.Index(end))+1, nil), nil
}

// interval searches the scale for the bounds after a number of ticks. The verdict's own evidence decides on which side
// of each margin they lie; so they agree with it whatever rounding and the search do.
func (c *Comparison) interval(ticks int, kept map[hypothesis]*eprocess.Engine) Interval {
	p := c.h.Params
	s := newScale(p)
	r := &rejections{c: c, s: s, ticks: ticks, kept: kept, used: map[hypothesis]bool{}}
	level := 1 - 2*p.Alpha
	worse, better, below := r.stands(eprocess.Worse), r.stands(eprocess.Better), r.stands(eprocess.Within)
	from, to, side := -s.limit-1, s.margin-1, hypothesis{}
	if worse {
		from, to = s.margin, s.limit
	}
	low := largest(from, to, r.guess(side, from, to), r.against(side))
	from, to, side = s.margin+1, s.limit+1, hypothesis{below: true}
	switch {
	case worse:
	case better:
		from, to = -s.limit, -s.margin
	case below:
		from, to, side.within = -s.margin+1, s.margin, true
		level = 1 - p.Alpha - p.AlphaWithin
	}
	high := max(low, smallest(from, to, r.guess(side, from, to), r.against(side)))
	r.forget()
	return Interval{
		At: p.Start + int64(ticks)*p.Step, Level: level,
		Lower: s.effect(low), Upper: s.effect(high),
		Margin: s.effect(s.margin), BetterMargin: s.effect(-s.margin),
	}
}

// hypothesis is a number on the scale and from which side it is to be rejected: for a lower bound, or (below) for an
// upper one, by Within's evidence or by that of Worse and Better.
type hypothesis struct {
	number, alternatives int
	below, within        bool
}

// rejections says which hypotheses the evidence rejects after a number of ticks. What it keeps of them makes the next
// tick cheap.
type rejections struct {
	c     *Comparison
	s     scale
	ticks int
	kept  map[hypothesis]*eprocess.Engine
	used  map[hypothesis]bool
	// built is how many were followed from the start.
	built int
}

func (r *rejections) claim(y hypothesis) likelihood.Claim {
	if y.below {
		return r.s.below(y.number)
	}
	return r.s.above(y.number)
}

func (r *rejections) alpha(y hypothesis) float64 {
	if y.within {
		return r.c.h.Params.AlphaWithin
	}
	return r.c.h.Params.Alpha
}

// stands says whether the verdict's own evidence for a question reaches its threshold.
func (r *rejections) stands(q eprocess.Question) bool {
	p := r.c.h.Params
	e := r.c.questions[q].Engine()
	if r.ticks != e.Ticks {
		e = r.engine(p.ClaimOf(q), q == eprocess.Within, likelihood.Alternatives)
	}
	return e.Stands(p.AlphaOf(q))
}

// engine follows a claim up to the ticks asked about.
func (r *rejections) engine(c likelihood.Claim, within bool, k int) *eprocess.Engine {
	h := r.c.h
	if r.built++; r.built > 1 {
		// One alone takes as long as unpacking does.
		h.Unpack(r.ticks)
	}
	e := eprocess.NewEngine(h, c, within, k, r.ticks-h.Clock.TwoWindows)
	for range r.ticks {
		e.Follow()
	}
	return e
}

// manyEvents is the number of bad events from which on the bounds are close enough that the largest effects beyond
// them need no alternative: those up to 3 times the claim do.
const (
	manyEvents       = 2000
	fewAlternatives  = 5
	doublingsToStart = 1
)

func (r *rejections) alternatives() int {
	if r.c.h.BadEvents(r.ticks) < manyEvents {
		return likelihood.Alternatives
	}
	return fewAlternatives
}

// against makes the function that says which numbers are rejected.
func (r *rejections) against(y hypothesis) func(int) bool {
	y.alternatives = r.alternatives()
	return func(number int) bool {
		y.number = number
		r.used[y] = true
		e := r.kept[y]
		if e == nil {
			e = r.engine(r.claim(y), y.within, y.alternatives)
			if r.kept != nil {
				r.kept[y] = e
			}
		}
		for e.Ticks < r.ticks {
			e.Follow()
		}
		return e.Reaches(1 / r.alpha(y))
	}
}

// forget drops the engines that the last search did not use.
func (r *rejections) forget() {
	r.c.guesses.rough = nil
	r.c.h.Pack()
	for y := range r.kept {
		if !r.used[y] {
			delete(r.kept, y)
		}
	}
}

// guess is about where the bound lies between two numbers, by the quarters of an hour that are over. While they are the same,
// so is it.
func (r *rejections) guess(y hypothesis, low, high int) int {
	quarters := r.ticks / r.c.h.Clock.Quarter
	if r.kept == nil {
		return r.search(r.c.h.Rough(quarters), y, low, high)
	}
	g := &r.c.guesses
	if g.of == nil || g.quarters != quarters {
		*g = guesses{quarters: quarters, of: map[sought]int{}}
	}
	key := sought{y, low, high}
	found, known := g.of[key]
	if !known {
		if g.rough == nil {
			g.rough = r.c.h.Rough(quarters)
		}
		found = r.search(g.rough, y, low, high)
		g.of[key] = found
	}
	return found
}

// guesses are those of one number of quarters of an hour. rough is there while the search lasts that they are for.
type guesses struct {
	quarters int
	of       map[sought]int
	rough    *eprocess.Rough
}

// sought is a bound between two numbers.
type sought struct {
	hypothesis
	low, high int
}

func (r *rejections) search(rough *eprocess.Rough, y hypothesis, low, high int) int {
	rejected := func(number int) bool {
		y.number = number
		return rough.E(r.claim(y), y.within) >= 1/r.alpha(y)
	}
	if y.below {
		return -halve(-high, -low, func(i int) bool { return rejected(-i) })
	}
	return halve(low, high, rejected)
}

// halve finds the largest number from low to high that is rejected, where those below it are; low is known to be.
func halve(low, high int, rejected func(int) bool) int {
	for low < high {
		mid := low + (high-low+1)/2
		if rejected(mid) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// largest is the same, where guess is about the answer: it is asked of as few numbers as the guess is good.
func largest(low, high, guess int, rejected func(int) bool) int {
	if low >= high {
		return low
	}
	step := doublingsToStart
	if guess = max(low, min(guess, high)); guess == low || rejected(guess) {
		low = guess
		for low < high {
			next := min(low+step, high)
			if !rejected(next) {
				high = next - 1
				break
			}
			low, step = next, 2*step
		}
	} else {
		high = guess - 1
		for low < high {
			next := max(high-step+1, low)
			if next == low || rejected(next) {
				low = next
				break
			}
			high, step = next-1, 2*step
		}
	}
	return halve(low, high, rejected)
}

// smallest is the smallest number from low to high that is rejected, where those above it are; high is known to be.
func smallest(low, high, guess int, rejected func(int) bool) int {
	return -largest(-high, -low, -guess, func(i int) bool { return rejected(-i) })
}

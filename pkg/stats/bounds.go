package stats

import "fmt"

// Interval is what the evidence has not refuted at the last tick.
func (c *Comparison) Interval() Interval {
	return c.interval(c.histories[0].ticks(), c.kept)
}

// IntervalThen is the interval as it was at the tick with an End as given to Add: for a verdict that is latched, at
// Worse().PeakAt, where its lower bound is beyond the margin if Worse has fired. It errs on a tick that is not there.
func (c *Comparison) IntervalThen(end int64) (Interval, error) {
	h := c.histories[0]
	if end <= c.p.Start || h.index(end) >= int64(h.ticks()) {
		return Interval{}, fmt.Errorf("there is no tick that ends at %d", end)
	}
	return c.interval(int(h.index(end))+1, nil), nil
}

// interval searches the scale for the bounds after a number of ticks. The verdict's own evidence decides on which side
// of each margin they lie; so they agree with it whatever rounding and the search do.
func (c *Comparison) interval(ticks int, kept map[hypothesis][]*engine) Interval {
	s := newScale(c.p)
	r := &refuter{c: c, s: s, ticks: ticks, kept: kept, used: map[hypothesis]bool{}}
	level := 1 - 2*c.p.Alpha
	worse, better, below := r.stands(Worse), r.stands(Better), r.stands(Within)
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
		level = 1 - c.p.Alpha - c.p.AlphaWithin
	}
	high := max(low, smallest(from, to, r.guess(side, from, to), r.against(side)))
	r.forget()
	return Interval{
		At: c.p.Start + int64(ticks)*c.p.Step, Level: level,
		Lower: s.effect(low), Upper: s.effect(high),
		Margin: s.effect(s.margin), BetterMargin: s.effect(-s.margin),
	}
}

// hypothesis is a number on the scale and from which side it is to be refuted: for a lower bound, or (below) for an
// upper one, by Within's evidence or by that of Worse and Better.
type hypothesis struct {
	number, alternatives int
	below, within        bool
}

// refuter tells which hypotheses the evidence refutes after a number of ticks. What it keeps of them makes the next
// tick cheap.
type refuter struct {
	c     *Comparison
	s     scale
	ticks int
	kept  map[hypothesis][]*engine
	used  map[hypothesis]bool
}

func (r *refuter) claim(y hypothesis) claim {
	if y.below {
		return r.s.below(y.number)
	}
	return r.s.above(y.number)
}

func (r *refuter) alpha(y hypothesis) float64 {
	if y.within {
		return r.c.p.AlphaWithin
	}
	return r.c.p.Alpha
}

// stands says whether the verdict's own evidence for a question reaches its threshold.
func (r *refuter) stands(q Question) bool {
	a := &r.c.questions[q]
	if r.ticks == a.engines[0].ticks {
		value, _ := average(a.engines)
		return value >= 1/r.c.p.alpha(q)
	}
	sum := 0.0
	for i := range a.engines {
		sum += r.engine(i, r.c.p.claim(q), q == Within, alternatives).e()
	}
	return sum/float64(len(a.engines)) >= 1/r.c.p.alpha(q)
}

func (e *engine) e() float64 {
	v, _ := e.value()
	return v
}

// engine follows a claim about an edge.
func (r *refuter) engine(edge int, c claim, within bool, k int) *engine {
	h := r.c.histories[edge]
	e := newEngine(h, c, within, k, r.ticks-h.clock.twoWindows)
	for range r.ticks {
		e.follow()
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

func (r *refuter) alternatives() int {
	for _, h := range r.c.histories {
		if h.total[r.ticks].X < manyEvents {
			return alternatives
		}
	}
	return fewAlternatives
}

// against makes the function that tells which numbers are refuted.
func (r *refuter) against(y hypothesis) func(int) bool {
	y.alternatives = r.alternatives()
	return func(number int) bool {
		y.number = number
		r.used[y] = true
		engines := r.kept[y]
		if engines == nil {
			for i := range r.c.histories {
				engines = append(engines, r.engine(i, r.claim(y), y.within, y.alternatives))
			}
			if r.kept != nil {
				r.kept[y] = engines
			}
		}
		sum := 0.0
		for _, e := range engines {
			for e.ticks < r.ticks {
				e.follow()
			}
			sum += e.e()
		}
		return sum/float64(len(engines)) >= 1/r.alpha(y)
	}
}

// forget drops the engines that the last search did not use.
func (r *refuter) forget() {
	for y := range r.kept {
		if !r.used[y] {
			delete(r.kept, y)
		}
	}
}

// guess is about where the bound lies between two numbers, by the quarters of an hour that are over.
func (r *refuter) guess(y hypothesis, low, high int) int {
	quarters := r.ticks / r.c.histories[0].clock.quarter
	refuted := func(number int) bool {
		y.number = number
		c := r.claim(y)
		sum := 0.0
		for _, h := range r.c.histories {
			sum += h.roughly(c, y.within, quarters)
		}
		return sum/float64(len(r.c.histories)) >= 1/r.alpha(y)
	}
	if y.below {
		return -halve(-high, -low, func(i int) bool { return refuted(-i) })
	}
	return halve(low, high, refuted)
}

// halve finds the largest number from low to high that is refuted, where those below it are; low is known to be.
func halve(low, high int, refuted func(int) bool) int {
	for low < high {
		mid := low + (high-low+1)/2
		if refuted(mid) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// largest is the same, where guess is about the answer: it is asked of as few numbers as the guess is good.
func largest(low, high, guess int, refuted func(int) bool) int {
	if low >= high {
		return low
	}
	step := doublingsToStart
	if guess = max(low, min(guess, high)); guess == low || refuted(guess) {
		low = guess
		for low < high {
			next := min(low+step, high)
			if !refuted(next) {
				high = next - 1
				break
			}
			low, step = next, 2*step
		}
	} else {
		high = guess - 1
		for low < high {
			next := max(high-step+1, low)
			if next == low || refuted(next) {
				low = next
				break
			}
			high, step = next-1, 2*step
		}
	}
	return halve(low, high, refuted)
}

// smallest is the smallest number from low to high that is refuted, where those above it are; high is known to be.
func smallest(low, high, guess int, refuted func(int) bool) int {
	return -largest(-high, -low, -guess, func(i int) bool { return refuted(-i) })
}

package stats

import (
	"fmt"
	"math"
)

// Interval is what the evidence has not refuted at the last tick.
func (c *Comparison) Interval() Interval {
	return c.interval(c.histories[0].ticks())
}

// IntervalThen is the interval as it was at the tick with an End as given to Add: for a verdict that is latched, at
// Worse().PeakAt, where its lower bound is beyond the margin if Worse has fired. It errs on a tick that is not there.
func (c *Comparison) IntervalThen(end int64) (Interval, error) {
	h := c.histories[0]
	if end <= c.p.Start || h.index(end) >= int64(h.ticks()) {
		return Interval{}, fmt.Errorf("there is no tick that ends at %d", end)
	}
	return c.interval(int(h.index(end)) + 1), nil
}

// interval searches the scale for the bounds after a number of ticks. The verdict's own evidence decides on which side
// of each margin they lie; so they agree with it whatever rounding and the search do.
func (c *Comparison) interval(ticks int) Interval {
	s := newScale(c.p)
	level := 1 - 2*c.p.Alpha
	refuted := func(cl claim, within bool, alpha float64) bool {
		return c.at(ticks, cl, within) >= 1/alpha
	}
	worse := refuted(s.above(s.margin), false, c.p.Alpha)
	better := refuted(s.below(-s.margin), false, c.p.Alpha)
	below := refuted(s.below(s.margin), true, c.p.AlphaWithin)

	notAbove := func(i int) bool { return refuted(s.above(i), false, c.p.Alpha) }
	notBelow := func(i int) bool { return refuted(s.below(i), false, c.p.Alpha) }
	var low, high int
	if worse {
		low = largest(s.margin, s.limit, notAbove)
	} else {
		low = largest(-s.limit-1, s.margin-1, notAbove)
	}
	switch {
	case worse:
		high = smallest(s.margin+1, s.limit+1, notBelow)
	case better:
		high = smallest(-s.limit, -s.margin, notBelow)
	case below:
		level = 1 - c.p.Alpha - c.p.AlphaWithin
		high = smallest(-s.margin+1, s.margin, func(i int) bool { return refuted(s.below(i), true, c.p.AlphaWithin) })
	default:
		high = smallest(s.margin+1, s.limit+1, notBelow)
	}
	high = max(high, low)
	return Interval{
		At: c.p.Start + int64(ticks)*c.p.Step, Level: level,
		Lower: s.effect(low), Upper: s.effect(high),
		Margin: s.effect(s.margin), BetterMargin: s.effect(-s.margin),
	}
}

// at is the average over the edges of E against a claim after a number of ticks.
func (c *Comparison) at(ticks int, cl claim, within bool) float64 {
	sum := 0.0
	for _, h := range c.histories {
		e := newEngine(h, cl, within, ticks-h.clock.twoWindows)
		for range ticks {
			e.follow()
		}
		v, _ := e.value()
		sum += v / float64(len(c.histories))
	}
	return sum
}

// largest is the largest number from low to high that is refuted, where those below it are; low is known to be.
func largest(low, high int, refuted func(int) bool) int {
	if low >= high {
		return low
	}
	// The bound is mostly near no difference: widen the search from low or high in doubling steps.
	for low < high {
		mid := low + int(math.Ceil(float64(high-low)/2))
		if refuted(mid) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// smallest is the smallest number from low to high that is refuted, where those above it are; high is known to be.
func smallest(low, high int, refuted func(int) bool) int {
	return -largest(-high, -low, func(i int) bool { return refuted(-i) })
}

package stats

import (
	"errors"
	"math"
)

// Comparison asks Worse, Better and Within of the same ticks and gives their common interval, at the cost of little
// more than one Test. It takes one tick per edge: one for a ratio of events; for a histogram one for each bucket edge,
// where a bad observation is one above the edge, and E is the average over the edges. (An average of e-values is one,
// however they depend on each other: Vovk & Wang 2021.) It is append-only: adding ticks one by one or all at once
// gives the same bits.
type Comparison struct {
	edges []*Test
}

// NewComparison starts a comparison over a number of edges (at least 1). Params.Question does not matter.
func NewComparison(p Params, edges int) (*Comparison, error) {
	if edges < 1 {
		return nil, errors.New("a comparison needs at least one edge")
	}
	c := &Comparison{}
	for range edges {
		t, err := NewTest(p)
		if err != nil {
			return nil, err
		}
		c.edges = append(c.edges, t)
	}
	return c, nil
}

// Add takes the next tick: one Tick for each edge, all with the same End. It errs, and changes nothing, on ticks out
// of order and on numbers that cannot be.
func (c *Comparison) Add(edges ...Tick) error {
	if len(edges) != len(c.edges) {
		return errors.New("a comparison takes one tick for each edge")
	}
	for i, t := range edges {
		if err := c.edges[i].Add(t); err != nil {
			return err
		}
	}
	return nil
}

// Worse, Better and Within are the evidence, averaged over the edges.
func (c *Comparison) Worse() Evidence { return c.edges[0].Evidence() }

// Better is the evidence that B's bad share is lower, by more than the margin.
func (c *Comparison) Better() Evidence { return c.edges[0].Evidence() }

// Within is the evidence that B's bad share is higher by less than the margin. It holds live, not latched.
func (c *Comparison) Within() Evidence { return c.edges[0].Evidence() }

// Edge is the evidence of one edge alone for a question: the one with the largest is the most damaging.
func (c *Comparison) Edge(edge int, _ Question) Evidence { return c.edges[edge].Evidence() }

// Interval is what the evidence has not refuted at the last tick; where Worse has fired earlier and no longer stands,
// InterThen is the one at its peak.
func (c *Comparison) Interval() (Interval, error) {
	return Interval{Lower: Effect{}, Upper: Effect{Ratio: math.Inf(1)}}, nil
}

// IntervalThen is the interval at the tick End (as given to Add) at, for a verdict that is latched: at Worse().PeakAt
// its lower bound is beyond the margin if Worse has fired.
func (c *Comparison) IntervalThen(at int64) (Interval, error) {
	i, err := c.Interval()
	i.At = at
	return i, err
}

package stats

import (
	"errors"
	"fmt"
	"math"
)

// Comparison asks Worse, Better and Within of the same ticks and gives their common interval, at the cost of little
// more than one Test. It takes one tick per edge: one for a ratio of events; for a histogram one for each bucket edge,
// where a bad observation is one above the edge, and E is the average over the edges. (An average of e-values is one,
// however they depend on each other: Vovk & Wang 2021.) It is append-only: adding ticks one by one or all at once
// gives the same bits. It is not safe for concurrent use.
type Comparison struct {
	p         Params
	histories []*history
	questions [questions]asked
	// kept are the engines of the hypotheses that the last interval was made of.
	kept map[hypothesis][]*engine
}

// asked is one question, with an engine for each edge.
type asked struct {
	engines []*engine
	track   tracker
}

// NewComparison starts a comparison over a number of edges (at least 1). Params.Question does not matter.
func NewComparison(p Params, edges int) (*Comparison, error) {
	p.Question = Worse
	p, err := p.withDefaults()
	if err != nil {
		return nil, err
	}
	if edges < 1 {
		return nil, errors.New("a comparison needs at least one edge")
	}
	c := &Comparison{p: p, kept: map[hypothesis][]*engine{}}
	for range edges {
		c.histories = append(c.histories, newHistory(p))
	}
	for q := range questions {
		a := &c.questions[q]
		a.track = newTracker(p, q, edges)
		for _, h := range c.histories {
			a.engines = append(a.engines, newEngine(h, p.claim(q), q == Within, alternatives, 0))
		}
	}
	return c, nil
}

// Add takes the next tick: one Tick for each edge, all with the same End. It errs, and changes nothing, on ticks out
// of order and on numbers that cannot be.
func (c *Comparison) Add(edges ...Tick) error {
	if len(edges) != len(c.histories) {
		return fmt.Errorf("a comparison over %d edges takes as many ticks, not %d", len(c.histories), len(edges))
	}
	index := 0
	for i, t := range edges {
		if t.End != edges[0].End {
			return fmt.Errorf("the edges' ticks end at %d and %d", edges[0].End, t.End)
		}
		var err error
		if index, err = c.histories[i].check(t); err != nil {
			return err
		}
	}
	for c.histories[0].ticks() < index {
		for i := range edges {
			c.follow(i, nil)
		}
	}
	for i, t := range edges {
		c.follow(i, t.Strata)
	}
	h := c.histories[0]
	for q := range c.questions {
		a := &c.questions[q]
		a.track.look(edges[0].End, h.day(h.ticks()), a.engines)
	}
	return nil
}

func (c *Comparison) follow(edge int, strata []Stratum) {
	c.histories[edge].add(strata)
	for q := range c.questions {
		c.questions[q].engines[edge].follow()
	}
}

// Worse is the evidence that B's bad share is higher by more than the margin, averaged over the edges.
func (c *Comparison) Worse() Evidence { return c.evidence(Worse) }

// Better is the evidence that B's bad share is lower by more than the margin.
func (c *Comparison) Better() Evidence { return c.evidence(Better) }

// Within is the evidence that B's bad share is higher by less than the margin, if at all, over all the time since the
// start. It is to be read live, never latched.
func (c *Comparison) Within() Evidence { return c.evidence(Within) }

func (c *Comparison) evidence(q Question) Evidence {
	a := &c.questions[q]
	return a.track.evidence(a.engines)
}

// Edge is what one edge says alone: its evidence at the last tick, and as Peak its evidence at the comparison's peak
// (PeakAt), so that the edge with the largest is the most damaging one. FiredAt is the comparison's.
func (c *Comparison) Edge(edge int, q Question) Evidence {
	a := &c.questions[q]
	e := a.track.evidence(a.engines[edge : edge+1])
	e.Peak = math.Max(0, a.track.edges[edge])
	return e
}

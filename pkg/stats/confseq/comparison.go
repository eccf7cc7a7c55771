// Package confseq compares two bad shares by all three questions and gives the confidence sequence that is in step with
// them: the effects whose e-process has not rejected them (Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform,
// nonparametric, nonasymptotic confidence sequences").
package confseq

import (
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Comparison asks Worse, Better and Within of the same ticks and gives their common interval, at the cost of little
// more than one Test. It is about one pair of counts per stratum: the bad requests among all, or those above one bucket
// edge. It is append-only: adding ticks one by one or all at once gives the same bits. It is not safe for concurrent
// use.
type Comparison struct {
	h         *eprocess.History
	questions [eprocess.Questions]eprocess.Asked
	// kept are the engines of the hypotheses that the last interval was made of.
	kept map[hypothesis]*eprocess.Engine
	// guesses are where it is looked for bounds.
	guesses guesses
}

// NewComparison starts a comparison. Params.Question does not matter. It errs on parameters that make none.
func NewComparison(p eprocess.Params) (*Comparison, error) {
	p.Question = eprocess.Worse
	p, err := p.WithDefaults()
	if err != nil {
		return nil, err
	}
	c := &Comparison{h: eprocess.NewHistory(p), kept: map[hypothesis]*eprocess.Engine{}}
	for q := range eprocess.Questions {
		c.questions[q] = eprocess.NewAsked(c.h, q)
	}
	return c, nil
}

// Add takes the next tick. It errs, and changes nothing, on ticks out of order and on counts that cannot be.
func (c *Comparison) Add(tick strata.Tick) error {
	if err := c.h.Take(tick, c.follow); err != nil {
		return err
	}
	for q := range c.questions {
		c.questions[q].Look(tick.End)
	}
	return nil
}

func (c *Comparison) follow() {
	for q := range c.questions {
		c.questions[q].Follow()
	}
}

// Worse is the evidence that B's bad share is higher by more than the margin.
func (c *Comparison) Worse() eprocess.Evidence { return c.questions[eprocess.Worse].Evidence() }

// Better is the evidence that B's bad share is lower by more than the margin.
func (c *Comparison) Better() eprocess.Evidence { return c.questions[eprocess.Better].Evidence() }

// Within is the evidence that B's bad share is higher by less than the margin, if at all, over all the time since the
// start. It is to be read live, never latched.
func (c *Comparison) Within() eprocess.Evidence { return c.questions[eprocess.Within].Evidence() }

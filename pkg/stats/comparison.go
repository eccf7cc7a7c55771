package stats

// Comparison asks Worse, Better and Within of the same ticks and gives their common interval, at the cost of little
// more than one Test. It is about one pair of counts per stratum: the bad requests among all, or those above one bucket
// edge. It is append-only: adding ticks one by one or all at once gives the same bits. It is not safe for concurrent
// use.
type Comparison struct {
	h         *history
	questions [questions]asked
	// kept are the engines of the hypotheses that the last interval was made of.
	kept map[hypothesis]*engine
}

// NewComparison starts a comparison. Params.Question does not matter. It errs on parameters that make none.
func NewComparison(p Params) (*Comparison, error) {
	p.Question = Worse
	p, err := p.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Comparison{h: newHistory(p), kept: map[hypothesis]*engine{}}
	for q := range questions {
		c.questions[q] = newAsked(c.h, q)
	}
	return c, nil
}

// Add takes the next tick. It errs, and changes nothing, on ticks out of order and on counts that cannot be.
func (c *Comparison) Add(tick Tick) error {
	if err := c.h.take(tick, c.follow); err != nil {
		return err
	}
	for q := range c.questions {
		a := &c.questions[q]
		a.track.look(tick.End, a.engine)
	}
	return nil
}

func (c *Comparison) follow() {
	for q := range c.questions {
		c.questions[q].engine.follow()
	}
}

// Worse is the evidence that B's bad share is higher by more than the margin.
func (c *Comparison) Worse() Evidence { return c.questions[Worse].evidence() }

// Better is the evidence that B's bad share is lower by more than the margin.
func (c *Comparison) Better() Evidence { return c.questions[Better].evidence() }

// Within is the evidence that B's bad share is higher by less than the margin, if at all, over all the time since the
// start. It is to be read live, never latched.
func (c *Comparison) Within() Evidence { return c.questions[Within].evidence() }

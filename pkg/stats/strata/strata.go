// Package strata holds the counts that the test of two shares takes: of both arms, by tick and stratum, and the sums over
// strata with the weights of Mantel & Haenszel 1959.
package strata

import (
	"errors"
	"fmt"
	"math"
)

// Counts are what one arm counted in one stratum: N requests (or observations), X bad ones among them; 0 <= X <= N.
// They need not be whole numbers.
type Counts struct{ N, X float64 }

// Stratum is one tick of one process, or of whatever else both arms share: within it, the two arms differ by nothing
// but the flag. Where either arm has no requests, it is skipped.
type Stratum struct {
	// Key is the number of the process, the same over the whole run. A key may occur once in a tick.
	Key int
	// A is the baseline, B the feature.
	A, B Counts
	// PartsA and PartsB are what groups of processes have of A and of B, where each arm has processes of its own and the
	// minute is all that they share: evidence then has to hold without any one of them. Empty where both arms share the
	// process. What belongs to no group is never left out.
	PartsA, PartsB []Part
}

// Part is what one group of processes counted: all of those that may be odd together. Groups are numbered from 0, by arm,
// the same over the whole run; a group occurs once in a stratum.
type Part struct {
	Group int
	Counts
}

// MaxGroups is how many groups of processes an arm has at most.
const MaxGroups = 8

// Tick is what happened in the Params.Step seconds that end at End.
type Tick struct {
	// End is in unix seconds, strictly increasing from tick to tick; a tick may be missing. An End off the grid
	// Start + i Step counts as the next one on it.
	End int64
	// Strata may come in any order: they are added up in the order of their keys.
	Strata []Stratum
}

// maxCount is the largest count that is taken at its word: sums of it and of its square stay exact enough and finite.
const maxCount = 1e12

// Validate errs on counts that cannot be.
func (s Stratum) Validate() error {
	if err := errors.Join(s.A.Validate(), s.B.Validate()); err != nil {
		return err
	}
	return errors.Join(validateParts(s.PartsA, s.A), validateParts(s.PartsB, s.B))
}

func validateParts(parts []Part, whole Counts) error {
	var sum Counts
	for _, p := range parts {
		if p.Group < 0 || p.Group >= MaxGroups {
			return fmt.Errorf("there is no group %d of processes", p.Group)
		}
		if err := p.Validate(); err != nil {
			return err
		}
		sum.N, sum.X = sum.N+p.N, sum.X+p.X
	}
	if sum.N > whole.N*(1+1e-9) || sum.X > whole.X*(1+1e-9) {
		return fmt.Errorf("the groups of processes have %g of %g, their whole %g of %g", sum.X, sum.N, whole.X, whole.N)
	}
	return nil
}

// Validate errs on counts that cannot be.
func (c Counts) Validate() error {
	switch {
	case math.IsNaN(c.N) || math.IsNaN(c.X):
		return errors.New("a count is not a number")
	case c.N < 0 || c.X < 0:
		return fmt.Errorf("a count is negative: %g of %g", c.X, c.N)
	case c.X > c.N:
		return fmt.Errorf("more bad ones than there are: %g of %g", c.X, c.N)
	case c.N > maxCount:
		return fmt.Errorf("a count is beyond %g: %g", float64(maxCount), c.N)
	}
	return nil
}

package overdispersion

import (
	"slices"

	"github.com/flaglens/flaglens/pkg/stats/internal/clock"
)

// Excess follows the bad events of either arm beyond its share by the other's, over a sliding window: x_B - w x_A and
// x_A - x_B / w. Requests that follow a bad one raise both (unlike the score's residual); but it only says how many
// events to do without, and a burst has to count in full whatever the shares of the process that it hit.
type Excess struct {
	ring     [][2]float64
	ticks    int
	sum      [2]float64
	quarters []float64 // the largest excess in each quarter of an hour
	quarter  int
}

// NewExcess starts one.
func NewExcess(c clock.Clock) Excess {
	return Excess{ring: make([][2]float64, c.Window), quarter: c.Quarter}
}

// Clone is a copy that goes its own way.
func (e *Excess) Clone() Excess {
	c := *e
	c.ring, c.quarters = slices.Clone(e.ring), slices.Clone(e.quarters)
	return c
}

// Add takes the next tick: the excess of B and of A.
func (e *Excess) Add(b, a float64) {
	slot := &e.ring[e.ticks%len(e.ring)]
	*slot = [2]float64{b, a}
	if e.ticks%e.quarter == 0 {
		e.quarters = append(e.quarters, 0)
	}
	e.ticks++
	// Summed anew, in the same order whenever it was reached: differences would pile up rounding errors.
	e.sum = [2]float64{}
	for _, x := range e.ring {
		e.sum[0] += x[0]
		e.sum[1] += x[1]
	}
	last := &e.quarters[len(e.quarters)-1]
	*last = max(*last, e.sum[0], e.sum[1])
}

// Largest is the largest excess in the last so many quarters of an hour (0: all of them).
func (e *Excess) Largest(quarters int) float64 {
	from := 0
	if quarters > 0 {
		from = max(0, len(e.quarters)-quarters)
	}
	largest := 0.0
	for _, x := range e.quarters[from:] {
		largest = max(largest, x)
	}
	return largest
}

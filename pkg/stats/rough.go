package stats

import "math"

// roughly is about how much evidence there is against a claim after the full quarters of an hour so far: by quarters
// instead of ticks, without score and events. It only tells where to begin the search for a bound.
func (h *history) roughly(c claim, within bool, quarters int) float64 {
	sums := make([]gainsOf, quarters+1)
	var known [cells]*series
	for i := range quarters {
		sums[i+1] = sums[i]
		found := h.quarters[i]
		for n := range found {
			cell := &found[n]
			s := known[cell.at]
			if s == nil {
				s = newSeries(c, cell.at)
				known[cell.at] = s
			}
			s.gains(cell, c, sums[i+1][:])
		}
	}
	var best gainsOf
	last := &sums[quarters]
	total := 0.5
	for j := quarters - 1; j >= 0 && j >= quarters-h.aliveQuarters(); j-- {
		for k := range best {
			best[k] = math.Max(best[k], sums[j+1][k]-sums[j][k])
		}
		if within && j > 0 {
			continue
		}
		s := &h.starts[j]
		for k, w := range effects.weight {
			x := (last[k] - sums[j][k] - best[k]) / s.phi[c.arm]
			total += s.prior / 2 * w * expOf(x)
		}
	}
	return total
}

// aliveQuarters is the number of quarters of an hour that a start counts for.
func (h *history) aliveQuarters() int {
	if h.p.Daily {
		return h.clock.day / h.clock.quarter
	}
	return math.MaxInt
}

// sumQuarter sums up the cells of the quarter of an hour that ends now.
func (h *history) sumQuarter() {
	ticks := h.ticks()
	var sum []cell
	for _, tick := range h.cells[ticks-h.clock.quarter:] {
		for i := range tick {
			sum = join(sum, &tick[i])
		}
	}
	h.quarters = append(h.quarters, sum)
}

// join adds a cell to those summed up.
func join(sum []cell, c *cell) []cell {
	for i := range sum {
		if sum[i].at == c.at {
			sum[i].join(c)
			return sum
		}
	}
	return append(sum, *c)
}

func (c *cell) join(o *cell) {
	c.xA += o.xA
	c.xB += o.xB
	for i := range c.events {
		c.events[i] += o.events[i]
		c.nB[i] += o.nB[i]
	}
}

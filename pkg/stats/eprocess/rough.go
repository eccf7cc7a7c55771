package eprocess

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// Roughly is about how much evidence there is against a claim after the full quarters of an hour so far: by quarters
// instead of ticks, without score and events. It only tells where to begin the search for a bound.
func (h *History) Roughly(c likelihood.Claim, within bool, quarters int) float64 {
	sums := make([]likelihood.Gains, quarters+1)
	var known [likelihood.Cells]*likelihood.Series
	for i := range quarters {
		sums[i+1] = sums[i]
		found := h.quarters[i]
		for n := range found {
			cell := &found[n]
			s := known[cell.At]
			if s == nil {
				s = likelihood.NewSeries(c, cell.At)
				known[cell.At] = s
			}
			s.Gains(cell, c, sums[i+1][:])
		}
	}
	var best likelihood.Gains
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
		for k, w := range likelihood.Effects.Weight {
			x := (last[k] - sums[j][k] - best[k]) / s.phi[c.Arm]
			total += s.prior / 2 * w * expOf(x)
		}
	}
	return total
}

// aliveQuarters is the number of quarters of an hour that a start counts for.
func (h *History) aliveQuarters() int {
	if h.Params.Daily {
		return h.Clock.Day / h.Clock.Quarter
	}
	return math.MaxInt
}

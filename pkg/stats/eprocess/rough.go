package eprocess

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/overdispersion"
)

// Rough tells about how much evidence there is against claims after a number of full quarters of an hour: by quarters instead of
// ticks, without score and events. It only tells where to begin the search for a bound. What it says follows from those
// quarters alone, whenever it is asked.
type Rough struct {
	h        *History
	quarters int
	// first is the first start that counts; phis are the dispersions of those from it on.
	first int
	phis  []overdispersion.Dispersions
	// sums are the gains before each quarter.
	sums []likelihood.Gains
}

// Rough begins to tell.
func (h *History) Rough(quarters int) *Rough {
	r := &Rough{h: h, quarters: quarters, sums: make([]likelihood.Gains, quarters+1)}
	if h.Params.Daily {
		r.first = max(0, quarters-h.Clock.Day/h.Clock.Quarter)
	}
	for j := r.first; j < quarters; j++ {
		r.phis = append(r.phis, h.phi(&h.starts[j], quarters*h.Clock.Quarter))
	}
	return r
}

// E is about the e-value against a claim.
func (r *Rough) E(c likelihood.Claim, within bool) float64 {
	sums := r.sums
	var known [likelihood.Cells]*likelihood.Series
	for i := range r.quarters {
		sums[i+1] = sums[i]
		found := r.h.quarters[i]
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
	last := &sums[r.quarters]
	total := 0.5
	for j := r.quarters - 1; j >= r.first; j-- {
		for k := range best {
			best[k] = math.Max(best[k], sums[j+1][k]-sums[j][k])
		}
		if within && j > 0 {
			continue
		}
		prior, phi := r.h.starts[j].prior/2, r.phis[j-r.first][c.Arm]
		for k, w := range likelihood.Effects.Weight {
			x := (last[k] - sums[j][k] - best[k]) / phi
			total += prior * w * expOf(x)
		}
	}
	return total
}

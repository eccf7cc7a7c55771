package eprocess

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/flaglens/flaglens/pkg/stats/internal/clock"
	"github.com/flaglens/flaglens/pkg/stats/internal/record"
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/overdispersion"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// maxTicks bounds the length of a run (and of a gap in it): about 20 years at one tick a minute.
const maxTicks = 1 << 23

// History holds the ticks of one series and what every test of it shares: the statistics of blocks of time and the
// dispersion that follows from them. It is append-only.
type History struct {
	Params Params
	Clock  clock.Clock
	// strata are those of each tick, in the order of their keys. Without an absolute margin, those without a bad event
	// say nothing and are left out.
	strata stored
	// pooled are those that are added up over processes of each arm's own.
	pooled record.Record[[]pooled]
	// extremes are those of w among the strata with a bad event of B, then of 1/w among those with one of A.
	extremes record.Record[[2]extremes]
	// quarters are the sums of the cells of each full quarter of an hour, quarter those of the one that is not full.
	quarters  [][]likelihood.Cell
	quarter   []likelihood.Cell
	processes map[int]int32
	// sums are those of each tick.
	sums       record.Record[strata.TickSums]
	dispersion overdispersion.Estimator
	excess     overdispersion.Excess
	// scratch is what a tick is worked with.
	scratch struct {
		// taken are the strata of the tick that is taken, in the order of their keys.
		taken  []strata.Stratum
		strata []likelihood.Stratum
		// cells are the strata of a tick summed up by w.
		cells []likelihood.Cell
		tick  int
	}
	// unpacked are the cells of all ticks up to one, while claims are followed from the start.
	unpacked unpacked
	starts   []start
	// firstAlive is the first start that still counts.
	firstAlive int
}

// NewHistory starts one; p must have its defaults.
func NewHistory(p Params) *History {
	c := clock.New(p.Step, p.Profile == Brisk)
	h := &History{
		Params:     p,
		Clock:      c,
		processes:  map[int]int32{},
		dispersion: overdispersion.NewEstimator(c, p.Daily, p.Frequent),
		excess:     overdispersion.NewExcess(c),
	}
	h.scratch.tick = -1
	h.begin(0)
	return h
}

// Ticks is the number of ticks so far, those that are missing included.
func (h *History) Ticks() int { return h.strata.ticks }

// Index is the number of the tick that ends at end, counted from 0.
func (h *History) Index(end int64) int64 {
	return (end-h.Params.Start+h.Params.Step-1)/h.Params.Step - 1
}

// check says whether a tick may follow, and its index. Its strata are then those that are worked with, in order.
func (h *History) check(tick strata.Tick) (int, error) {
	if tick.End <= h.Params.Start || tick.End-h.Params.Start > maxTicks*h.Params.Step {
		return 0, fmt.Errorf("the tick that ends at %d is not in the %d steps from %d", tick.End, maxTicks, h.Params.Start)
	}
	i := h.Index(tick.End)
	if i < int64(h.Ticks()) {
		return 0, fmt.Errorf("the tick that ends at %d does not follow the one before", tick.End)
	}
	taken := append(h.scratch.taken[:0], tick.Strata...)
	h.scratch.taken = taken
	byKey := func(a, b strata.Stratum) int { return cmp.Compare(a.Key, b.Key) }
	if !slices.IsSortedFunc(taken, byKey) {
		slices.SortFunc(taken, byKey)
	}
	for k, s := range taken {
		if err := s.Validate(); err != nil {
			return 0, fmt.Errorf("stratum %d of the tick that ends at %d: %w", s.Key, tick.End, err)
		}
		if k > 0 && taken[k-1].Key == s.Key {
			return 0, fmt.Errorf("stratum %d occurs twice in the tick that ends at %d", s.Key, tick.End)
		}
	}
	return int(i), nil
}

// Take adds a tick, after an empty one for each that is missing before it, and lets the engines follow after each.
func (h *History) Take(tick strata.Tick, follow func()) error {
	index, err := h.check(tick)
	if err != nil {
		return err
	}
	for h.Ticks() < index {
		h.add(nil)
		follow()
	}
	h.add(h.scratch.taken)
	follow()
	return nil
}

// add appends the next tick, with its strata in the order of their keys; an empty one where it was missing.
func (h *History) add(all []strata.Stratum) {
	sum := h.dispersion.SumBefore(h.Ticks())
	var now strata.TickSums
	var beyondB, beyondA float64 // bad events of an arm beyond its share by the other's
	h.scratch.strata = h.scratch.strata[:0]
	var together []pooled
	extreme := [2]extremes{{least: math.Inf(1)}, {least: math.Inf(1)}}
	for _, s := range all {
		if !(s.A.N >= likelihood.LeastRequests && s.B.N >= likelihood.LeastRequests) {
			continue
		}
		process, known := h.processes[s.Key]
		if !known {
			process = int32(len(h.processes))
			h.processes[s.Key] = process
		}
		sum.N += s.A.N + s.B.N
		sum.X += s.A.X + s.B.X
		now.Add(s.A, s.B)
		if len(s.PartsA)+len(s.PartsB) > 0 {
			together = append(together, newPooled(s))
		}
		w := s.B.N / s.A.N
		beyondB += s.B.X - w*s.A.X
		beyondA += s.A.X - s.B.X/w
		if h.Params.Absolute == 0 && s.A.X+s.B.X == 0 {
			continue
		}
		one := likelihood.Stratum{Process: process, NA: s.A.N, NB: s.B.N, XA: s.A.X, XB: s.B.X}
		h.scratch.strata = append(h.scratch.strata, one)
		if s.B.X > 0 {
			extreme[0].see(w)
		}
		if s.A.X > 0 {
			extreme[1].see(1 / w)
		}
	}
	h.extremes.Add(extreme)
	h.scratch.cells, h.scratch.tick = cellsOf(h.scratch.strata, h.Params.Absolute != 0, h.scratch.cells), h.Ticks()
	for i := range h.scratch.cells {
		h.quarter = likelihood.Join(h.quarter, &h.scratch.cells[i])
	}
	h.strata.add(h.scratch.strata)
	h.sums.Add(now)
	h.pooled.Add(together)
	h.dispersion.Add(now, sum)
	h.excess.Add(beyondB, beyondA)
	if h.Ticks()%h.Clock.Quarter == 0 {
		h.quarters = append(h.quarters, slices.Clone(h.quarter))
		h.quarter = h.quarter[:0]
	}
	h.turn()
}

// strataOf are the strata of a tick, valid until those of another are asked for.
func (h *History) strataOf(tick int) []likelihood.Stratum {
	h.scratch.strata = h.strata.at(tick, h.scratch.strata[:0])
	return h.scratch.strata
}

// cells are the strata of a tick summed up by w, valid until those of another are asked for. To keep them would take many
// times the room of the strata.
func (h *History) cells(tick int) []likelihood.Cell {
	if tick < len(h.unpacked.ends) {
		return h.unpacked.at(tick)
	}
	if tick != h.scratch.tick {
		h.scratch.cells, h.scratch.tick = cellsOf(h.strataOf(tick), h.Params.Absolute != 0, h.scratch.cells), tick
	}
	return h.scratch.cells
}

// extremes are the smallest and the largest w; +Inf and 0 where there is none.
type extremes struct{ least, most float64 }

func (e *extremes) see(w float64) { e.least, e.most = min(e.least, w), max(e.most, w) }

// phi is the dispersion of a start's evidence after a number of ticks.
func (h *History) phi(s *start, ticks int) overdispersion.Dispersions {
	return h.dispersion.Phi(s.quarter, s.before, ticks)
}

// BadEvents is how many bad events both arms have had after a number of ticks.
func (h *History) BadEvents(ticks int) float64 { return h.dispersion.SumBefore(ticks).X }

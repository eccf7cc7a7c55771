package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// maxTicks bounds the length of a run (and of a gap in it): about 20 years at one tick a minute.
const maxTicks = 1 << 23

// stratum is a Stratum with counts on both arms, its process numbered from 0 in the order of appearance.
type stratum struct {
	process        int32
	nA, nB, xA, xB float64
}

// history holds the ticks of one series and what every test of it shares: the statistics of blocks of time and the
// dispersion that follows from them. It is append-only.
type history struct {
	p     Params
	clock clock
	// strata are those of each tick, in the order of their keys. Without an absolute margin, those without a bad event
	// say nothing and are left out.
	strata [][]stratum
	// cells sum them up by w; extremes are those of w among the strata with a bad event of B, then of 1/w among those
	// with one of A.
	cells    [][]cell
	extremes [][2]extremes
	// quarters are the sums of the cells of each full quarter of an hour.
	quarters  [][]cell
	processes map[int]int32
	// total[i] sums both arms of the ticks before tick i; sums[i] are those of tick i.
	total  []Counts
	sums   []tickSums
	blocks blocks
	excess excess
	// scratch collects a tick.
	scratch struct {
		strata []stratum
		cells  []cell
	}
	starts []start
	// firstAlive is the first start that still counts.
	firstAlive int
}

func newHistory(p Params) *history {
	c := newClock(p)
	h := &history{
		p:         p,
		clock:     c,
		processes: map[int]int32{},
		total:     []Counts{{}},
		blocks:    newBlocks(c),
		excess:    newExcess(c),
	}
	h.begin(0)
	return h
}

// ticks is the number of ticks so far, those that are missing included.
func (h *history) ticks() int { return len(h.strata) }

// index is the number of the tick that ends at end, counted from 0.
func (h *history) index(end int64) int64 { return (end-h.p.Start+h.p.Step-1)/h.p.Step - 1 }

// check says whether a tick may follow, and its index.
func (h *history) check(tick Tick) (int, error) {
	if tick.End <= h.p.Start || tick.End-h.p.Start > maxTicks*h.p.Step {
		return 0, fmt.Errorf("the tick that ends at %d is not in the %d steps from %d", tick.End, maxTicks, h.p.Start)
	}
	i := h.index(tick.End)
	if i < int64(h.ticks()) {
		return 0, fmt.Errorf("the tick that ends at %d does not follow the one before", tick.End)
	}
	seen := make(map[int]struct{}, len(tick.Strata))
	for _, s := range tick.Strata {
		if err := errors.Join(s.A.validate(), s.B.validate()); err != nil {
			return 0, fmt.Errorf("stratum %d of the tick that ends at %d: %w", s.Key, tick.End, err)
		}
		if _, twice := seen[s.Key]; twice {
			return 0, fmt.Errorf("stratum %d occurs twice in the tick that ends at %d", s.Key, tick.End)
		}
		seen[s.Key] = struct{}{}
	}
	return int(i), nil
}

// take adds a tick, after an empty one for each that is missing before it, and lets the engines follow after each.
func (h *history) take(tick Tick, follow func()) error {
	index, err := h.check(tick)
	if err != nil {
		return err
	}
	for h.ticks() < index {
		h.add(nil)
		follow()
	}
	h.add(tick.Strata)
	follow()
	return nil
}

// add appends the next tick; an empty one where it was missing.
func (h *history) add(strata []Stratum) {
	strata = slices.Clone(strata)
	slices.SortFunc(strata, func(a, b Stratum) int { return compareInt(a.Key, b.Key) })
	sum := h.total[len(h.total)-1]
	var now tickSums
	var beyondB, beyondA float64 // bad events of an arm beyond its share by the other's
	h.scratch.strata, h.scratch.cells = h.scratch.strata[:0], h.scratch.cells[:0]
	extreme := [2]extremes{{least: math.Inf(1)}, {least: math.Inf(1)}}
	for _, s := range strata {
		if !(s.A.N >= leastRequests && s.B.N >= leastRequests) {
			continue
		}
		process, known := h.processes[s.Key]
		if !known {
			process = int32(len(h.processes))
			h.processes[s.Key] = process
		}
		sum.N += s.A.N + s.B.N
		sum.X += s.A.X + s.B.X
		now.add(s.A, s.B)
		w := s.B.N / s.A.N
		beyondB += s.B.X - w*s.A.X
		beyondA += s.A.X - s.B.X/w
		if h.p.Absolute == 0 && s.A.X+s.B.X == 0 {
			continue
		}
		one := stratum{process: process, nA: s.A.N, nB: s.B.N, xA: s.A.X, xB: s.B.X}
		h.scratch.strata = append(h.scratch.strata, one)
		h.sum(one)
		if s.B.X > 0 {
			extreme[0].see(w)
		}
		if s.A.X > 0 {
			extreme[1].see(1 / w)
		}
	}
	h.extremes = append(h.extremes, extreme)
	h.strata = append(h.strata, slices.Clone(h.scratch.strata))
	h.cells = append(h.cells, slices.Clone(h.scratch.cells))
	h.total = append(h.total, sum)
	h.sums = append(h.sums, now)
	h.blocks.add(now)
	h.excess.add(beyondB, beyondA)
	if h.ticks()%h.clock.quarter == 0 {
		h.sumQuarter()
	}
	h.turn()
}

// sum adds a stratum to its cell.
func (h *history) sum(s stratum) {
	logW := math.Log(s.nB / s.nA)
	at := cellOf(logW)
	found := h.scratch.cells
	i := 0
	for i < len(found) && found[i].at != at {
		i++
	}
	if i == len(found) {
		found = append(found, cell{at: at})
	}
	found[i].add(s, logW, h.p.Absolute != 0)
	h.scratch.cells = found
}

// extremes are the smallest and the largest w; +Inf and 0 where there is none.
type extremes struct{ least, most float64 }

func (e *extremes) see(w float64) { e.least, e.most = min(e.least, w), max(e.most, w) }

func compareInt(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

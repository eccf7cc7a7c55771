package stats

import (
	"errors"
	"fmt"
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
	// strata of tick i are strata[offsets[i]:offsets[i+1]], in the order of their keys. Without an absolute margin,
	// those without a bad event say nothing and are left out.
	strata    []stratum
	offsets   []int32
	processes map[int]int32
	// total[i] sums both arms of the ticks before tick i; requests[i] are those of A and of B in tick i.
	total    []Counts
	requests [][2]float64
	blocks   blocks
	excess   excess
	starts   []start
	// firstAlive is the first start that still counts.
	firstAlive int
}

func newHistory(p Params) *history {
	c := newClock(p)
	h := &history{
		p:         p,
		clock:     c,
		offsets:   []int32{0},
		processes: map[int]int32{},
		total:     []Counts{{}},
		blocks:    newBlocks(c),
		excess:    newExcess(c),
	}
	h.begin(0)
	return h
}

// ticks is the number of ticks so far, those that are missing included.
func (h *history) ticks() int { return len(h.offsets) - 1 }

// at returns the strata of a tick.
func (h *history) at(tick int) []stratum { return h.strata[h.offsets[tick]:h.offsets[tick+1]] }

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

// add appends the next tick; an empty one where it was missing.
func (h *history) add(strata []Stratum) {
	strata = slices.Clone(strata)
	slices.SortFunc(strata, func(a, b Stratum) int { return compareInt(a.Key, b.Key) })
	sum := h.total[len(h.total)-1]
	var now tickSums
	for _, s := range strata {
		if !(s.A.N > 0 && s.B.N > 0) {
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
		if h.p.Absolute == 0 && s.A.X+s.B.X == 0 {
			continue
		}
		h.strata = append(h.strata, stratum{process: process, nA: s.A.N, nB: s.B.N, xA: s.A.X, xB: s.B.X})
	}
	h.offsets = append(h.offsets, int32(len(h.strata)))
	h.total = append(h.total, sum)
	h.requests = append(h.requests, [2]float64{now.a.N, now.b.N})
	h.blocks.add(now)
	h.excess.add(now.excessB, now.excessA)
	h.turn()
}

func compareInt(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

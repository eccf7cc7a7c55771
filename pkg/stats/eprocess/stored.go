package eprocess

import (
	"math"
	"slices"

	"github.com/flaglens/flaglens/pkg/narrow"
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// storedLen is how many ticks are packed together.
const storedLen = 128

// stored keeps the strata of each tick, in a small part of the room that they take while they are worked with: most counts
// are small whole numbers. What was added is never changed, so that copies may share it.
type stored struct {
	ticks  int
	sealed []storedBlock
	// open are the strata of the ticks that are not packed yet, ends where each tick's end.
	open []likelihood.Stratum
	ends []int
}

// storedBlock packs the strata of storedLen ticks, number by number.
type storedBlock struct {
	ends    [storedLen]uint32
	numbers [numbersOfStratum]narrow.Block
}

const numbersOfStratum = 5

// numbers are what a stratum consists of.
func numbers(s likelihood.Stratum) [numbersOfStratum]float64 {
	return [...]float64{float64(s.Process), s.NA, s.NB, s.XA, s.XB}
}

// add takes the strata of the next tick, which stay the caller's.
func (s *stored) add(all []likelihood.Stratum) {
	s.open = append(s.open, all...)
	s.ends = append(s.ends, len(s.open))
	s.ticks++
	if len(s.ends) < storedLen {
		return
	}
	var block storedBlock
	for i, end := range s.ends {
		block.ends[i] = uint32(end)
	}
	values := make([]float64, len(s.open))
	for n := range block.numbers {
		for i, one := range s.open {
			values[i] = numbers(one)[n]
		}
		block.numbers[n] = narrow.Of(values)
	}
	s.sealed = append(s.sealed, block)
	s.open, s.ends = s.open[:0], s.ends[:0]
}

// at appends the strata of a tick.
func (s *stored) at(tick int, into []likelihood.Stratum) []likelihood.Stratum {
	block, i := tick/storedLen, tick%storedLen
	if block == len(s.sealed) {
		from := 0
		if i > 0 {
			from = s.ends[i-1]
		}
		return append(into, s.open[from:s.ends[i]]...)
	}
	b := &s.sealed[block]
	from := uint32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	var values [numbersOfStratum][few]float64
	for end := b.ends[i]; from < end; {
		n := min(int(end-from), few)
		for k := range b.numbers {
			b.numbers[k].Read(values[k][:n], int(from))
		}
		for k := range n {
			into = append(into, likelihood.Stratum{
				Process: int32(values[0][k]), NA: values[1][k], NB: values[2][k], XA: values[3][k], XB: values[4][k],
			})
		}
		from += uint32(n)
	}
	return into
}

// few strata are unpacked at once.
const few = 32

// cellsOf sums up the strata of a tick by w, in the order of their keys, into a slice that it may use anew. With requests, what
// an absolute margin needs is summed up as well.
func cellsOf(all []likelihood.Stratum, requests bool, into []likelihood.Cell) []likelihood.Cell {
	into = into[:0]
	for _, s := range all {
		logW := math.Log(s.NB / s.NA)
		at := likelihood.CellOf(logW)
		i := 0
		for i < len(into) && into[i].At != at {
			i++
		}
		if i == len(into) {
			into = append(into, likelihood.Cell{At: at})
		}
		into[i].Add(s, logW, requests)
	}
	return into
}

// unpacked are the cells of ticks, those of storedLen ticks one after the other; ends is where those of each tick end.
type unpacked struct {
	cells [][]likelihood.Cell
	ends  []int
}

func (u *unpacked) at(tick int) []likelihood.Cell {
	from := 0
	if tick%storedLen > 0 {
		from = u.ends[tick-1]
	}
	return u.cells[tick/storedLen][from:u.ends[tick]]
}

// Unpack makes following claims over a number of ticks cheap, until Pack. It takes many times the room of the ticks.
func (h *History) Unpack(ticks int) {
	if len(h.unpacked.ends) > 0 {
		return
	}
	var block []likelihood.Cell
	ends := make([]int, 0, ticks)
	for first := 0; first < ticks; first += storedLen {
		block = block[:0]
		for tick := first; tick < min(first+storedLen, ticks); tick++ {
			block = append(block, h.cells(tick)...)
			ends = append(ends, len(block))
		}
		h.unpacked.cells = append(h.unpacked.cells, slices.Clone(block))
	}
	h.unpacked.ends = ends
}

// Pack gives up what Unpack made.
func (h *History) Pack() { h.unpacked = unpacked{} }

package eprocess

import (
	"reflect"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// sizeOf is what a value of a type takes, in bytes.
func sizeOf[T any]() int64 { return int64(reflect.TypeFor[T]().Size()) }

// perSlice is what a slice takes beside what it holds, perEntry what an entry of a map of numbers does.
const perSlice, perEntry = 24, 32

// Bytes is about the room that the history takes; with own, without what copies share.
func (h *History) Bytes(own bool) int64 {
	size := h.strata.bytes(own) + h.pooled.Bytes(own) + h.extremes.Bytes(own) + h.sums.Bytes(own) + h.dispersion.Bytes(own) +
		sizeOf[start]()*int64(cap(h.starts)) + 16*int64(h.Clock.Window) + perEntry*int64(len(h.processes))
	if own {
		return size
	}
	for tick := range h.pooled.Len() {
		for _, p := range *h.pooled.At(tick) {
			size += sizeOf[pooled]() + sizeOf[strata.Part]()*int64(cap(p.parts[0])+cap(p.parts[1]))
		}
	}
	return size
}

func (s *stored) bytes(own bool) int64 {
	size := sizeOf[likelihood.Stratum]()*int64(cap(s.open)) + 8*int64(cap(s.ends))
	if own {
		return size
	}
	size += sizeOf[storedBlock]() * int64(cap(s.sealed))
	for i := range s.sealed {
		for _, numbers := range s.sealed[i].numbers {
			size += numbers.Bytes()
		}
	}
	return size
}

// Bytes is about the room that the engine takes; with own, without what copies share.
func (e *Engine) Bytes(own bool) int64 {
	size := sizeOf[Engine]() + sizeOf[likelihood.Gains]()*int64(len(e.past)) + sizeOf[without]()*int64(cap(e.events.without)) + e.score.bytes()
	for _, y := range e.windows.young {
		size += sizeOf[youngStart]() + sizeOf[likelihood.Gains]()*int64(len(y.before))
	}
	for _, falling := range e.windows.falling {
		size += 16 * int64(cap(falling))
	}
	bases := 1
	for _, groups := range e.groups {
		bases += len(groups)
		for _, g := range groups {
			size += sizeOf[likelihood.Gains]() + g.score.bytes()
		}
	}
	if own {
		return size
	}
	size += sizeOf[likelihood.Gains]() * (int64(cap(e.base))*int64(bases) + int64(cap(e.windows.best)))
	for _, s := range e.cells {
		if s != nil {
			size += sizeOf[likelihood.Series]()
			if e.c.Shift != 0 {
				size += sizeOf[likelihood.Series]()
			}
		}
	}
	if p := e.events.processes; p != nil {
		for _, base := range p.base {
			size += perSlice + sizeOf[likelihood.Gains]()*int64(cap(base))
		}
	}
	return size
}

func (s *score) bytes() int64 { return sizeOf[scoreStart]() * int64(cap(s.starts)) }

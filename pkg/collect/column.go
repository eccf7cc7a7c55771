package collect

import "math"

// blockLen is how many ticks are packed together.
const blockLen = 256

// none stands for a tick without a value. Columns hold no other NaN.
var none = math.NaN()

// column holds a number a tick, from tick first on, in a small part of the room that float64 would take: counts of a
// minute seldom exceed 65,534. What was written is never changed.
type column struct {
	first int
	// sealed blocks are full, open is the one that is being written.
	sealed []block
	open   []float64
}

// block holds blockLen numbers in the narrowest form that keeps them exactly; one of the slices is set. All bits set mean
// none. A block without numbers has no slice.
type block struct {
	u8  []uint8
	u16 []uint16
	u32 []uint32
	f64 []float64
}

// set writes the number of a tick, which lies after all that were written.
func (c *column) set(tick int, value float64) {
	if len(c.sealed) == 0 && len(c.open) == 0 {
		c.first = tick
	}
	for c.end() < tick {
		c.push(none)
	}
	c.push(value)
}

// end is the tick after the last that was written.
func (c *column) end() int { return c.first + len(c.sealed)*blockLen + len(c.open) }

func (c *column) push(value float64) {
	c.open = append(c.open, value)
	if len(c.open) == blockLen {
		c.sealed = append(c.sealed, seal(c.open))
		c.open = c.open[:0]
	}
}

// at is the number of a tick; none where nothing was written.
func (c *column) at(tick int) float64 {
	i := tick - c.first
	if i < 0 {
		return none
	}
	if b := i / blockLen; b < len(c.sealed) {
		return c.sealed[b].at(i % blockLen)
	}
	if i -= len(c.sealed) * blockLen; i < len(c.open) {
		return c.open[i]
	}
	return none
}

// cut forgets what was written after a tick.
func (c *column) cut(tick int) {
	n := max(0, tick-c.first+1)
	switch b := n / blockLen; {
	case n >= len(c.sealed)*blockLen+len(c.open):
	case b < len(c.sealed):
		open := make([]float64, 0, blockLen)
		for i := range n % blockLen {
			open = append(open, c.sealed[b].at(i))
		}
		c.sealed, c.open = c.sealed[:b], open
	default:
		c.open = c.open[:n-b*blockLen]
	}
}

// bytes is about the room that a column takes.
func (c *column) bytes() int64 {
	const header = 96
	size := int64(len(c.sealed)*header + cap(c.open)*8 + header)
	for _, b := range c.sealed {
		size += int64(len(b.u8) + 2*len(b.u16) + 4*len(b.u32) + 8*len(b.f64))
	}
	return size
}

func seal(values []float64) block {
	most, whole, some := 0.0, true, false
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		some = true
		whole = whole && v >= 0 && v == math.Trunc(v)
		most = max(most, v)
	}
	switch {
	case !some:
		return block{}
	case whole && most < math.MaxUint8:
		return block{u8: pack[uint8](values, math.MaxUint8)}
	case whole && most < math.MaxUint16:
		return block{u16: pack[uint16](values, math.MaxUint16)}
	case whole && most < math.MaxUint32:
		return block{u32: pack[uint32](values, math.MaxUint32)}
	}
	return block{f64: append([]float64(nil), values...)}
}

func pack[T uint8 | uint16 | uint32](values []float64, nothing T) []T {
	packed := make([]T, len(values))
	for i, v := range values {
		packed[i] = nothing
		if !math.IsNaN(v) {
			packed[i] = T(v)
		}
	}
	return packed
}

func (b block) at(i int) float64 {
	switch {
	case b.u8 != nil:
		return unpack(b.u8[i], math.MaxUint8)
	case b.u16 != nil:
		return unpack(b.u16[i], math.MaxUint16)
	case b.u32 != nil:
		return unpack(b.u32[i], math.MaxUint32)
	case b.f64 != nil:
		return b.f64[i]
	}
	return none
}

func unpack[T uint8 | uint16 | uint32](v, nothing T) float64 {
	if v == nothing {
		return none
	}
	return float64(v)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Package narrow keeps numbers in the least room that keeps them exactly: counts of a minute seldom exceed 65,534.
package narrow

import "math"

// None stands for a number that there is not. Blocks hold no other NaN.
var None = math.NaN()

// Block holds numbers in the narrowest form that keeps each of them; one of the slices is set. All bits set mean none. A
// block without numbers has no slice.
type Block struct {
	u8  []uint8
	u16 []uint16
	u32 []uint32
	f64 []float64
}

// Of packs numbers, which stay the caller's.
func Of(values []float64) Block {
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
		return Block{}
	case whole && most < math.MaxUint8:
		return Block{u8: pack[uint8](values, math.MaxUint8)}
	case whole && most < math.MaxUint16:
		return Block{u16: pack[uint16](values, math.MaxUint16)}
	case whole && most < math.MaxUint32:
		return Block{u32: pack[uint32](values, math.MaxUint32)}
	}
	return Block{f64: append([]float64(nil), values...)}
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

// At is the number at an index.
func (b Block) At(i int) float64 {
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
	return None
}

func unpack[T uint8 | uint16 | uint32](v, nothing T) float64 {
	if v == nothing {
		return None
	}
	return float64(v)
}

// Bytes is about the room that the numbers take.
func (b Block) Bytes() int64 {
	return int64(len(b.u8) + 2*len(b.u16) + 4*len(b.u32) + 8*len(b.f64))
}

// Read reads as many numbers as into has places for, from an index on.
func (b Block) Read(into []float64, from int) {
	switch {
	case b.u8 != nil:
		read(into, b.u8[from:], math.MaxUint8)
	case b.u16 != nil:
		read(into, b.u16[from:], math.MaxUint16)
	case b.u32 != nil:
		read(into, b.u32[from:], math.MaxUint32)
	case b.f64 != nil:
		copy(into, b.f64[from:])
	default:
		for i := range into {
			into[i] = None
		}
	}
}

func read[T uint8 | uint16 | uint32](into []float64, packed []T, nothing T) {
	for i, v := range packed[:len(into)] {
		into[i] = unpack(v, nothing)
	}
}

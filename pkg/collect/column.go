package collect

import (
	"math"

	"github.com/flaglens/flaglens/pkg/narrow"
)

// blockLen is how many ticks are packed together.
const blockLen = 256

// none stands for a tick without a value. Columns hold no other NaN.
var none = narrow.None

// column holds a number a tick, from tick first on, in a small part of the room that float64 would take. What was written
// is never changed.
type column struct {
	first int
	// sealed blocks are full, open is the one that is being written.
	sealed []narrow.Block
	open   []float64
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
		c.sealed = append(c.sealed, narrow.Of(c.open))
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
		return c.sealed[b].At(i % blockLen)
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
			open = append(open, c.sealed[b].At(i))
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
		size += b.Bytes()
	}
	return size
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

package confseq

import (
	"maps"

	"github.com/flaglens/flaglens/pkg/stats/eprocess"
)

// Clone is a copy that goes its own way, and shares with this one what neither changes.
func (c *Comparison) Clone() *Comparison {
	h := c.h.Clone()
	own := &Comparison{h: h, kept: make(map[hypothesis]*eprocess.Engine, len(c.kept))}
	for q := range c.questions {
		own.questions[q] = c.questions[q].Clone(h)
	}
	for y, e := range c.kept {
		own.kept[y] = e.Clone(h)
	}
	own.guesses = guesses{quarters: c.guesses.quarters, of: maps.Clone(c.guesses.of)}
	return own
}

// Bytes is about the room that the comparison takes; with own, without what copies share.
func (c *Comparison) Bytes(own bool) int64 {
	size := c.h.Bytes(own)
	for q := range c.questions {
		size += c.questions[q].Engine().Bytes(own)
	}
	for _, e := range c.kept {
		size += e.Bytes(own)
	}
	return size
}

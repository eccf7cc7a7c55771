package eprocess

import (
	"maps"
	"slices"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// Copies are cheap: they share all that is never changed, which is most of a long run. Where samples come late, what was known
// before them is gone on from.

// Clone is a copy that goes its own way.
func (h *History) Clone() *History {
	c := *h
	c.strata = h.strata.clone()
	c.pooled, c.extremes, c.sums = h.pooled.Clone(), h.extremes.Clone(), h.sums.Clone()
	c.quarters, c.quarter = slices.Clip(h.quarters), slices.Clone(h.quarter)
	c.processes = maps.Clone(h.processes)
	c.dispersion, c.excess = h.dispersion.Clone(), h.excess.Clone()
	c.starts = slices.Clone(h.starts)
	c.scratch.taken, c.scratch.strata, c.scratch.cells, c.scratch.tick = nil, nil, nil, -1
	c.unpacked = unpacked{}
	return &c
}

func (s *stored) clone() stored {
	c := *s
	c.sealed, c.open, c.ends = slices.Clip(s.sealed), slices.Clone(s.open), slices.Clone(s.ends)
	return c
}

// Clone is a copy that follows a copy of the history.
func (a *Asked) Clone(h *History) Asked { return Asked{engine: a.engine.Clone(h), track: a.track} }

// Clone is a copy that follows a copy of the history.
func (e *Engine) Clone(h *History) *Engine {
	c := *e
	c.h = h
	c.past = slices.Clone(e.past)
	c.windows = e.windows.clone()
	c.events = e.events.clone()
	c.score = e.score.clone()
	c.score.h = h
	c.base = slices.Clip(e.base)
	c.inTheWay = nil
	for arm, groups := range e.groups {
		c.groups[arm] = make([]*processGroup, len(groups))
		for i, g := range groups {
			own := &processGroup{sum: g.sum, base: slices.Clip(g.base), score: g.score.clone()}
			own.score.h = h
			c.groups[arm][i] = own
			if g == e.inTheWay {
				c.inTheWay = own
			}
		}
	}
	return &c
}

func (w *windows) clone() windows {
	c := *w
	c.spare, c.young, c.best = nil, make([]*youngStart, len(w.young)), slices.Clip(w.best)
	for i, y := range w.young {
		own := *y
		own.before = slices.Clone(y.before)
		c.young[i] = &own
	}
	for k := range w.falling {
		c.falling[k] = slices.Clone(w.falling[k])
	}
	return c
}

func (v *events) clone() events {
	c := *v
	c.without = slices.Clone(v.without)
	if v.processes != nil {
		c.processes = &processes{sum: append([]likelihood.Gains(nil), v.processes.sum...), base: slices.Clip(v.processes.base)}
	}
	return c
}

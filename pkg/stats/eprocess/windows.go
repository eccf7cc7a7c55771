package eprocess

import (
	"github.com/flaglens/flaglens/pkg/stats/internal/clock"
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// windows is the part of the evidence without its best windows: a claim's likelihood ratios since a start less the
// largest gain in any one window of time, or in any two disjoint ones, so that no burst of bad events that fits into
// them counts. It is tracked tick by tick while it is two, and while a start is younger than a window; later, the
// largest gain of any window since then is looked up among those of all ticks.
type windows struct {
	window, two, youth, youngFrom, k int
	// young are the starts younger than youth, in their order; their first is number firstYoung.
	young      []*youngStart
	firstYoung int
	spare      []*youngStart
	// best are the largest gains of one window in the youth of each start that is no longer young.
	best []likelihood.Gains
	// falling holds, for each alternative, the windows whose gain no later one has reached.
	falling [likelihood.Alternatives][]gain
}

// gain is that of the window that ends after so many ticks.
type gain struct {
	ticks int
	value float64
}

type youngStart struct {
	tick int
	// one and two are the largest gains of one window and of two disjoint ones; before[t % window] is one at tick t.
	one, two likelihood.Gains
	before   []likelihood.Gains
}

func newWindows(c clock.Clock, k, youngFrom int) windows {
	return windows{window: c.Window, two: c.TwoWindows, youth: max(c.TwoWindows, c.Window), youngFrom: youngFrom, k: k}
}

func (w *windows) begin(tick int) {
	var y *youngStart
	if n := len(w.spare); n > 0 {
		y = w.spare[n-1]
		w.spare = w.spare[:n-1]
		*y = youngStart{before: y.before}
		clear(y.before)
	} else {
		y = &youngStart{before: make([]likelihood.Gains, w.window)}
	}
	y.tick = tick
	w.young = append(w.young, y)
}

func (w *windows) follow(ticks int, sum, before *likelihood.Gains, base []likelihood.Gains) {
	if ticks >= w.window {
		for k := range w.k {
			w.push(k, gain{ticks: ticks, value: sum[k] - before[k]})
		}
	}
	slot := ticks % w.window
	for i, y := range w.young {
		age := ticks - y.tick
		if age > w.window && (y.tick >= w.two || y.tick < w.youngFrom) {
			continue
		}
		since := before
		if age < w.window {
			since = &base[w.firstYoung+i]
		}
		y.follow(sum[:w.k], since, slot)
	}
	for len(w.young) > 0 && ticks-w.young[0].tick >= w.youth {
		w.best = append(w.best, w.young[0].one)
		w.spare = append(w.spare, w.young[0])
		w.young = w.young[1:]
		w.firstYoung++
	}
}

// follow takes the gains of the window that ends now: one = max(one, g), two = max(two, one a window ago + g, one).
func (y *youngStart) follow(sum []float64, since *likelihood.Gains, slot int) {
	earlier := &y.before[slot]
	for k := range sum {
		g := sum[k] - since[k]
		one, two := y.one[k], y.two[k]
		if g > one {
			one = g
		}
		if both := earlier[k] + g; both > two {
			two = both
		}
		if one > two {
			two = one
		}
		earlier[k], y.one[k], y.two[k] = one, one, two
	}
}

// push keeps the windows whose gain no later one has reached. Gains below 0 do not matter.
func (w *windows) push(k int, g gain) {
	f := w.falling[k]
	for len(f) > 0 && f[len(f)-1].value <= g.value {
		f = f[:len(f)-1]
	}
	if g.value > 0 {
		f = append(f, g)
	}
	w.falling[k] = f
}

// youthOf are the largest gains of one window that ended in a start's youth.
func (w *windows) youthOf(j int) *likelihood.Gains {
	if j < w.firstYoung {
		return &w.best[j]
	}
	return &w.young[j-w.firstYoung].one
}

// largest is the largest gain of one window since a start that is older than that.
func (w *windows) largest(k, j, tick int) float64 {
	f := w.falling[k]
	low, high := 0, len(f) // the first window that begins at or after the start
	for low < high {
		mid := (low + high) / 2
		if f[mid].ticks-w.window >= tick {
			high = mid
		} else {
			low = mid + 1
		}
	}
	best := w.youthOf(j)[k]
	if low < len(f) && f[low].value > best {
		best = f[low].value
	}
	return best
}

// at is a start's e-value without a group of processes, or with all, and without the terms whose exponent is below least.
// The windows that it goes without are those of all processes.
func (w *windows) at(e *Engine, j int, phi, least float64, out *processGroup) float64 {
	total := 0.0
	tick := e.h.starts[j].tick
	base := &e.base[j]
	for k := range w.k {
		x := e.sum[k] - base[k] - out.gain(j, k)
		if x < least*phi {
			continue
		}
		switch {
		case tick < w.two && e.Ticks-tick < w.two:
			x -= w.young[j-w.firstYoung].two[k]
		case e.Ticks-tick <= w.window:
			x -= w.youthOf(j)[k]
		default:
			x -= w.largest(k, j, tick)
		}
		total += likelihood.Effects.Weight[k] * expOf(x/phi)
	}
	return total
}

package stats

import "math"

// windows is the part of the evidence without its best windows: a claim's likelihood ratios since a start less the
// largest gain in any one window of time, or in any two disjoint ones, so that no burst of bad events that fits into
// them counts. It is tracked tick by tick while a start is young; later, the largest gain of any window since then is
// looked up among those of all ticks.
type windows struct {
	window, two, youth int
	// young are the starts younger than youth, in their order; their first is number firstYoung.
	young      []youngStart
	firstYoung int
	// best are the largest gains of one window in the youth of each start that is no longer young.
	best [][alternatives]float64
	// falling holds, for each alternative, the windows whose gain no later one has reached.
	falling [alternatives][]gain
}

// gain is that of the window that ends after so many ticks.
type gain struct {
	ticks int
	value float64
}

type youngStart struct {
	tick int
	// one and two are the largest gains of one window and of two disjoint ones; before[t % window] is one at tick t.
	one, two [alternatives]float64
	before   [][alternatives]float64
}

func newWindows(c clock) windows {
	return windows{window: c.window, two: c.twoWindows, youth: max(c.twoWindows, c.window)}
}

func (w *windows) begin(tick int) {
	w.young = append(w.young, youngStart{tick: tick, before: make([][alternatives]float64, w.window)})
}

func (w *windows) follow(ticks int, sum, before *[alternatives]float64, e *engine) {
	if ticks >= w.window {
		for k := range sum {
			w.push(k, gain{ticks: ticks, value: sum[k] - before[k]})
		}
	}
	for i := range w.young {
		y := &w.young[i]
		since := before
		if ticks-y.tick < w.window {
			since = &e.base[w.firstYoung+i]
		}
		slot := &y.before[ticks%w.window]
		for k := range sum {
			g := sum[k] - since[k]
			y.two[k] = max(y.two[k], slot[k]+g, y.one[k])
			y.one[k] = max(y.one[k], g)
			y.two[k] = max(y.two[k], y.one[k])
		}
		*slot = y.one
	}
	for len(w.young) > 0 && ticks-w.young[0].tick >= w.youth {
		w.best = append(w.best, w.young[0].one)
		w.young = w.young[1:]
		w.firstYoung++
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

// largest is the largest gain of a window since a start that is no longer young.
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
	best := w.best[j][k]
	if low < len(f) {
		best = max(best, f[low].value)
	}
	return best
}

// exponents are a start's tempered logarithms for each alternative.
func (w *windows) exponents(e *engine, j int, phi float64) [alternatives]float64 {
	var x [alternatives]float64
	if j >= w.firstYoung {
		y := &w.young[j-w.firstYoung]
		out := &y.one
		if e.ticks-y.tick < w.two {
			out = &y.two
		}
		for k := range x {
			x[k] = (e.sum[k] - e.base[j][k] - out[k]) / phi
		}
		return x
	}
	tick := e.h.starts[j].tick
	for k := range x {
		num := e.sum[k] - e.base[j][k]
		if num < negligible*phi {
			x[k] = math.Inf(-1)
			continue
		}
		x[k] = (num - w.largest(k, j, tick)) / phi
	}
	return x
}

// at is a start's e-value.
func (w *windows) at(e *engine, j int, phi float64) float64 {
	sum := 0.0
	for k, x := range w.exponents(e, j, phi) {
		sum += effects.weight[k] * expOf(x)
	}
	return sum
}

package eprocess

import "math"

// tracker keeps what a test's evidence has been.
type tracker struct {
	threshold float64
	daily     bool
	day       int64
	peak      float64
	peakAt    int64
	firedAt   int64
}

func newTracker(p Params, q Question) tracker {
	return tracker{threshold: math.Log(1 / p.AlphaOf(q)), daily: p.Daily, day: math.MinInt64}
}

// leastNews is the E below which a peak is not worth knowing.
const leastNews = 2.0

// look takes the evidence at the tick with an End.
func (t *tracker) look(end int64, e *Engine) {
	if day := e.h.day(e.Ticks); t.daily && day != t.day {
		*t = tracker{threshold: t.threshold, daily: true, day: day}
	}
	if t.peak >= maxLog-3 {
		return
	}
	known := math.Max(leastNews, math.Exp(t.peak))
	if e.ceiling() <= known {
		return
	}
	value, _ := e.value(known)
	log := math.Log(value)
	if log > t.peak && value > leastNews {
		t.peak, t.peakAt = log, end
	}
	if log >= t.threshold && t.firedAt == 0 && !(readLive(e) && latest{e}.beyond() > TooFarBeyond) {
		t.firedAt = end
	}
}

func (t *tracker) evidence(e *Engine) Evidence {
	value, p := e.value(0)
	beyond := 0.0
	if readLive(e) {
		beyond = max(latest{e}.beyond(), -maxLog)
	}
	return Evidence{
		Beyond: beyond,
		Log:    math.Log(value), Peak: t.peak, PeakAt: t.peakAt, FiredAt: t.firedAt,
		Windows: p.windows, Events: p.events, Score: p.score,
		Phi: max(0, e.phi(e.firstAlive())), Threshold: t.threshold,
	}
}

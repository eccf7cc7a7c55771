package stats

import "math"

// Test asks one Question of one pair of counts per stratum, by the engine that docs/statistics.md describes. It is
// append-only: adding ticks one by one or all at once gives the same bits. It is not safe for concurrent use.
type Test struct {
	h     *history
	e     *engine
	track tracker
}

// NewTest starts a test. It errs on parameters that make none.
func NewTest(p Params) (*Test, error) {
	p, err := p.withDefaults()
	if err != nil {
		return nil, err
	}
	h := newHistory(p)
	return &Test{h: h, e: newEngine(h, p.claim(p.Question), p.Question == Within, alternatives, 0), track: newTracker(p, p.Question, 1)}, nil
}

// Add takes the next tick. It errs, and changes nothing, on ticks out of order and on counts that cannot be.
func (t *Test) Add(tick Tick) error {
	index, err := t.h.check(tick)
	if err != nil {
		return err
	}
	for t.h.ticks() < index {
		t.h.add(nil)
		t.e.follow()
	}
	t.h.add(tick.Strata)
	t.e.follow()
	t.track.look(tick.End, t.h.day(t.h.ticks()), []*engine{t.e})
	return nil
}

// Evidence is how much the ticks so far say.
func (t *Test) Evidence() Evidence { return t.track.evidence([]*engine{t.e}) }

// claim is what a question has to refute. Within refutes that B's bad share is at least (1 + m) times A's plus d,
// which says of A that its share is at most 1/(1 + m) times B's less d/(1 + m).
func (p Params) claim(q Question) claim {
	r := 1 + p.Relative
	switch q {
	case Better:
		return claim{ratio: r, shift: p.Absolute, arm: 1}
	case Within:
		return claim{ratio: 1 / r, shift: -p.Absolute / r, arm: 1}
	default:
		return claim{ratio: r, shift: p.Absolute, arm: 0}
	}
}

func (p Params) alpha(q Question) float64 {
	if q == Within {
		return p.AlphaWithin
	}
	return p.Alpha
}

// tracker keeps what a test's evidence has been.
type tracker struct {
	threshold float64
	daily     bool
	day       int64
	peak      float64
	peakAt    int64
	firedAt   int64
	// edges are the logarithms of each engine's E at the peak.
	edges []float64
}

func newTracker(p Params, q Question, edges int) tracker {
	return tracker{edges: make([]float64, edges), threshold: math.Log(1 / p.alpha(q)), daily: p.Daily, day: math.MinInt64}
}

// leastNews is the E below which a peak is not worth knowing.
const leastNews = 2.0

// look takes the evidence at a tick.
func (t *tracker) look(end, day int64, engines []*engine) {
	if t.daily && day != t.day {
		*t = tracker{threshold: t.threshold, daily: true, day: day, edges: make([]float64, len(engines))}
	}
	if t.peak >= maxLog-3 {
		return
	}
	ceiling := 0.0
	for _, e := range engines {
		ceiling += e.ceiling() / float64(len(engines))
	}
	if ceiling <= math.Max(leastNews, math.Exp(t.peak)) {
		return
	}
	value, _ := average(engines)
	log := math.Log(value)
	if log > t.peak && value > leastNews {
		t.peak, t.peakAt = log, end
		for i, e := range engines {
			one, _ := e.value()
			t.edges[i] = math.Log(one)
		}
	}
	if log >= t.threshold && t.firedAt == 0 {
		t.firedAt = end
	}
}

func (t *tracker) evidence(engines []*engine) Evidence {
	value, p := average(engines)
	phi := 0.0
	for _, e := range engines {
		phi = max(phi, e.phi(e.firstAlive()))
	}
	return Evidence{
		Log: math.Log(value), Peak: t.peak, PeakAt: t.peakAt, FiredAt: t.firedAt,
		Windows: p.windows, Events: p.events, Score: p.score,
		Phi: phi, Threshold: t.threshold,
	}
}

// average is the mean of the e-values of engines, and of their parts.
func average(engines []*engine) (value float64, p parts) {
	n := float64(len(engines))
	for _, e := range engines {
		v, q := e.value()
		value += v / n
		p.windows += q.windows / n
		p.events += q.events / n
		p.score += q.score / n
	}
	return value, p
}

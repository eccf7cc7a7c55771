package stats

// Test asks one Question of one pair of counts per stratum, by the engine that docs/statistics.md describes. It is
// append-only: adding ticks one by one or all at once gives the same bits. It is not safe for concurrent use.
type Test struct {
	h *history
	asked
}

// NewTest starts a test. It errs on parameters that make none.
func NewTest(p Params) (*Test, error) {
	p, err := p.withDefaults()
	if err != nil {
		return nil, err
	}
	h := newHistory(p)
	return &Test{h: h, asked: newAsked(h, p.Question)}, nil
}

// Add takes the next tick. It errs, and changes nothing, on ticks out of order and on counts that cannot be.
func (t *Test) Add(tick Tick) error {
	if err := t.h.take(tick, t.engine.follow); err != nil {
		return err
	}
	t.track.look(tick.End, t.engine)
	return nil
}

// Evidence is how much the ticks so far say.
func (t *Test) Evidence() Evidence { return t.evidence() }

// asked is one question with the engine that answers it.
type asked struct {
	engine *engine
	track  tracker
}

func newAsked(h *history, q Question) asked {
	return asked{engine: newEngine(h, h.p.claim(q), q == Within, alternatives, 0), track: newTracker(h.p, q)}
}

func (a *asked) evidence() Evidence { return a.track.evidence(a.engine) }

// claim is what a question has to reject. Within rejects that B's bad share is at least (1 + m) times A's plus d,
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

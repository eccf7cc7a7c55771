// Package eprocess is the evidence for a question about two bad shares, as a process of e-values: an average over
// alternatives and over times at which the effect may set in (Vovk & Wang 2021, "E-values: calibration, combination and
// applications"), which stays below 1/alpha for all time with probability 1 - alpha (Ville 1939), in three parts that each
// leave out what clusters of bad events could fake.
package eprocess

import (
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Test asks one Question of one pair of counts per stratum, by the engine that docs/statistics.md describes. It is
// append-only: adding ticks one by one or all at once gives the same bits. It is not safe for concurrent use.
type Test struct {
	h     *History
	asked Asked
}

// NewTest starts a test. It errs on parameters that make none.
func NewTest(p Params) (*Test, error) {
	p, err := p.WithDefaults()
	if err != nil {
		return nil, err
	}
	h := NewHistory(p)
	return &Test{h: h, asked: NewAsked(h, p.Question)}, nil
}

// Add takes the next tick. It errs, and changes nothing, on ticks out of order and on counts that cannot be.
func (t *Test) Add(tick strata.Tick) error {
	if err := t.h.Take(tick, t.asked.Follow); err != nil {
		return err
	}
	t.asked.Look(tick.End)
	return nil
}

// Evidence is how much the ticks so far say.
func (t *Test) Evidence() Evidence { return t.asked.Evidence() }

// Asked is one question with the engine that answers it.
type Asked struct {
	engine *Engine
	track  tracker
}

// NewAsked asks a question of a history.
func NewAsked(h *History, q Question) Asked {
	return Asked{engine: NewEngine(h, h.Params.ClaimOf(q), q == Within, likelihood.Alternatives, 0), track: newTracker(h.Params, q)}
}

// Follow takes the history's next tick.
func (a *Asked) Follow() { a.engine.Follow() }

// Look takes the evidence at the tick with an End: once after those that were followed.
func (a *Asked) Look(end int64) { a.track.look(end, a.engine) }

// Evidence is how much the ticks so far say.
func (a *Asked) Evidence() Evidence { return a.track.evidence(a.engine) }

// Engine is what answers the question.
func (a *Asked) Engine() *Engine { return a.engine }

// ClaimOf is what a question has to reject. Within rejects that B's bad share is at least (1 + m) times A's plus d,
// which says of A that its share is at most 1/(1 + m) times B's less d/(1 + m).
func (p Params) ClaimOf(q Question) likelihood.Claim {
	r := 1 + p.Relative
	switch q {
	case Better:
		return likelihood.Claim{Ratio: r, Shift: p.Absolute, Arm: 1}
	case Within:
		return likelihood.Claim{Ratio: 1 / r, Shift: -p.Absolute / r, Arm: 1}
	default:
		return likelihood.Claim{Ratio: r, Shift: p.Absolute, Arm: 0}
	}
}

// AlphaOf is the level of a question.
func (p Params) AlphaOf(q Question) float64 {
	if q == Within {
		return p.AlphaWithin
	}
	return p.Alpha
}

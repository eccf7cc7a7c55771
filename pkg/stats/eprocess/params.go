package eprocess

import (
	"errors"
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/stats/internal/clock"
)

// Profile chooses how much clustering of bad events the evidence tolerates.
type Profile string

// The profiles.
const (
	// Strict tolerates clusters of about a hundred bad events over ten minutes. It is the default.
	Strict Profile = "strict"
	// Brisk is about twice as fast, and for services whose bad events do not come in long clusters.
	Brisk Profile = "brisk"
)

// Question is what a Test is to prove.
type Question int

// The questions. Each margin is Params.Relative and Params.Absolute: m and d.
const (
	// Worse is whether B's bad share exceeds (1 + m) times A's by more than d, now or at any time since the start.
	Worse Question = iota
	// Better is the same of A's share over B's.
	Better
	// Within is whether B's bad share is below (1 + m) times A's plus d, over all the time since the start.
	Within

	Questions
)

// Params choose a test.
type Params struct {
	// Alpha bounds the probability that a Worse or Better fires without cause, over all looks; 0.01 where it is 0.
	Alpha float64
	// AlphaWithin is the same for Within; 0.05 where it is 0.
	AlphaWithin float64
	// Relative is the margin as a part of the baseline's bad share (0.1: a tenth more is tolerated), Absolute as a
	// share (0.001: 0.1 percentage points). Both together add up. Neither is negative.
	Relative, Absolute float64
	// Step is the length of a tick in seconds and divides 300; 60 where it is 0.
	Step int64
	// Start is the unix second at which the first tick begins: the anchor of every block and change point.
	Start int64
	// Profile is Strict where it is empty.
	Profile Profile
	// Question is Worse where it is 0.
	Question Question
	// Daily is for flags that stay on for good: every UTC day has evidence of its own, with a uniform prior over the
	// day's 96 quarters of an hour as change points, each alive for 24 hours. The false alarms of each day's evidence
	// are bounded by Alpha; Peak and FiredAt are those of the current UTC day. What is older than two days before the
	// day does not matter, so Start may move on by whole days.
	Daily bool
	// Frequent says that bad events are a large part of all (the latency test: "above the median"), so that their
	// number varies less than a Poisson count's: the floor of the dispersion is 1 - the pooled share instead of 1.
	Frequent bool
}

const (
	defaultAlpha       = 0.01
	defaultAlphaWithin = 0.05
	defaultStep        = 60
)

// WithDefaults fills in what is 0. It errs on parameters that make no test.
func (p Params) WithDefaults() (Params, error) {
	if p.Alpha == 0 {
		p.Alpha = defaultAlpha
	}
	if p.AlphaWithin == 0 {
		p.AlphaWithin = defaultAlphaWithin
	}
	if p.Step == 0 {
		p.Step = defaultStep
	}
	if p.Profile == "" {
		p.Profile = Strict
	}
	switch {
	case !(p.Alpha > 0 && p.Alpha < 1), !(p.AlphaWithin > 0 && p.AlphaWithin < 1):
		return p, errors.New("alpha must lie between 0 and 1")
	case !(p.Relative >= 0) || math.IsInf(p.Relative, 0), !(p.Absolute >= 0 && p.Absolute < 1):
		return p, errors.New("a margin must not be negative, and an absolute one lies below 1")
	case p.Step < 0 || 300%p.Step != 0:
		return p, fmt.Errorf("a tick must divide 300 seconds, %d does not", p.Step)
	case p.Profile != Strict && p.Profile != Brisk:
		return p, fmt.Errorf("there is no profile %q", p.Profile)
	case p.Question < Worse || p.Question >= Questions:
		return p, fmt.Errorf("there is no question %d", p.Question)
	case p.Daily && p.Start%clock.QuarterSeconds != 0:
		return p, errors.New("daily evidence starts on a full quarter of an hour")
	}
	return p, nil
}

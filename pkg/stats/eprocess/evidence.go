package eprocess

import "math"

// Evidence is how much the ticks so far say for what a Test asks. E is an e-value: without cause, it reaches 1/alpha
// at any look with probability at most alpha (as far as docs/statistics.md shows by proof and by simulation).
type Evidence struct {
	// Log is ln E after the last tick.
	Log float64
	// Peak is the largest ln E at the end of any tick so far, PeakAt that tick's End; both are 0 where no tick had
	// E > 2.
	Peak   float64
	PeakAt int64
	// FiredAt is the End of the first tick with E >= 1/alpha (of Within and Better: at which it was Live); 0 where there was none.
	FiredAt int64
	// Windows, Events and Score are the three parts as e-values, whose weighted sum is E: the likelihood ratio
	// without its best windows (1/2), without a number of bad events (1/4; 0 for Within), the blocks' symmetric score
	// (1/4; 1/2 for Within).
	Windows, Events, Score float64
	// Phi is the dispersion by which the evidence since the start is tempered.
	Phi float64
	// Beyond is, of Within and Better, by how many standard errors the worst of the latest quarter of an hour, half an hour,
	// hour and two hours lies beyond the margin; 0 for Worse.
	Beyond float64
	// Threshold is ln(1/alpha): the test has fired where Peak >= Threshold.
	Threshold float64
}

// Ratio is ln E / ln(1/alpha), the value to alert on: the test fires at 1.
func (e Evidence) Ratio() float64 { return e.Log / e.Threshold }

// PeakRatio is the largest Ratio so far, never below 0.
func (e Evidence) PeakRatio() float64 { return e.Peak / e.Threshold }

// Fired says whether the evidence has ever reached the threshold.
func (e Evidence) Fired() bool { return e.FiredAt != 0 }

// Live says whether the evidence is at the threshold now, and nothing that is new speaks against it.
func (e Evidence) Live() bool { return e.Log >= e.Threshold && !(e.Beyond > TooFarBeyond) }

// P is the sequential p-value min(1, 1 / the largest E so far).
func (e Evidence) P() float64 { return math.Min(1, math.Exp(-e.Peak)) }

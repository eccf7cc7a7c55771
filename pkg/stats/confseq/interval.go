package confseq

import "math"

// Interval is the set of effects that the evidence has not rejected, in step with the verdict by construction: the
// lower bound is at or beyond the margin exactly where Worse has fired at this look, the upper bound is at or beyond
// the other margin exactly where Better has, and at or below the margin exactly where Within or Better holds. (With no
// margin at all, both margins are "no difference", and Within closes the interval there at its own level.)
//
// The effects are a one-parameter family of hypotheses "B's bad share = Ratio x A's + Shift" through "no difference"
// and the two margins; so a bound is a ratio, a difference, or with a margin of both kinds something in between, and
// Differences tells what it means at a given baseline share.
type Interval struct {
	// At is the End of the tick that it was made at.
	At int64
	// Lower and Upper are the bounds; 0 and +Inf as Ratio, or -1 and 1 as Shift, where there is none.
	Lower, Upper Effect
	// Margin and BetterMargin are the verdict's margins on the same scale.
	Margin, BetterMargin Effect
	// Level is the coverage: 1 - 2 alpha, or 1 - alpha - alpha within where the upper bound is Within's.
	Level float64
}

// Effect is the hypothesis "B's bad share = Ratio x A's + Shift".
type Effect struct{ Ratio, Shift float64 }

// Difference is by how much the effect makes B's bad share exceed A's, where that is baseline (0..1): from -baseline
// to 1 - baseline.
func (e Effect) Difference(baseline float64) float64 {
	if !(baseline > 0) {
		baseline = 0
	}
	change := e.Shift
	switch {
	case math.IsInf(e.Ratio, 1):
		change = 1
	default:
		change += (e.Ratio - 1) * baseline
	}
	return math.Max(-baseline, math.Min(change, 1-baseline))
}

// RatioAt is the ratio of the bad shares where A's is baseline: +Inf where that is 0 and B's is not.
func (e Effect) RatioAt(baseline float64) float64 {
	if e.Shift == 0 {
		return e.Ratio
	}
	if !(baseline > 0) {
		if e.Shift > 0 {
			return math.Inf(1)
		}
		return 1
	}
	return math.Max(0, e.Ratio+e.Shift/baseline)
}

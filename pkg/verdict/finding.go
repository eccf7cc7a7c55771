package verdict

import "math"

// finding is what a test says, before the guards and the words.
type finding struct {
	// live is Regressed, Improved, WithinMargin or Inconclusive.
	live State
	// firedAt is when "worse" was first proven; 0 where never.
	firedAt int64
	// evidence is the live ln E / ln(1/alpha) of "worse", peak the largest so far; p is min(1, 1/max E).
	evidence, peak, p float64
	// within is the live ln E / ln(1/alpha) of "within the margin" where the finding is about it.
	within float64
	// logE is the live ln E.
	logE       float64
	dispersion float64
	stat       string
	// edge is the index of the bucket edge that the finding is about; -1 for what has none.
	edge int
	// bounds gives the interval for an estimate: at the peak where the finding is latched and no longer live.
	bounds func(estimated arms) bounds
	// turned says that hours speak for better or within the margin, and the latest minutes against it.
	turned bool
	// until is the time that the interval is of; 0 means the last tick.
	until int64
}

// latched says whether "worse" was proven and no longer stands by the latest data alone.
func (f finding) latched() bool { return f.firedAt != 0 && f.live != Regressed }

// bounds are an interval with what it is held against, all on the scale of the difference.
type bounds struct {
	lower, upper, margin   float64
	ratioLower, ratioUpper float64
	level                  float64
}

// holds says whether a difference lies within the interval, up to rounding.
func (b bounds) holds(difference float64) bool {
	slack := 1e-9 * (1 + math.Abs(difference))
	return difference >= b.lower-slack && difference <= b.upper+slack
}

// proven keeps the bound that a change is proven by, and drops the other one: that of "worse" lies on the side where a
// difference of the sign worse comes from.
func (b bounds) proven(worse bool, sign float64) bounds {
	if worse == (sign > 0) {
		b.upper, b.ratioUpper = math.Inf(1), math.Inf(1)
	} else {
		b.lower, b.ratioLower = math.Inf(-1), 0
	}
	// One side alone errs half as often.
	b.level = (1 + b.level) / 2
	return b
}

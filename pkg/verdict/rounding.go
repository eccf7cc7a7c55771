package verdict

import "math"

// side is where a bound lies of the margin, which the state tells.
type side int

const (
	anySide side = iota
	atOrAbove
	above
	atOrBelow
	below
)

// border is what the bounds of an interval must not contradict when they are written: the margin, and on which side of it
// each of them lies. That is least sure, and so most likely to be rounded away, just when a state begins.
type border struct {
	// margin is the value that is written, places its decimals where it is multiplied by factor.
	margin       float64
	places       int
	factor       float64
	lower, upper side
}

// border is that of the verdict, against a margin as it is written beside the interval.
func (v *Verdict) border(margin float64, places int, factor float64) border {
	b := border{margin: margin, places: places, factor: factor}
	switch v.State {
	case Regressed:
		b.lower = atOrAbove
	case WithinMargin:
		b.upper = atOrBelow
	case Improved:
		// It lies beyond the opposite margin, which is not written.
		b.margin, b.upper = 0, below
	case Inconclusive:
		b.lower, b.upper = below, above
	}
	if v.worse() < 0 {
		b.lower, b.upper = mirrored(b.upper), mirrored(b.lower)
	}
	return b
}

func mirrored(s side) side {
	return map[side]side{atOrAbove: atOrBelow, atOrBelow: atOrAbove, above: below, below: above}[s]
}

// contradicts says whether two bounds would, rounded to so many decimals of what is multiplied by factor.
func (b border) contradicts(lower, upper, factor float64, places int) bool {
	margin := b.margin * factor
	agrees := func(bound float64, s side) bool {
		return math.IsInf(bound, 0) || math.IsNaN(bound) || b.agrees(nearest(bound*factor, places), margin, s)
	}
	return !agrees(lower, b.lower) || !agrees(upper, b.upper)
}

// round writes two bounds on the grid of so many decimals of what is multiplied by factor, and says how many decimals it
// took: where plain rounding contradicts the border, those of the margin, and the deciding bound is rounded away from it.
func (b border) round(lower, upper, factor float64, places int) (float64, float64, int) {
	if !b.contradicts(lower, upper, factor, places) {
		return lower, upper, places
	}
	if b.margin == 0 {
		for _, bound := range []float64{lower, upper} {
			if !math.IsInf(bound, 0) && bound != 0 {
				places = max(places, decimals(bound*factor, 1))
			}
		}
	} else {
		places = min(max(places, b.places+int(math.Ceil(math.Log10(b.factor/factor)-1e-9))), 6)
	}
	return b.away(lower, factor, places, b.lower), b.away(upper, factor, places, b.upper), places
}

// away rounds a bound to the side of the margin on which it lies.
func (b border) away(bound, factor float64, places int, s side) float64 {
	margin, step := b.margin*factor, math.Pow(10, -float64(places))
	rounding := step
	if b.margin != 0 {
		rounding = max(step, math.Pow(10, -float64(b.places))*factor/b.factor)
	}
	if math.IsInf(bound, 0) || math.IsNaN(bound) || !b.agrees(bound*factor+rounding, margin, s) && !b.agrees(bound*factor-rounding, margin, s) {
		// What contradicts the state by more than rounding is not put right here.
		return bound
	}
	x := nearest(bound*factor, places)
	if b.agrees(x, margin, s) {
		return x / factor
	}
	if s == atOrAbove || s == above {
		x = math.Ceil(bound*factor/step-1e-9) * step
		if !b.agrees(x, margin, s) {
			x = (math.Floor(margin/step+1e-9) + 1) * step
		}
		return x / factor
	}
	x = math.Floor(bound*factor/step+1e-9) * step
	if !b.agrees(x, margin, s) {
		x = (math.Ceil(margin/step-1e-9) - 1) * step
	}
	return x / factor
}

func (b border) agrees(x, margin float64, s side) bool {
	slack := 1e-9 * (math.Abs(margin) + math.Abs(x))
	switch s {
	case atOrAbove:
		return x >= margin-slack
	case atOrBelow:
		return x <= margin+slack
	case above:
		return x > margin+slack
	case below:
		return x < margin-slack
	}
	return true
}

func nearest(x float64, places int) float64 {
	step := math.Pow(10, float64(places))
	return math.Round(x*step) / step
}

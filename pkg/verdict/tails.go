package verdict

import (
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// tailParts are the numbers of a histogram's sentence, in percentage points and with the same decimals: +3.1 pp,
// +2.1 to +4.0, +1.3.
type tailParts struct{ difference, interval, tolerated string }

// tailWords writes the sentence of a histogram's verdict.
type tailWords struct{ *Verdict }

// parts are its numbers. The bounds do not contradict the margin that stands beside them.
func (v tailWords) parts() tailParts {
	s, fine := spanScale(v.DifferenceUnit, v.Difference, v.Lower, v.Upper)
	at := func(places int) border {
		return v.border(nearest(v.Margin*s.factor, places)/s.factor, places, s.factor)
	}
	b := at(max(fine, decimals(v.Margin*s.factor, 1)))
	if v.Margin != 0 && b.contradicts(v.Lower, v.Upper, s.factor, fine) {
		b = at(max(fine, decimals(v.Margin*s.factor, offsetDigits)))
	}
	lower, upper, places := b.round(v.Lower, v.Upper, s.factor, fine)
	bound := func(value float64) string { return signed(value*s.factor, places) }
	p := tailParts{difference: signed(v.Difference*s.factor, places) + s.suffix, tolerated: "none"}
	if math.IsNaN(v.Margin) {
		p.tolerated = ""
	} else if v.Margin != 0 {
		p.tolerated = signed(v.Margin*s.factor, max(b.places, places))
	}
	switch noLower, noUpper := math.IsInf(lower, -1), math.IsInf(upper, 1); {
	case math.IsNaN(lower) || math.IsNaN(upper) || noLower && noUpper:
	case noUpper:
		p.interval = bound(lower) + " or more"
	case noLower:
		p.interval = bound(upper) + " or less"
	default:
		p.interval = bound(lower) + " to " + bound(upper)
	}
	return p
}

// requestLatency is the signal whose sentence needs no name: how long requests take.
const requestLatency = "latency"

// effect is how much a histogram has changed: 8.1% of requests take over 250 ms, 5.0% with off (+3.1 pp, +2.1 to +4.0;
// +1.3 tolerated). That the verdict judges a part of the requests over an edge is said alike wherever it is said.
func (v tailWords) effect(margin bool) string {
	if math.IsNaN(v.Edge) {
		return "no bucket edge to judge by"
	}
	p := v.parts()
	text := joined(", ", p.difference, p.interval)
	if margin && p.tolerated != "" {
		text += "; " + p.tolerated + " tolerated"
	}
	return found(v.Verdict) + " (" + text + ")"
}

// lead is how the sentence of a verdict begins: its state, or what that means of how long requests take.
func (v tailWords) lead(word string) string {
	if v.Options.Judged.Form != counts.FormTails || !numbers.IsDuration(v.Unit) || v.worse() < 0 {
		return word
	}
	switch v.State {
	case Regressed:
		return "Slower"
	case Improved:
		return "Faster"
	}
	return word
}

// about names a signal that the sentence of a histogram does not make plain by itself.
func (v tailWords) about(name string) string {
	if v.Options.Signal.ID == requestLatency {
		return ""
	}
	return name + ", "
}

// Progress is how much of what a verdict needs is there, 0 to 1; NaN where nothing is missing.
func Progress(v Verdict) float64 {
	if v.State != Insufficient {
		return math.NaN()
	}
	part := min(1, float64(v.Ticks)/minTicks)
	if v.needed > 0 {
		part = min(part, (known(v.NBaseline)+known(v.NVariant))/v.needed)
	}
	return max(0, part)
}

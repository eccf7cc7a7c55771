package confseq

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// scale is the family of effects that an interval is made of, numbered by whole numbers: 0 is no difference, and one
// of them each the margin and its opposite. Hypothesis i says that B's bad share is ratio(i) times A's plus shift(i);
// both rise with i.
type scale struct {
	p eprocess.Params
	// step is the distance of neighbours: of the ratio's logarithm, or of the shift where only that has a margin.
	step float64
	// margin is the number of the margin; that of its opposite is -margin.
	margin int
	// limit is the largest number: effects beyond it count as without bound.
	limit int
}

const (
	// finestRatio is the largest distance of the logarithms of neighbouring ratios.
	finestRatio = 0.005
	// largestRatio is where a ratio counts as without bound.
	largestRatio = 1e4
	// shiftGrowth is by how much the distance of neighbouring shifts grows with the shift.
	shiftGrowth = 0.01
)

func newScale(p eprocess.Params) scale {
	if p.Relative == 0 && p.Absolute > 0 {
		// shift(i) = step (e^(i growth) - 1) / growth: even steps near 0, a percent each far out.
		s := scale{p: p, margin: 64}
		s.step = p.Absolute * shiftGrowth / math.Expm1(shiftGrowth*float64(s.margin))
		s.limit = int(math.Ceil(math.Log1p(shiftGrowth/s.step) / shiftGrowth))
		return s
	}
	s := scale{p: p, step: finestRatio}
	if p.Relative > 0 {
		log := math.Log1p(p.Relative)
		s.margin = max(16, int(math.Ceil(log/finestRatio)))
		s.step = log / float64(s.margin)
	}
	s.limit = max(s.margin+1, int(math.Ceil(math.Log(largestRatio)/s.step)))
	return s
}

// effect is hypothesis i; beyond the limit it is without bound.
func (s scale) effect(i int) Effect {
	onlyShift := s.p.Relative == 0 && s.p.Absolute > 0
	switch {
	case onlyShift && i > s.limit:
		return Effect{Ratio: 1, Shift: 1}
	case onlyShift && i < -s.limit:
		return Effect{Ratio: 1, Shift: -1}
	case onlyShift && i == s.margin:
		return Effect{Ratio: 1, Shift: s.p.Absolute}
	case onlyShift && i == -s.margin:
		return Effect{Ratio: 1, Shift: -s.p.Absolute}
	case onlyShift:
		size := s.step * math.Expm1(shiftGrowth*math.Abs(float64(i))) / shiftGrowth
		return Effect{Ratio: 1, Shift: math.Copysign(size, float64(i))}
	case i > s.limit:
		return Effect{Ratio: math.Inf(1)}
	case i < -s.limit:
		return Effect{Shift: s.shift(0)}
	}
	ratio := math.Exp(s.step * float64(i))
	switch i {
	case s.margin:
		ratio = 1 + s.p.Relative
	case -s.margin:
		ratio = 1 / (1 + s.p.Relative)
	}
	return Effect{Ratio: ratio, Shift: s.shift(ratio)}
}

// shift goes with a ratio: all hypotheses meet where A's share would be -Absolute/Relative.
func (s scale) shift(ratio float64) float64 {
	if s.p.Absolute == 0 {
		return 0
	}
	return (ratio - 1) * s.p.Absolute / s.p.Relative
}

// above is the claim to reject for a lower bound: B's bad share is at most what hypothesis i says.
func (s scale) above(i int) likelihood.Claim {
	if i == s.margin {
		return s.p.ClaimOf(eprocess.Worse)
	}
	e := s.effect(i)
	return likelihood.Claim{Ratio: e.Ratio, Shift: e.Shift, Arm: 0}
}

// below is the claim to reject for an upper bound: B's bad share is at least what hypothesis i says, which says of A
// that its share is at most 1/ratio of B's less shift/ratio.
func (s scale) below(i int) likelihood.Claim {
	switch i {
	case s.margin:
		return s.p.ClaimOf(eprocess.Within)
	case -s.margin:
		return s.p.ClaimOf(eprocess.Better)
	}
	e := s.effect(i)
	return likelihood.Claim{Ratio: 1 / e.Ratio, Shift: -e.Shift / e.Ratio, Arm: 1}
}

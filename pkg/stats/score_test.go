package stats

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// residual is what one tick adds to the score's block, under a claim.
func residual(t *testing.T, c claim, strata ...Stratum) float64 {
	t.Helper()
	p, err := Params{}.withDefaults()
	require.NoError(t, err)
	s := newScore(newHistory(p), c, false)
	var sums tickSums
	for _, one := range strata {
		if one.A.N > 0 && one.B.N > 0 {
			sums.add(one.A, one.B)
		}
	}
	s.follow(&sums, 1)
	return s.claimed
}

// TestScoreIsCentredOverGroups works out the mean residual over every way in which groups of requests come to the arms,
// each group as a whole: a request and those that follow it, or all of a user's. With both arms alike it is 0 whatever
// the groups and the allocation are, and a margin's only ever below.
func TestScoreIsCentredOverGroups(t *testing.T) {
	one, retried := Counts{N: 1}, Counts{N: 4, X: 1}
	for name, groups := range map[string][]Counts{
		"requests":        {one, one, one, {N: 1, X: 1}},
		"one retried":     {one, one, one, retried},
		"two of seven":    {one, one, one, retried, one, {N: 3, X: 1}, one},
		"retries fail":    {one, one, {N: 4, X: 4}, one, {N: 3, X: 2}},
		"nothing else":    {retried, {N: 2, X: 1}, retried},
		"a heavy user":    {one, {N: 30, X: 1}, one, {N: 1, X: 1}, {N: 2, X: 1}, one},
		"parts of events": {{N: 1.5, X: 0.5}, one, {N: 0.5}, {N: 4, X: 0.25}},
	} {
		for _, share := range []float64{0.1, 0.5, 0.8} {
			for arm := range 2 {
				for _, margin := range []claim{{ratio: 1, arm: arm}, {ratio: 1.25, arm: arm}, {ratio: 1, shift: 0.05, arm: arm}, {ratio: 1.1, shift: 0.01, arm: arm}} {
					mean, spread := 0.0, 0.0
					for way := range 1 << len(groups) {
						probability, s := 1.0, Stratum{Key: 1}
						for i, g := range groups {
							to, p := &s.A, 1-share
							if way>>i&1 == 1 {
								to, p = &s.B, share
							}
							probability *= p
							to.N, to.X = to.N+g.N, to.X+g.X
						}
						d := residual(t, margin, s)
						mean += probability * d
						spread += probability * math.Abs(d)
					}
					at := fmt.Sprintf("%s, share %v, %+v", name, share, margin)
					require.Positive(t, spread, at)
					if margin.ratio == 1 && margin.shift == 0 {
						assert.InDelta(t, 0, mean, 1e-12, at)
					} else {
						assert.Negative(t, mean, at)
					}
				}
			}
		}
	}
}

// TestScoreIsCentredAtTheMargin works out the mean residual of independent requests at the border of a claim, over every
// outcome of strata of few requests: 0, for margins of both kinds and claims about either arm.
func TestScoreIsCentredAtTheMargin(t *testing.T) {
	for _, n := range [][2]int{{1, 1}, {3, 5}, {8, 2}, {1, 7}} {
		for _, ratio := range []float64{0.8, 1, 1.1, 2} {
			for _, shift := range []float64{-0.05, 0, 0.01, 0.1} {
				for arm := range 2 {
					c := claim{ratio: ratio, shift: shift, arm: arm}
					pA, pB := 0.2, 0.2*ratio+shift
					if arm == 1 {
						pA, pB = pB, pA
					}
					mean := 0.0
					for xA := range n[0] + 1 {
						for xB := range n[1] + 1 {
							s := Stratum{A: Counts{N: float64(n[0]), X: float64(xA)}, B: Counts{N: float64(n[1]), X: float64(xB)}}
							mean += binomial(n[0], xA, pA) * binomial(n[1], xB, pB) * residual(t, c, s)
						}
					}
					assert.InDelta(t, 0, mean, 1e-12, "%v requests, %+v", n, c)
				}
			}
		}
	}
}

// TestScoreIsTheDifference: where every stratum has the same w, the score's difference is x_B - w r x_A - d n_B.
func TestScoreIsTheDifference(t *testing.T) {
	strata := []Stratum{{Key: 1, A: Counts{100, 3}, B: Counts{50, 4}}, {Key: 2, A: Counts{40, 1}, B: Counts{20, 0}}}
	for arm, want := range []float64{4 - 0.5*1.2*4 - 0.01*70, 4 - 2*1.2*4 - 0.01*140} {
		got := residual(t, claim{ratio: 1.2, shift: 0.01, arm: arm}, strata...)
		w := []float64{70.0 / 140, 140.0 / 70}[arm]
		assert.InDelta(t, want, got*(1+w), 1e-12)
	}
}

package eprocess

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// residual is what one tick adds to the score's block, under a claim.
func residual(t *testing.T, c likelihood.Claim, all ...strata.Stratum) float64 {
	t.Helper()
	p, err := Params{}.WithDefaults()
	require.NoError(t, err)
	s := newScore(NewHistory(p), c, false)
	var sums strata.TickSums
	for _, one := range all {
		if one.A.N > 0 && one.B.N > 0 {
			sums.Add(one.A, one.B)
		}
	}
	s.follow(&sums, 1)
	return s.claimed
}

// TestScoreIsCentredOverGroups works out the mean residual over every way in which groups of requests come to the arms,
// each group as a whole: a request and those that follow it, or all of a user's. With both arms alike it is 0 whatever
// the groups and the allocation are, and a margin's only ever below.
func TestScoreIsCentredOverGroups(t *testing.T) {
	one, retried := strata.Counts{N: 1}, strata.Counts{N: 4, X: 1}
	for name, groups := range map[string][]strata.Counts{
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
				for _, margin := range []likelihood.Claim{{Ratio: 1, Arm: arm}, {Ratio: 1.25, Arm: arm}, {Ratio: 1, Shift: 0.05, Arm: arm}, {Ratio: 1.1, Shift: 0.01, Arm: arm}} {
					mean, spread := 0.0, 0.0
					for way := range 1 << len(groups) {
						probability, s := 1.0, strata.Stratum{Key: 1}
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
					if margin.Ratio == 1 && margin.Shift == 0 {
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
					c := likelihood.Claim{Ratio: ratio, Shift: shift, Arm: arm}
					pA, pB := 0.2, 0.2*ratio+shift
					if arm == 1 {
						pA, pB = pB, pA
					}
					mean := 0.0
					for xA := range n[0] + 1 {
						for xB := range n[1] + 1 {
							s := strata.Stratum{A: strata.Counts{N: float64(n[0]), X: float64(xA)}, B: strata.Counts{N: float64(n[1]), X: float64(xB)}}
							mean += simulated.Binomial(n[0], xA, pA) * simulated.Binomial(n[1], xB, pB) * residual(t, c, s)
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
	all := []strata.Stratum{{Key: 1, A: strata.Counts{N: 100, X: 3}, B: strata.Counts{N: 50, X: 4}}, {Key: 2, A: strata.Counts{N: 40, X: 1}, B: strata.Counts{N: 20, X: 0}}}
	for arm, want := range []float64{4 - 0.5*1.2*4 - 0.01*70, 4 - 2*1.2*4 - 0.01*140} {
		got := residual(t, likelihood.Claim{Ratio: 1.2, Shift: 0.01, Arm: arm}, all...)
		w := []float64{70.0 / 140, 140.0 / 70}[arm]
		assert.InDelta(t, want, got*(1+w), 1e-12)
	}
}

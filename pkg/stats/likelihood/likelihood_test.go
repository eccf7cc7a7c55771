package likelihood

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
)

// TestLikelihoodRatioIsBounded works out E[L] over every outcome of two arms with few requests: under the claim it is
// at most 1 for each alternative, at its border and inside, for claims about either arm, with shifts of either sign.
func TestLikelihoodRatioIsBounded(t *testing.T) {
	for _, n := range [][2]int{{1, 1}, {3, 5}, {8, 2}, {6, 6}} {
		for _, ratio := range []float64{0.5, 1, 1.1, 2} {
			for _, shift := range []float64{-0.05, 0, 0.01, 0.1} {
				for arm := range 2 {
					for _, other := range []float64{0, 0.001, 0.05, 0.3, 0.5} {
						for _, part := range []float64{1, 0.7} {
							c := Claim{Ratio: ratio, Shift: shift, Arm: arm}
							tested := (ratio*other + shift) * part
							if tested < 0 || tested > 1 {
								continue
							}
							pA, pB := other, tested
							if arm == 1 {
								pA, pB = tested, other
							}
							for k, e := range expected(c, n[0], n[1], pA, pB) {
								assert.LessOrEqual(t, e, 1+1e-9, "%+v of %v at %v and %v, alternative %d", c, n, pA, pB, k)
							}
						}
					}
				}
			}
		}
	}
}

func expected(c Claim, nA, nB int, pA, pB float64) Gains {
	var sum Gains
	for xA := range nA + 1 {
		for xB := range nB + 1 {
			gains := c.gainsOf(Stratum{NA: float64(nA), NB: float64(nB), XA: float64(xA), XB: float64(xB)})
			p := simulated.Binomial(nA, xA, pA) * simulated.Binomial(nB, xB, pB)
			for k, g := range gains {
				sum[k] += p * math.Exp(g)
			}
		}
	}
	return sum
}

// gainsOf are the gains of a stratum alone, as the engine works them out.
func (c Claim) gainsOf(s Stratum) (out Gains) {
	logW := math.Log(s.NB / s.NA)
	one := Cell{At: CellOf(logW)}
	one.Add(s, logW, true)
	NewSeries(c, one.At).Gains(&one, c, out[:])
	return out
}

package likelihood

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSeries compares the gains by cells with those of each stratum by itself, from their definition.
func TestSeries(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 300 {
		c := Claim{Ratio: math.Exp(3 * rng.NormFloat64()), Shift: 0.01 * rng.NormFloat64(), Arm: rng.IntN(2)}
		logW := 4 * rng.NormFloat64()
		at := CellOf(logW)
		one := Cell{At: at}
		var want, got Gains
		size := 0.0
		for range 5 {
			nA := 1000 * rng.Float64()
			w := math.Exp(middle(at) + cellWidth*(rng.Float64()-0.5))
			s := Stratum{NA: nA, NB: nA * w, XA: 5 * rng.Float64(), XB: 5 * rng.Float64()}
			one.Add(s, math.Log(s.NB/s.NA), true)
			for k := range want {
				g := defined(c, s, k)
				want[k] += g
				size += math.Abs(g) + s.XA + s.XB + math.Abs(c.Shift)*(s.NA+s.NB)*Effects.q[k]
			}
		}
		NewSeries(c, at).Gains(&one, c, got[:])
		for k := range want {
			assert.InDelta(t, want[k], got[k], 1e-11*size, "%+v, alternative %d", c, k)
		}
	}
}

// defined is the gain of one stratum for an alternative, by its definition.
func defined(c Claim, s Stratum, k int) float64 {
	nA, nB, xA, xB := s.NA, s.NB, s.XA, s.XB
	if c.Arm == 1 {
		nA, nB, xA, xB = nB, nA, xB, xA
	}
	w, q := nB/nA, Effects.q[k]
	cA := (1 + w*c.Ratio) / (1 + w*c.Ratio*q)
	return xA*math.Log(cA) + xB*math.Log(q*cA) - c.Shift*nB*(q*cA-1)
}

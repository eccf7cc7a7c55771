package stats

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
		c := claim{ratio: math.Exp(3 * rng.NormFloat64()), shift: 0.01 * rng.NormFloat64(), arm: rng.IntN(2)}
		logW := 4 * rng.NormFloat64()
		at := cellOf(logW)
		one := cell{at: at}
		var want, got gainsOf
		plain := naive{r0: c.ratio, d: c.shift}
		size := 0.0
		for range 5 {
			nA := 1000 * rng.Float64()
			w := math.Exp(middle(at) + cellWidth*(rng.Float64()-0.5))
			s := stratum{nA: nA, nB: nA * w, xA: 5 * rng.Float64(), xB: 5 * rng.Float64()}
			one.add(s, math.Log(s.nB/s.nA), true)
			seen := naiveStratum{nA: s.nA, nB: s.nB, xA: s.xA, xB: s.xB, w: s.nB / s.nA}
			if c.arm == 1 {
				seen = naiveStratum{nA: s.nB, nB: s.nA, xA: s.xB, xB: s.xA, w: s.nA / s.nB}
			}
			for k := range want {
				g := plain.gain(seen, k)
				want[k] += g
				size += math.Abs(g) + s.xA + s.xB + math.Abs(c.shift)*(s.nA+s.nB)*effects.q[k]
			}
		}
		newSeries(c, at).gains(&one, c, got[:])
		for k := range want {
			assert.InDelta(t, want[k], got[k], 1e-11*size, "%+v, alternative %d", c, k)
		}
	}
}

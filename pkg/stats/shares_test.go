package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSeries compares the gains by cells with those of each stratum by itself.
func TestSeries(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 300 {
		c := claim{ratio: math.Exp(3 * rng.NormFloat64()), shift: 0.01 * rng.NormFloat64(), arm: rng.IntN(2)}
		logW := 4 * rng.NormFloat64()
		at := cellOf(logW)
		one := cell{at: at}
		var want, got, single gainsOf
		size := 0.0
		for range 5 {
			nA := 1000 * rng.Float64()
			w := math.Exp(middle(at) + cellWidth*(rng.Float64()-0.5))
			s := stratum{nA: nA, nB: nA * w, xA: 5 * rng.Float64(), xB: 5 * rng.Float64()}
			one.add(s, math.Log(s.nB/s.nA), true)
			c.gains(s, &single)
			for k, g := range single {
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

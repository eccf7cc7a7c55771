package mixture

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/number"
)

// expectation integrates f over a standard normal variable (Simpson's rule on +-12).
func expectation(f func(z float64) float64) float64 {
	const steps = 4800
	h, sum := 24.0/steps, 0.0
	for i := range steps + 1 {
		z := -12 + h*float64(i)
		weight := 2.0
		switch {
		case i == 0 || i == steps:
			weight = 1
		case i%2 == 1:
			weight = 4
		}
		sum += weight * f(z) * math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	}
	return sum * h / 3
}

func TestNormalMixtureIsAMartingale(t *testing.T) {
	for _, oneSided := range []bool{false, true} {
		for _, at := range []struct{ s, v, variance float64 }{{0, 0, 1}, {3, 5, 1}, {-4, 10, 0.25}, {20, 50, 4}} {
			m, err := NewNormal(20, 0.01, oneSided)
			require.NoError(t, err)
			next := expectation(func(z float64) float64 {
				return math.Exp(m.LogE(at.s+math.Sqrt(at.variance)*z, at.v+at.variance))
			})
			require.InEpsilon(t, math.Exp(m.LogE(at.s, at.v)), next, 1e-6, "%v, one-sided %v", at, oneSided)
			if !oneSided {
				continue
			}
			below := expectation(func(z float64) float64 {
				return math.Exp(m.LogE(at.s+math.Sqrt(at.variance)*z-0.3, at.v+at.variance))
			})
			require.Less(t, below, math.Exp(m.LogE(at.s, at.v)), "a drift downwards must lose")
		}
	}
}

func TestNormalMixtureBound(t *testing.T) {
	for _, oneSided := range []bool{false, true} {
		m, err := NewNormal(100, 0.05, oneSided)
		require.NoError(t, err)
		for _, v := range []float64{0, 1e-9, 1, 250, 1e9} {
			last := math.Inf(1)
			for _, alpha := range []float64{1e-9, 0.001, 0.05, 0.4, 0.999} {
				bound, err := m.Bound(v, alpha)
				require.NoError(t, err)
				require.InDelta(t, math.Log(1/alpha), m.LogE(bound, v), 1e-6, "v %v, alpha %v", v, alpha)
				require.Less(t, bound, last, "a bound at a larger alpha is tighter")
				last = bound
			}
		}
	}
	m, err := NewNormal(100, 0.05, true)
	require.NoError(t, err)
	for _, alpha := range []float64{0, 1, -1, math.NaN()} {
		_, err := m.Bound(1, alpha)
		require.Error(t, err, "alpha %v", alpha)
	}
	for _, v := range []float64{0, -1, math.Inf(1), math.NaN()} {
		_, err := NewNormal(v, 0.05, true)
		require.Error(t, err, "v %v", v)
	}
}

// odd are numbers that must not be answered with NaN or infinity.
var odd = []float64{0, -1, 1, 0.5, 1e-300, 1e300, -1e300, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 1e-9, 7, 1e6}

func TestMixtureIsFinite(t *testing.T) {
	for _, rho := range odd {
		for _, s := range odd {
			for _, v := range odd {
				for _, oneSided := range []bool{false, true} {
					require.True(t, number.Finite(Normal{Rho: rho, OneSided: oneSided}.LogE(s, v)), "%v %v %v", rho, s, v)
				}
			}
		}
	}
}

// TestFarOnTheGoodSide: the farther below, the less evidence, however far that is.
func TestFarOnTheGoodSide(t *testing.T) {
	m, err := NewNormal(48, 0.01, true)
	require.NoError(t, err)
	before := m.LogE(0, 48)
	for s := -1.0; s > -1e300; s *= 3 {
		now := m.LogE(s, 48)
		require.Less(t, now, before, "at %v", s)
		before = now
	}
}

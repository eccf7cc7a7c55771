package likelihood

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/vectors"
)

// withEffects bets on the alternatives of a vector, as multiples q of the margin's ratio, until the test ends.
func withEffects(t *testing.T, q, weights []float64) {
	t.Helper()
	require.Len(t, weights, len(q))
	require.LessOrEqual(t, len(q), Alternatives)
	kept := Effects
	t.Cleanup(func() { Effects = kept })
	for k := range Alternatives {
		Effects.q[k], Effects.log[k], Effects.Weight[k] = 1, 0, 0
		if k < len(q) {
			Effects.q[k], Effects.log[k], Effects.Weight[k] = q[k], math.Log(q[k]), weights[k]
		}
	}
}

type strataVector struct {
	NA      []float64 `json:"n_a"`
	NB      []float64 `json:"n_b"`
	XA      []float64 `json:"x_a"`
	XB      []float64 `json:"x_b"`
	Weights []float64
}

// evidence adds up the engine's own increments over the strata and mixes them.
func (v strataVector) evidence(c Claim) (mixed float64, each [Alternatives]float64) {
	for i := range v.NA {
		one := c.gainsOf(Stratum{NA: v.NA[i], NB: v.NB[i], XA: v.XA[i], XB: v.XB[i]})
		for k := range each {
			each[k] += one[k]
		}
	}
	sum := 0.0
	for k := range each {
		sum += Effects.Weight[k] * math.Exp(each[k])
	}
	return math.Log(sum), each
}

func TestVectorEngineIncrements(t *testing.T) {
	var in struct {
		strataVector
		R0   float64
		Grid []float64 `json:"r_grid"`
	}
	var want struct {
		LogE    float64   `json:"log_e"`
		LogLRPR []float64 `json:"log_lr_per_r"`
	}
	vectors.Read(t, "cond_rr_e_3", &in, &want)
	q := make([]float64, len(in.Grid))
	for k, r := range in.Grid {
		q[k] = r / in.R0
	}
	withEffects(t, q, in.Weights)
	mixed, each := in.evidence(Claim{Ratio: in.R0})
	vectors.Near(t, want.LogE, mixed, vectors.ClosedForm)
	for k := range want.LogLRPR {
		vectors.Near(t, want.LogLRPR[k], each[k], vectors.ClosedForm)
	}

	// The arms swapped, with the ratio's reciprocal, are the same test towards better.
	swapped := in.strataVector
	swapped.NA, swapped.NB, swapped.XA, swapped.XB = in.NB, in.NA, in.XB, in.XA
	mirrored, _ := swapped.evidence(Claim{Ratio: in.R0, Arm: 1})
	require.InDelta(t, mixed, mirrored, 1e-9)
}

// The differences that neither test, at half of alpha each, has rejected: the engine's increments with an absolute
// margin, inverted.
func TestVectorEngineDifference(t *testing.T) {
	var in struct {
		strataVector
		Grid  []float64 `json:"r_grid_up"`
		Alpha float64
	}
	var want struct{ Lo, Hi float64 }
	vectors.Read(t, "x_rd_cs", &in, &want)
	threshold := math.Log(2 / in.Alpha)

	withEffects(t, in.Grid, in.Weights)
	low := root(func(shift float64) float64 {
		mixed, _ := in.evidence(Claim{Ratio: 1, Shift: shift})
		return threshold - mixed
	}, -0.05, 0.05)
	vectors.Near(t, want.Lo, low, vectors.RootFound)

	down := make([]float64, len(in.Grid))
	for k, r := range in.Grid {
		down[k] = 1 / r
	}
	withEffects(t, down, in.Weights)
	high := root(func(shift float64) float64 {
		mixed, _ := in.evidence(Claim{Ratio: 1, Shift: shift})
		return mixed - threshold
	}, -0.05, 0.05)
	vectors.Near(t, want.Hi, high, vectors.RootFound)
}

// root finds where the increasing function f crosses 0 between low and high.
func root(f func(float64) float64, low, high float64) float64 {
	for range 100 {
		if mid := (low + high) / 2; f(mid) < 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

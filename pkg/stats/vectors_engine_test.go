package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// withEffects bets on the alternatives of a vector, as multiples q of the margin's ratio, until the test ends.
func withEffects(t *testing.T, q, weights []float64) {
	t.Helper()
	require.Len(t, weights, len(q))
	require.LessOrEqual(t, len(q), alternatives)
	kept := effects
	t.Cleanup(func() { effects = kept })
	for k := range alternatives {
		effects.q[k], effects.log[k], effects.weight[k] = 1, 0, 0
		if k < len(q) {
			effects.q[k], effects.log[k], effects.weight[k] = q[k], math.Log(q[k]), weights[k]
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
func (v strataVector) evidence(c claim) (mixed float64, each [alternatives]float64) {
	for i := range v.NA {
		one := c.gainsOf(stratum{nA: v.NA[i], nB: v.NB[i], xA: v.XA[i], xB: v.XB[i]})
		for k := range each {
			each[k] += one[k]
		}
	}
	sum := 0.0
	for k := range each {
		sum += effects.weight[k] * math.Exp(each[k])
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
	vector(t, "cond_rr_e_3", &in, &want)
	q := make([]float64, len(in.Grid))
	for k, r := range in.Grid {
		q[k] = r / in.R0
	}
	withEffects(t, q, in.Weights)
	mixed, each := in.evidence(claim{ratio: in.R0})
	near(t, want.LogE, mixed, closedForm)
	for k := range want.LogLRPR {
		near(t, want.LogLRPR[k], each[k], closedForm)
	}

	// The arms swapped, with the ratio's reciprocal, are the same test towards better.
	swapped := in.strataVector
	swapped.NA, swapped.NB, swapped.XA, swapped.XB = in.NB, in.NA, in.XB, in.XA
	mirrored, _ := swapped.evidence(claim{ratio: in.R0, arm: 1})
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
	vector(t, "x_rd_cs", &in, &want)
	threshold := math.Log(2 / in.Alpha)

	withEffects(t, in.Grid, in.Weights)
	low := bisect(func(shift float64) float64 {
		mixed, _ := in.evidence(claim{ratio: 1, shift: shift})
		return threshold - mixed
	}, -0.05, 0.05)
	near(t, want.Lo, low, rootFound)

	down := make([]float64, len(in.Grid))
	for k, r := range in.Grid {
		down[k] = 1 / r
	}
	withEffects(t, down, in.Weights)
	high := bisect(func(shift float64) float64 {
		mixed, _ := in.evidence(claim{ratio: 1, shift: shift})
		return mixed - threshold
	}, -0.05, 0.05)
	near(t, want.Hi, high, rootFound)
}

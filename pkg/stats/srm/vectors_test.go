package srm

import (
	"math"
	"testing"

	"github.com/flaglens/flaglens/pkg/stats/vectors"
)

func TestVectorDirichletMultinomial(t *testing.T) {
	var in struct {
		Counts, Theta0 []float64
		Kappa          float64
	}
	var want struct {
		LogE float64 `json:"log_e"`
		P    float64 `json:"p_always_valid"`
	}
	vectors.Read(t, "srm_dm_2", &in, &want)
	logE := LogDirichletMultinomial(in.Counts, in.Theta0, in.Kappa)
	vectors.Near(t, want.LogE, logE, vectors.ClosedForm)
	vectors.Near(t, want.P, math.Exp(-logE), vectors.ClosedForm)
}

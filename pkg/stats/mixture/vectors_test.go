package mixture

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/vectors"
)

func TestVectorNormalMixture(t *testing.T) {
	var in struct {
		S, V       float64
		VOpt       float64 `json:"v_opt"`
		AlphaOpt   float64 `json:"alpha_opt"`
		IsOneSided bool    `json:"is_one_sided"`
	}
	var want struct {
		LogE  float64 `json:"log_e"`
		Bound float64 `json:"bound_alpha_0_01"`
	}
	vectors.Read(t, "cs_normal_logmix_one", &in, &want)
	m, err := NewNormal(in.VOpt, in.AlphaOpt, in.IsOneSided)
	require.NoError(t, err)
	vectors.Near(t, want.LogE, m.LogE(in.S, in.V), vectors.ClosedForm)
	bound, err := m.Bound(in.V, 0.01)
	require.NoError(t, err)
	vectors.Near(t, want.Bound, bound, vectors.RootFound)
}

// Eppo's boundary is that of the two-sided normal mixture, in standard errors.
func TestVectorNormalMixtureTwoSided(t *testing.T) {
	var in struct {
		T, Alpha float64
		Tune     float64 `json:"N_tune"`
	}
	var want struct{ Rho, B float64 }
	vectors.Read(t, "x_eppo_seq", &in, &want)
	m, err := NewNormal(in.Tune, in.Alpha, false)
	require.NoError(t, err)
	vectors.Near(t, want.Rho, m.Rho, vectors.ClosedForm)
	bound, err := m.Bound(in.T, in.Alpha)
	require.NoError(t, err)
	vectors.Near(t, want.B, bound/math.Sqrt(in.T), vectors.ClosedForm)
}

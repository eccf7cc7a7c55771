package stats

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// Relative tolerances of testdata/vectors.json: of what has a closed form, and of what a root was sought for.
const (
	closedForm = 1e-6
	rootFound  = 1e-4
)

// vector reads one vector of testdata/vectors.json, which holds what independent libraries compute (gbstats, confseq,
// scipy, statsmodels; each vector names its source).
func vector(t *testing.T, id string, inputs, expected any) {
	t.Helper()
	body, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			ID               string
			Inputs, Expected json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(body, &file))
	for _, v := range file.Vectors {
		if v.ID == id {
			require.NoError(t, json.Unmarshal(v.Inputs, inputs))
			require.NoError(t, json.Unmarshal(v.Expected, expected))
			return
		}
	}
	t.Fatalf("there is no vector %q", id)
}

func near(t *testing.T, want, got, tolerance float64) {
	t.Helper()
	require.InDelta(t, want, got, tolerance*math.Abs(want))
}

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
	vector(t, "cs_normal_logmix_one", &in, &want)
	m, err := NewNormalMixture(in.VOpt, in.AlphaOpt, in.IsOneSided)
	require.NoError(t, err)
	near(t, want.LogE, m.LogE(in.S, in.V), closedForm)
	bound, err := m.Bound(in.V, 0.01)
	require.NoError(t, err)
	near(t, want.Bound, bound, rootFound)
}

// Eppo's boundary is that of the two-sided normal mixture, in standard errors.
func TestVectorNormalMixtureTwoSided(t *testing.T) {
	var in struct {
		T, Alpha float64
		Tune     float64 `json:"N_tune"`
	}
	var want struct{ Rho, B float64 }
	vector(t, "x_eppo_seq", &in, &want)
	m, err := NewNormalMixture(in.Tune, in.Alpha, false)
	require.NoError(t, err)
	near(t, want.Rho, m.Rho, closedForm)
	bound, err := m.Bound(in.T, in.Alpha)
	require.NoError(t, err)
	near(t, want.B, bound/math.Sqrt(in.T), closedForm)
}

func TestVectorDirichletMultinomial(t *testing.T) {
	var in struct {
		Counts, Theta0 []float64
		Kappa          float64
	}
	var want struct {
		LogE float64 `json:"log_e"`
		P    float64 `json:"p_always_valid"`
	}
	vector(t, "srm_dm_2", &in, &want)
	logE := LogDirichletMultinomial(in.Counts, in.Theta0, in.Kappa)
	near(t, want.LogE, logE, closedForm)
	near(t, want.P, math.Exp(-logE), closedForm)
}

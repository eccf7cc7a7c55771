package peers

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// vector reads one vector of what independent libraries compute; its tolerance is 1e-6, 1e-4 for roots.
func vector(t *testing.T, id string, inputs, expected any) {
	t.Helper()
	body, err := os.ReadFile("../../../pkg/stats/testdata/vectors.json")
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

type interval struct {
	Point float64
	CI    [2]float64
	P     float64 `json:"p_value"`
}

func (want interval) check(t *testing.T, got Interval) {
	t.Helper()
	near(t, want.Point, got.Point, 1e-6)
	near(t, want.CI[0], got.Lower, 1e-6)
	near(t, want.CI[1], got.Upper, 1e-6)
	near(t, want.P, got.P, 1e-6)
}

func TestVectorSequential(t *testing.T) {
	var in struct {
		NA    float64 `json:"n_a"`
		XA    float64 `json:"x_a"`
		NB    float64 `json:"n_b"`
		XB    float64 `json:"x_b"`
		Alpha float64
		Tune  float64 `json:"N_tune"`
	}
	var want interval
	vector(t, "gb_seq_1", &in, &want)
	want.check(t, Sequential(Share(in.XA, in.NA), Share(in.XB, in.NB), in.Alpha, in.Tune))
}

func TestVectorWelch(t *testing.T) {
	var in struct {
		NA    float64 `json:"n_a"`
		SumA  float64 `json:"sum_a"`
		SqA   float64 `json:"sumsq_a"`
		NB    float64 `json:"n_b"`
		SumB  float64 `json:"sum_b"`
		SqB   float64 `json:"sumsq_b"`
		Alpha float64
	}
	var want interval
	vector(t, "gb_ttest_mean", &in, &want)
	want.check(t, Welch(Moments(in.NA, in.SumA, in.SqA), Moments(in.NB, in.SumB, in.SqB), in.Alpha))
}

func TestVectorSampleRatioMismatch(t *testing.T) {
	var in struct{ Counts, Weights []float64 }
	var want struct{ P float64 }
	vector(t, "gb_srm", &in, &want)
	near(t, want.P, SampleRatioMismatch(in.Counts, in.Weights), 1e-6)
}

func TestVectorGammaPoisson(t *testing.T) {
	var in struct {
		S, V     float64
		VOpt     float64 `json:"v_opt"`
		AlphaOpt float64 `json:"alpha_opt"`
		C        float64
	}
	var want struct {
		LogE  float64 `json:"log_e"`
		Bound float64 `json:"bound_alpha_0_01"`
	}
	vector(t, "cs_gamma_poisson", &in, &want)
	require.Equal(t, 1.0, in.C, "the mixture is that of unit jumps")
	g := NewGammaPoisson(in.VOpt, in.AlphaOpt)
	near(t, want.LogE, g.LogE(in.S, in.V), 1e-6)
	near(t, want.Bound, g.Bound(in.V, 0.01), 1e-4)
}

func TestVectorPoisson(t *testing.T) {
	var in struct{ Count1, Exposure1, Count2, Exposure2 float64 }
	var want struct {
		P  float64    `json:"p_one_sided"`
		CI [2]float64 `json:"ci95_ratio"`
	}
	vector(t, "pois2_exact", &in, &want)
	near(t, want.P, ExactPoisson(in.Count1, in.Exposure1, in.Count2, in.Exposure2), 1e-6)
	low, high := ScorePoisson(in.Count1, in.Exposure1, in.Count2, in.Exposure2, 0.05)
	near(t, want.CI[0], low, 1e-6)
	near(t, want.CI[1], high, 1e-6)
}

func TestVectorMantelHaenszel(t *testing.T) {
	var in struct{ Tables [][2][2]float64 }
	var want struct {
		Statistic float64 `json:"cmh_stat"`
		P         float64
	}
	vector(t, "cmh", &in, &want)
	var tables []Table
	for _, v := range in.Tables {
		tables = append(tables, Table{BadB: v[0][0], GoodB: v[0][1], BadA: v[1][0], GoodA: v[1][1]})
	}
	statistic, p := MantelHaenszel(tables)
	near(t, want.Statistic, statistic, 1e-6)
	near(t, want.P, p, 1e-6)
}

func TestVectorMannWhitney(t *testing.T) {
	var in struct{ X, Y []float64 }
	var want struct {
		U, P          float64
		HodgesLehmann float64 `json:"hodges_lehmann"`
		Cles          float64
	}
	vector(t, "mwu", &in, &want)
	got := MannWhitney(in.X, in.Y)
	near(t, want.U, got.U, 1e-6)
	near(t, want.P, got.P, 1e-6)
	near(t, want.HodgesLehmann, got.HodgesLehmann, 1e-6)
	near(t, want.Cles, got.Effect, 1e-6)
}

func TestVectorEppo(t *testing.T) {
	var in struct {
		T, Alpha float64
		Tune     float64 `json:"N_tune"`
	}
	var want struct{ Rho, B float64 }
	vector(t, "x_eppo_seq", &in, &want)
	rho, boundary := EppoBoundary(in.T, in.Alpha, in.Tune)
	near(t, want.Rho, rho, 1e-6)
	near(t, want.B, boundary, 1e-6)
}

func TestVectorConditionalRatio(t *testing.T) {
	var in struct {
		NA      []float64 `json:"n_a"`
		NB      []float64 `json:"n_b"`
		XA      []float64 `json:"x_a"`
		XB      []float64 `json:"x_b"`
		R0      float64
		Grid    []float64 `json:"r_grid"`
		Weights []float64
	}
	var want struct {
		LogE    float64   `json:"log_e"`
		LogLRPR []float64 `json:"log_lr_per_r"`
	}
	vector(t, "cond_rr_e_3", &in, &want)
	test := Ratio{R0: in.R0, Grid: in.Grid, Weights: in.Weights}
	logE := 0.0
	perRatio := make([]float64, len(in.Grid))
	for i := range in.NA {
		logE = test.Add(in.NA[i], in.XA[i], in.NB[i], in.XB[i])
		for k, r := range in.Grid {
			perRatio[k] += test.Increment(in.NA[i], in.XA[i], in.NB[i], in.XB[i], r)
		}
	}
	near(t, want.LogE, logE, 1e-6)
	for k := range perRatio {
		near(t, want.LogLRPR[k], perRatio[k], 1e-6)
	}
}

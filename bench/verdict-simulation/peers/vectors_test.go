package peers

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// vector reads one vector of what independent libraries compute; its tolerance is 1e-6.
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

func near(t *testing.T, want, got float64) {
	t.Helper()
	const tolerance = 1e-6
	require.InDelta(t, want, got, tolerance*math.Abs(want))
}

type interval struct {
	Point float64
	CI    [2]float64
	P     float64 `json:"p_value"`
}

func (want interval) check(t *testing.T, got Interval) {
	t.Helper()
	near(t, want.Point, got.Point)
	near(t, want.CI[0], got.Lower)
	near(t, want.CI[1], got.Upper)
	near(t, want.P, got.P)
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

func TestVectorSampleRatioMismatch(t *testing.T) {
	var in struct{ Counts, Weights []float64 }
	var want struct{ P float64 }
	vector(t, "gb_srm", &in, &want)
	near(t, want.P, SampleRatioMismatch(in.Counts, in.Weights))
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
	near(t, want.LogE, logE)
	for k := range perRatio {
		near(t, want.LogLRPR[k], perRatio[k])
	}
}

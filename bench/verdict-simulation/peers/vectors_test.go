package peers

import (
	"testing"

	"github.com/flaglens/flaglens/pkg/stats/vectors"
)

type interval struct {
	Point float64
	CI    [2]float64
	P     float64 `json:"p_value"`
}

func (want interval) check(t *testing.T, got Interval) {
	t.Helper()
	vectors.Near(t, want.Point, got.Point, vectors.ClosedForm)
	vectors.Near(t, want.CI[0], got.Lower, vectors.ClosedForm)
	vectors.Near(t, want.CI[1], got.Upper, vectors.ClosedForm)
	vectors.Near(t, want.P, got.P, vectors.ClosedForm)
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
	vectors.Read(t, "gb_seq_1", &in, &want)
	want.check(t, Sequential(Share(in.XA, in.NA), Share(in.XB, in.NB), in.Alpha, in.Tune))
}

func TestVectorSampleRatioMismatch(t *testing.T) {
	var in struct{ Counts, Weights []float64 }
	var want struct{ P float64 }
	vectors.Read(t, "gb_srm", &in, &want)
	vectors.Near(t, want.P, SampleRatioMismatch(in.Counts, in.Weights), vectors.ClosedForm)
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
	vectors.Read(t, "cond_rr_e_3", &in, &want)
	test := Ratio{R0: in.R0, Grid: in.Grid, Weights: in.Weights}
	logE := 0.0
	perRatio := make([]float64, len(in.Grid))
	for i := range in.NA {
		logE = test.Add(in.NA[i], in.XA[i], in.NB[i], in.XB[i])
		for k, r := range in.Grid {
			perRatio[k] += test.Increment(in.NA[i], in.XA[i], in.NB[i], in.XB[i], r)
		}
	}
	vectors.Near(t, want.LogE, logE, vectors.ClosedForm)
	for k := range perRatio {
		vectors.Near(t, want.LogLRPR[k], perRatio[k], vectors.ClosedForm)
	}
}

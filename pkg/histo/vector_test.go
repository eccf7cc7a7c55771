package histo

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/vectors"
)

// scipy's rv_histogram interpolates within buckets as Prometheus does.
func TestVectorQuantile(t *testing.T) {
	var in struct{ Edges, Counts, Q []float64 }
	var want struct{ Quantiles []float64 }
	vectors.Read(t, "hist_quantile", &in, &want)
	require.NotEmpty(t, want.Quantiles)
	var classic Classic
	count := 0.0
	for i, c := range in.Counts {
		count += c
		classic = append(classic, Bucket{UpperBound: in.Edges[i+1], Count: count})
	}
	classic = append(classic, Bucket{UpperBound: math.Inf(1), Count: count})
	require.Len(t, in.Q, len(want.Quantiles))
	for i := range in.Q {
		got, lower, upper := Quantile(in.Q[i], classic)
		require.InEpsilon(t, want.Quantiles[i], got, 1e-6)
		require.True(t, lower <= got && got <= upper)
	}
}

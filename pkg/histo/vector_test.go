package histo

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// scipy's rv_histogram interpolates within buckets as Prometheus does.
func TestVectorQuantile(t *testing.T) {
	body, err := os.ReadFile("../stats/testdata/vectors.json")
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			ID               string
			Inputs, Expected json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(body, &file))
	var in struct{ Edges, Counts, Q []float64 }
	var want struct{ Quantiles []float64 }
	for _, v := range file.Vectors {
		if v.ID == "hist_quantile" {
			require.NoError(t, json.Unmarshal(v.Inputs, &in))
			require.NoError(t, json.Unmarshal(v.Expected, &want))
		}
	}
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

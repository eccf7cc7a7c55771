package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuantileIntervalCovers(t *testing.T) {
	// 20 edges of a uniform distribution: the quantile q lies in (edge i, edge i+1] with i = ceil(20 q) - 2.
	const runs, alpha, q = 400, 0.1, 0.88
	const below, above = 16, 17 // 0.85 and 0.9
	missed, narrow := 0, 0
	for run := range runs {
		source := rand.New(rand.NewPCG(5, uint64(run)))
		tail := Tail{Above: make([]float64, 20)}
		miss := false
		var bounds QuantileBounds
		for range 100 {
			for range 50 {
				tail.N++
				value := source.Float64()
				for i := range tail.Above {
					if value > 0.05*float64(i+1) {
						tail.Above[i]++
					}
				}
			}
			var err error
			bounds, err = QuantileInterval(tail, q, alpha, 1)
			require.NoError(t, err)
			miss = miss || bounds.Lower > below || bounds.Upper < above
		}
		if miss {
			missed++
		}
		if bounds.Upper-bounds.Lower <= 2 {
			narrow++
		}
	}
	require.LessOrEqual(t, missed, int(alpha*runs), "at some look, the interval misses the quantile")
	require.GreaterOrEqual(t, narrow, runs*9/10, "after 5000 observations it is at most two buckets wide")
}

func TestQuantileInterval(t *testing.T) {
	tail := Tail{N: 10_000, Above: []float64{9_900, 5_000, 900, 100, 0}}
	for name, c := range map[string]struct {
		q, phi       float64
		lower, upper int
	}{
		"the middle lies at an edge": {0.5, 1, 0, 2},
		"p95":                        {0.95, 1, 2, 3},
		"p99 lies at an edge":        {0.99, 1, 2, 4},
		"beyond the last edge":       {0.00001, 1, -1, 0},
		"requests that depend":       {0.95, 50, 1, 5},
		"depend even more":           {0.95, 500, 0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := QuantileInterval(tail, c.q, 0.02, c.phi)
			require.NoError(t, err)
			require.Equal(t, QuantileBounds{Lower: c.lower, Upper: c.upper}, got)
		})
	}
	got, err := QuantileInterval(Tail{Above: []float64{0, 0}}, 0.5, 0.05, 1)
	require.NoError(t, err)
	require.Equal(t, QuantileBounds{Lower: -1, Upper: 2}, got, "without observations nothing is known")
	for name, bad := range map[string]Tail{
		"more above than there are": {N: 5, Above: []float64{6}},
		"counts that rise":          {N: 5, Above: []float64{2, 3}},
		"a negative number":         {N: -1},
		"not a number":              {N: 5, Above: []float64{math.NaN()}},
	} {
		_, err := QuantileInterval(bad, 0.5, 0.05, 1)
		require.Error(t, err, name)
	}
}

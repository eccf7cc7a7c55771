package histo

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The buckets of VictoriaMetrics count what lies between their bounds; those without observations are missing.
func TestJoinedRanges(t *testing.T) {
	inf := math.Inf(1)
	for name, test := range map[string]struct {
		bins []Bin
		want []Bucket
	}{
		"none":               {nil, nil},
		"one":                {[]Bin{{1, 2, 5}}, []Bucket{{1, 0}, {2, 5}, {inf, 5}}},
		"touching":           {[]Bin{{2, 4, 1}, {1, 2, 5}}, []Bucket{{1, 0}, {2, 5}, {4, 6}, {inf, 6}}},
		"a gap":              {[]Bin{{1, 2, 5}, {4, 8, 1}}, []Bucket{{1, 0}, {2, 5}, {4, 5}, {8, 6}, {inf, 6}}},
		"up to +Inf":         {[]Bin{{1, 2, 5}, {2, inf, 1}}, []Bucket{{1, 0}, {2, 5}, {inf, 6}}},
		"one bound repeated": {[]Bin{{1, 2, 5}, {1, 2, 3}}, []Bucket{{1, 0}, {2, 8}, {inf, 8}}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, Joined(test.bins)) })
	}
	value, lower, upper := Quantile(0.5, Joined([]Bin{{1, 2, 4}, {4, 8, 4}}))
	require.Equal(t, [3]float64{2, 1, 2}, [3]float64{value, lower, upper})
	value, lower, upper = Quantile(0.75, Joined([]Bin{{1, 2, 4}, {4, 8, 4}}))
	require.Equal(t, [3]float64{6, 4, 8}, [3]float64{value, lower, upper}, "nothing lies between bins that do not touch")
}

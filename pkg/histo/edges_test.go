package histo

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNearestEdges(t *testing.T) {
	for name, c := range map[string]struct {
		// The edges are 1, 2, 4, 8 and so on.
		above []float64
		n     float64
		want  []Edge
	}{
		"the far tail":                 {[]float64{5000, 500, 100, 30, 9, 1, 0}, 10000, []Edge{{0, 0.5}, {1, 0.95}, {2, 0.99}, {5, FarTail}}},
		"the far tail of few":          {[]float64{100, 10, 2, 0, 0}, 200, []Edge{{0, 0.5}, {1, 0.95}, {2, 0.99}, {4, FarTail}}},
		"no edge so far out":           {[]float64{5000, 500, 100, 30}, 10000, []Edge{{0, 0.5}, {1, 0.95}, {2, 0.99}}},
		"one for each":                 {[]float64{900, 480, 200, 60, 11, 2}, 1000, []Edge{{1, 0.5}, {3, 0.95}, {4, 0.99}}},
		"one edge goes to the nearest": {[]float64{30}, 1000, []Edge{{0, 0.95}}},
		"two tails want one edge":      {[]float64{500, 20}, 1000, []Edge{{0, 0.5}, {1, 0.99}}},
		// By the logarithm of the share alone, 99.9% would pass for nearer to 50% than 24%.
		"an edge below nearly everything is no median": {[]float64{999, 240, 50, 10}, 1000, []Edge{{1, 0.5}, {2, 0.95}, {3, 0.99}}},
		// By their odds 0 of 200 is nearer to p99 than 5% is; above it nothing was ever seen.
		"nothing above":                 {[]float64{100, 10, 0}, 200, []Edge{{0, 0.5}, {1, 0.95}}},
		"nothing above, by a rounding":  {[]float64{100, 10, 1e-12}, 200, []Edge{{0, 0.5}, {1, 0.95}}},
		"everything above":              {[]float64{50, 10, 1}, 50, []Edge{{1, 0.5}, {2, 0.95}}},
		"nothing else to take":          {[]float64{50, 0}, 50, []Edge{{0, 0.5}, {1, 0.99}}},
		"no observations":               {[]float64{0, 0}, 0, nil},
		"no edges":                      {nil, 10, nil},
		"less than none, by a rounding": {[]float64{5, -1e-9}, 10, []Edge{{0, 0.5}}},
	} {
		t.Run(name, func(t *testing.T) {
			var edges []float64
			for i := range c.above {
				edges = append(edges, math.Exp2(float64(i)))
			}
			assert.Equal(t, c.want, NearestEdges(edges, c.above, c.n))
		})
	}
}

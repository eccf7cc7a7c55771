package histo

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBoundsThatAllSeriesHold(t *testing.T) {
	inf := math.Inf(1)
	same := func(n float64, times int) []float64 {
		counts := make([]float64, times)
		for i := range counts {
			counts[i] = n
		}
		return counts
	}
	part := func(n float64, times, from, to int) []float64 {
		counts := make([]float64, times)
		for i := from; i < to; i++ {
			counts[i] = n
		}
		return counts
	}
	type added struct {
		bound  float64
		counts []float64
	}
	for name, test := range map[string]struct {
		added   []added
		common  []float64
		changed int
	}{
		"all alike":                        {[]added{{1, same(3, 20)}, {2, same(3, 20)}, {inf, same(3, 20)}}, []float64{1, 2}, -1},
		"one of many has one more":         {[]added{{0.5, same(1, 20)}, {1, same(100, 20)}, {inf, same(100, 20)}}, []float64{1}, -1},
		"one of many lacks one":            {[]added{{1, same(99, 20)}, {2, same(100, 20)}, {inf, same(100, 20)}}, []float64{2}, -1},
		"nothing in common":                {[]added{{1, same(1, 20)}, {2, same(1, 20)}, {inf, same(2, 20)}}, nil, -1},
		"one name goes on with others":     {[]added{{1, part(1, 20, 0, 10)}, {2, part(1, 20, 10, 20)}, {3, same(1, 20)}, {inf, same(1, 20)}}, []float64{3}, 10},
		"a bound changes its spelling":     {[]added{{1, part(1, 20, 0, 10)}, {1, part(1, 20, 9, 20)}, {inf, same(1, 20)}}, []float64{1}, -1},
		"+Inf changes its spelling":        {[]added{{1, same(1, 20)}, {inf, part(1, 20, 0, 10)}, {inf, part(1, 20, 9, 20)}}, []float64{1}, -1},
		"one look missed a bound":          {[]added{{1, append(same(1, 19), 0)}, {inf, same(1, 20)}}, []float64{1}, 19},
		"no +Inf at all":                   {[]added{{1, same(2, 20)}, {2, same(1, 20)}}, []float64{1}, -1},
		"born late, with all that it has":  {[]added{{1, part(1, 20, 15, 20)}, {inf, part(1, 20, 15, 20)}}, []float64{1}, -1},
		"a bound that came in the last 5%": {[]added{{1, part(1, 100, 94, 100)}, {2, same(1, 100)}, {inf, same(1, 100)}}, []float64{2}, 94},
	} {
		t.Run(name, func(t *testing.T) {
			times := len(test.added[0].counts)
			held := NewHeld(times)
			for _, a := range test.added {
				held.Add(a.bound, a.counts)
			}
			var common []float64
			for _, bound := range held.Bounds() {
				if held.Common(bound, 0, times-1) {
					common = append(common, bound)
				}
			}
			require.Equal(t, test.common, common)
			require.True(t, held.Common(inf, 0, times-1))
			at, changed := held.Changed()
			require.Equal(t, test.changed >= 0, changed)
			if changed {
				require.Equal(t, test.changed, at)
			}
		})
	}
}

func TestTheShareOfTheSeriesThatHoldABound(t *testing.T) {
	held := NewHeld(2)
	require.False(t, held.Seen())
	require.Equal(t, 1.0, held.Share(1), "nobody lacks it")
	held.Add(1, []float64{3, 4})
	held.Add(math.Inf(1), []float64{4, 4})
	require.True(t, held.Seen())
	require.Equal(t, 7.0/8, held.Share(1))
	require.Equal(t, 0.0, held.Share(2))
}

func TestCountsThatFall(t *testing.T) {
	inf := math.Inf(1)
	for name, test := range map[string]struct {
		buckets []Bucket
		rising  bool
	}{
		"rising":                   {[]Bucket{{1, 1}, {2, 3}, {inf, 3}}, true},
		"in any order":             {[]Bucket{{inf, 3}, {2, 3}, {1, 1}}, true},
		"falling":                  {[]Bucket{{1, 4}, {2, 3}, {inf, 5}}, false},
		"below the +Inf bucket":    {[]Bucket{{1, 4}, {inf, 3}}, false},
		"by the rounding of a sum": {[]Bucket{{1, 4}, {inf, 4 - 1e-12}}, true},
		"empty":                    {nil, true},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.rising, Rising(test.buckets)) })
	}
}

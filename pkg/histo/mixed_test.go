package histo

import (
	"math"
	"testing"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/stretchr/testify/require"
)

// halves is a native histogram of so many observations in each of the buckets 0.25 to 0.5 and 0.5 to 1.
func halves(low, high float64) *histogram.FloatHistogram {
	return &histogram.FloatHistogram{
		Count: low + high, PositiveSpans: []histogram.Span{{Offset: -1, Length: 2}}, PositiveBuckets: []float64{low, high},
	}
}

func TestQuantilesOfTwoClasses(t *testing.T) {
	m := Mixed{Classic: Classic{{0.1, 0}, {0.5, 50}, {1, 100}, {math.Inf(1), 100}}, Native: halves(50, 50)}
	value, lower, upper := m.Quantile(0.5)
	require.InDelta(t, 0.5, value, 1e-9, "half of both lies below 0.5")
	require.Equal(t, []float64{0.25, 0.5}, []float64{lower, upper}, "0.25 to 0.5 of the native ones may hold it, and no bound below is sure")
	value, lower, upper = m.Quantile(0.9)
	require.Equal(t, []float64{0.5, 1}, []float64{lower, upper})
	require.Greater(t, value, 0.5)
	require.Less(t, value, 1.0)
	bins := m.Bins()
	total := 0.0
	for _, b := range bins {
		total += b.Count
	}
	require.Equal(t, 200.0, total)
	value, _, _ = Mixed{Classic: Classic{{1, 1}}, Native: halves(1, 1)}.Quantile(0.5)
	require.True(t, math.IsNaN(value), "buckets without a total say nothing")
}

func TestSumsOfNativeHistograms(t *testing.T) {
	sum, err := Sum([]*histogram.FloatHistogram{halves(1, 2), nil, halves(3, 4)})
	require.NoError(t, err)
	require.Equal(t, []float64{4, 6}, sum.PositiveBuckets)
	custom := func(bounds []float64, offset int32, n float64) *histogram.FloatHistogram {
		return &histogram.FloatHistogram{
			Schema: histogram.CustomBucketsSchema, Count: n, CustomValues: bounds,
			PositiveSpans: []histogram.Span{{Offset: offset, Length: 1}}, PositiveBuckets: []float64{n},
		}
	}
	// An answer names the bounds of those buckets alone that hold something.
	sum, err = Sum([]*histogram.FloatHistogram{custom([]float64{0.1, 0.25}, 1, 3), custom([]float64{0.25, 0.5}, 1, 4)})
	require.NoError(t, err)
	require.Equal(t, []float64{0.1, 0.25, 0.5}, sum.CustomValues)
	require.Equal(t, []float64{0, 3, 4, 0}, sum.PositiveBuckets)
	sum, err = Sum(nil)
	require.NoError(t, err)
	require.Nil(t, sum)
}

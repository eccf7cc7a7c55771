package histo

import (
	"math"
	"testing"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/stretchr/testify/assert"

	"github.com/flaglens/flaglens/pkg/promapi"
)

var inf, nan = math.Inf(1), math.NaN()

// same compares floats to 1e-12, relative, NaN being equal to NaN.
func same(t *testing.T, want, got []float64) {
	t.Helper()
	if !assert.Len(t, got, len(want)) {
		return
	}
	for i := range want {
		near := want[i] == got[i] || math.IsNaN(want[i]) && math.IsNaN(got[i]) || math.Abs(want[i]-got[i]) <= 1e-12*math.Abs(want[i])
		assert.True(t, near, "at %d: want %v, got %v", i, want, got)
	}
}

func TestQuantileAndItsBounds(t *testing.T) {
	usual := []Bucket{{0.1, 10}, {0.5, 30}, {1, 40}, {inf, 50}}
	for _, tt := range []struct {
		name    string
		q       float64
		buckets []Bucket
		want    []float64 // value, lower, upper
	}{
		{"first bucket begins at 0", 0.1, usual, []float64{0.05, 0, 0.1}},
		{"in the middle of a bucket", 0.4, usual, []float64{0.1 + 0.4*0.5, 0.1, 0.5}},
		{"on a bound", 0.2, usual, []float64{0.1, 0, 0.1}},
		{"beyond the last finite bound", 0.95, usual, []float64{1, 1, inf}},
		{"unsorted", 0.4, []Bucket{{inf, 50}, {0.5, 30}, {0.1, 10}, {1, 40}}, []float64{0.1 + 0.4*0.5, 0.1, 0.5}},
		{"empty bucket between", 0.5, []Bucket{{1, 1}, {2, 1}, {3, 2}, {inf, 2}}, []float64{1, 0, 1}},
		{"negative first bucket", 0.25, []Bucket{{-1, 2}, {1, 4}, {inf, 4}}, []float64{-1, -inf, -1}},
		{"between negative and positive", 0.75, []Bucket{{-1, 2}, {1, 4}, {inf, 4}}, []float64{0, -1, 1}},
		{"one observation", 0.5, []Bucket{{1, 0}, {2, 1}, {inf, 1}}, []float64{1.5, 1, 2}},
		{"decrease removed", 0.9, []Bucket{{1, 10}, {2, 4}, {inf, 10}}, []float64{0.9, 0, 1}},
		{"nothing observed", 0.5, []Bucket{{1, 0}, {inf, 0}}, []float64{nan, nan, nan}},
		{"only +Inf", 0.5, []Bucket{{inf, 5}}, []float64{nan, nan, nan}},
		{"no +Inf", 0.5, []Bucket{{1, 5}, {2, 5}}, []float64{nan, nan, nan}},
		{"no buckets", 0.5, nil, []float64{nan, nan, nan}},
		{"below 0", -1, usual, []float64{-inf, nan, nan}},
		{"above 1", 2, usual, []float64{inf, nan, nan}},
		{"NaN", nan, usual, []float64{nan, nan, nan}},
		{"0 of an empty first bucket", 0, []Bucket{{1, 0}, {2, 1}, {inf, 1}}, []float64{nan, nan, nan}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			value, lower, upper := Classic(tt.buckets).Quantile(tt.q)
			same(t, tt.want, []float64{value, lower, upper})
		})
	}
}

// spans lays buckets side by side.
func spans(n int) []histogram.Span { return []histogram.Span{{Length: uint32(n)}} }

func TestNativeQuantileAndItsBounds(t *testing.T) {
	// Schema 0: (0.5, 1], (1, 2], (2, 4].
	exponential := &histogram.FloatHistogram{Count: 4, Sum: 6, PositiveSpans: spans(3), PositiveBuckets: []float64{1, 2, 1}}
	zero := &histogram.FloatHistogram{Count: 4, Sum: 6, ZeroThreshold: 0.25, ZeroCount: 2, PositiveSpans: spans(1), PositiveBuckets: []float64{2}}
	negative := &histogram.FloatHistogram{Count: 4, Sum: -6, ZeroThreshold: 0.25, ZeroCount: 2, NegativeSpans: spans(1), NegativeBuckets: []float64{2}}
	custom := &histogram.FloatHistogram{Schema: histogram.CustomBucketsSchema, CustomValues: []float64{1, 2},
		Count: 8, Sum: 9, PositiveSpans: spans(3), PositiveBuckets: []float64{4, 2, 2}}
	below := &histogram.FloatHistogram{Schema: histogram.CustomBucketsSchema, CustomValues: []float64{-1, 2},
		Count: 8, Sum: 9, PositiveSpans: spans(3), PositiveBuckets: []float64{4, 2, 2}}
	for _, tt := range []struct {
		name string
		q    float64
		h    *histogram.FloatHistogram
		want []float64
	}{
		{"half-way on the logarithmic scale", 0.5, exponential, []float64{math.Sqrt2, 1, 2}},
		{"lowest", 0, exponential, []float64{0.5, 0.5, 1}},
		{"highest", 1, exponential, []float64{4, 2, 4}},
		{"zero bucket of positive observations", 0.25, zero, []float64{0.125, 0, 0.25}},
		{"zero bucket of negative observations", 0.75, negative, []float64{-0.125, -0.25, 0}},
		{"negative", 0.25, negative, []float64{-math.Exp2(-0.5), -1, -0.5}},
		{"custom, first", 0.25, custom, []float64{0.5, 0, 1}},
		{"custom, middle", 0.625, custom, []float64{1.5, 1, 2}},
		{"custom, last", 0.9, custom, []float64{2, 2, inf}},
		{"custom, first below zero", 0.25, below, []float64{-1, -inf, -1}},
		{"nothing observed", 0.5, &histogram.FloatHistogram{}, []float64{nan, nan, nan}},
		{"no histogram", 0.5, nil, []float64{nan, nan, nan}},
		{"below 0", -1, exponential, []float64{-inf, nan, nan}},
		{"above 1", 2, exponential, []float64{inf, nan, nan}},
		{"NaN", nan, exponential, []float64{nan, nan, nan}},
		{"count without buckets", 0.5, &histogram.FloatHistogram{Count: 2, Sum: 1}, []float64{0, 0, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			value, lower, upper := Native{tt.h}.Quantile(tt.q)
			same(t, tt.want, []float64{value, lower, upper})
		})
	}
}

func TestMean(t *testing.T) {
	same(t, []float64{2.5, nan}, []float64{Mean(5, 2), Mean(5, 0)})
}

func TestBins(t *testing.T) {
	assert.Equal(t, []Bin{{0, 1, 3}, {1, 2, 0}, {2, inf, 2}}, Classic{{inf, 5}, {1, 3}, {2, 2}}.Bins(), "sorted, and decreases removed")
	assert.Equal(t, []Bin{{-inf, 0, 3}, {0, inf, 2}}, Classic{{0, 3}, {inf, 5}}.Bins())
	assert.Empty(t, Classic{{1, 3}, {2, 4}}.Bins(), "without +Inf there is no total")
	assert.Empty(t, Classic(nil).Bins())
	assert.Empty(t, Native{}.Bins())
	native := Native{&histogram.FloatHistogram{Count: 6, ZeroThreshold: 0.25, ZeroCount: 2,
		PositiveSpans: []histogram.Span{{Offset: 0, Length: 1}, {Offset: 1, Length: 2}}, PositiveBuckets: []float64{1, 3, 0}}}
	assert.Equal(t, []Bin{{0, 0.25, 2}, {0.5, 1, 1}, {2, 4, 3}}, native.Bins(), "populated buckets only")
}

func TestCDF(t *testing.T) {
	assert.Equal(t, []CDFPoint{{1, 0.25, 2}, {2, 0.25, 2}, {inf, 1, 8}}, CDF([]Bin{{0, 1, 2}, {1, 2, 0}, {2, inf, 6}}))
	assert.Empty(t, CDF(nil))
	assert.Empty(t, CDF([]Bin{{0, 1, 0}}))
	assert.Empty(t, CDF([]Bin{{0, 1, nan}}))
}

func TestShift(t *testing.T) {
	baseline := Classic{{1, 10}, {2, 20}, {inf, 20}}
	feature := Classic{{1, 0}, {2, 10}, {inf, 20}}
	points := Shift([]float64{0.25, 0.75}, baseline, feature)
	assert.Equal(t, []ShiftPoint{
		{Quantile: 0.25, Baseline: 0.5, Feature: 1.5, Difference: 1, BaselineLower: 0, BaselineUpper: 1, FeatureLower: 1, FeatureUpper: 2},
		{Quantile: 0.75, Baseline: 1.5, Feature: 2, Difference: 0.5, BaselineLower: 1, BaselineUpper: 2, FeatureLower: 2, FeatureUpper: inf},
	}, points)
	nothing := Shift([]float64{0.5}, baseline, Native{})[0]
	assert.True(t, math.IsNaN(nothing.Feature) && math.IsNaN(nothing.Difference))
	assert.Equal(t, 1.0, nothing.Baseline)
}

func TestRows(t *testing.T) {
	rows := Rows([]BinsAt{
		{T: 1, Bins: []Bin{{0, 1, 5}, {1, inf, 1}}},
		{T: 2},
		{T: 3, Bins: []Bin{{1, 2, 4}, {0, nan, 9}}},
	})
	assert.Equal(t, []Row{
		{Upper: 1, Points: []promapi.FloatPoint{{T: 1, V: 5}, {T: 3, V: 0}}},
		{Upper: 2, Points: []promapi.FloatPoint{{T: 1, V: 0}, {T: 3, V: 4}}},
		{Upper: inf, Points: []promapi.FloatPoint{{T: 1, V: 1}, {T: 3, V: 0}}},
	}, rows)
	assert.Empty(t, Rows(nil))
}

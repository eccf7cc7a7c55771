package promapi

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/histogram"
)

// boundAt is the upper bound of positive bucket index of a schema, as Prometheus computes it.
func boundAt(schema, index int32) float64 {
	h := histogram.FloatHistogram{
		Schema:          schema,
		PositiveSpans:   []histogram.Span{{Offset: index, Length: 1}},
		PositiveBuckets: []float64{1},
	}
	it := h.PositiveBucketIterator()
	it.Next()
	return it.At().Upper
}

// indexOf finds the positive bucket of a schema whose upper bound is exactly bound (> 0).
func indexOf(schema int32, bound float64) (int32, bool) {
	if math.IsInf(bound, 1) {
		// The bucket beyond the largest finite number, which ends the one before it.
		index, ok := indexOf(schema, math.MaxFloat64)
		return index + 1, ok
	}
	exponent := math.Log2(bound) * math.Exp2(float64(schema))
	index := int32(math.Ceil(exponent - 1e-6))
	return index, boundAt(schema, index) == bound
}

// magnitude mirrors a negative bucket to the positive one.
func magnitude(b bucketBounds) (lower, upper float64) {
	if b.upper <= 0 {
		return -b.upper, -b.lower
	}
	return b.lower, b.upper
}

// findSchema finds the lowest resolution in which all buckets have exactly the bounds of exponential
// buckets. The bound next to the zero bucket may be cut by it.
func findSchema(buckets []bucketBounds) (int32, bool) {
	for schema := histogram.ExponentialSchemaMin; schema <= histogram.ExponentialSchemaMax; schema++ {
		if !slices.ContainsFunc(buckets, func(b bucketBounds) bool { return !hasBounds(schema, b, buckets) }) {
			return schema, true
		}
	}
	return 0, false
}

// hasBounds tells whether b is a bucket of schema.
func hasBounds(schema int32, b bucketBounds, all []bucketBounds) bool {
	if isZeroBucket(b) {
		return true
	}
	lower, upper := magnitude(b)
	if !(lower > 0) {
		return false
	}
	index, ok := indexOf(schema, upper)
	if !ok {
		return false
	}
	begin := boundAt(schema, index-1)
	return lower == begin || lower > begin && cutByZero(lower, all)
}

// cutByZero tells whether a bucket that begins at lower (> 0) does so because the zero bucket ends there.
func cutByZero(lower float64, all []bucketBounds) bool {
	return slices.ContainsFunc(all, func(b bucketBounds) bool { return isZeroBucket(b) && b.upper == lower })
}

// fillExponential fills h, whose schema is set, with buckets that fit it.
func fillExponential(h *histogram.FloatHistogram, buckets []bucketBounds) {
	var next int32
	for _, b := range buckets {
		if isZeroBucket(b) {
			h.ZeroThreshold, h.ZeroCount = b.upper, b.count
			continue
		}
		if b.upper > 0 {
			index, _ := indexOf(h.Schema, b.upper)
			appendSpan(&h.PositiveSpans, &next, index)
			h.PositiveBuckets = append(h.PositiveBuckets, b.count)
		}
	}
	next = 0
	// Negative buckets come from the most negative one, and are counted from zero.
	for _, b := range slices.Backward(buckets) {
		if b.upper <= 0 && !isZeroBucket(b) {
			index, _ := indexOf(h.Schema, -b.lower)
			appendSpan(&h.NegativeSpans, &next, index)
			h.NegativeBuckets = append(h.NegativeBuckets, b.count)
		}
	}
}

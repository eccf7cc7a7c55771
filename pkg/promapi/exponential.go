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

// findSchema finds the schema in which all buckets have exactly the bounds of exponential buckets. The
// zero bucket may cut the bucket next to it; if the zero bucket is empty it does not show, so a cut then
// counts only where the other bounds leave no doubt that the buckets are exponential.
func findSchema(buckets []bucketBounds) (int32, bool) {
	if schema, ok := commonSchema(buckets, cutByZero(buckets)); ok {
		return schema, true
	}
	nearest := nearestToZero(buckets)
	schema, ok := commonSchema(buckets, func(b bucketBounds) bool {
		lower, _ := magnitude(b)
		return lower == nearest
	})
	return schema, ok && schema > 0 && len(buckets) > 2
}

// commonSchema finds the lowest schema in which all buckets are exponential ones; those for which cut
// says so may begin later.
func commonSchema(buckets []bucketBounds, cut func(bucketBounds) bool) (int32, bool) {
	for schema := histogram.ExponentialSchemaMin; schema <= histogram.ExponentialSchemaMax; schema++ {
		if !slices.ContainsFunc(buckets, func(b bucketBounds) bool { return !isOf(schema, b, cut) }) {
			return schema, true
		}
	}
	return 0, false
}

// isOf tells whether b is a bucket of schema.
func isOf(schema int32, b bucketBounds, cut func(bucketBounds) bool) bool {
	if isZeroBucket(b) {
		return true
	}
	if b.upper <= 0 && b.rule != ruleLowerInclusive {
		// Custom buckets include their upper bound below zero too.
		return false
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
	return lower == begin || lower > begin && cut(b)
}

// cutByZero tells the buckets that begin where the zero bucket among buckets ends.
func cutByZero(buckets []bucketBounds) func(bucketBounds) bool {
	i := slices.IndexFunc(buckets, isZeroBucket)
	return func(b bucketBounds) bool {
		lower, _ := magnitude(b)
		return i >= 0 && lower == buckets[i].upper
	}
}

// nearestToZero is the smallest distance from zero at which a bucket begins.
func nearestToZero(buckets []bucketBounds) float64 {
	nearest := math.Inf(1)
	for _, b := range buckets {
		if lower, _ := magnitude(b); !isZeroBucket(b) {
			nearest = min(nearest, lower)
		}
	}
	return nearest
}

// fillExponential fills h, whose schema is set, with buckets that fit it.
func fillExponential(h *histogram.FloatHistogram, buckets []bucketBounds) {
	add := func(spans *[]histogram.Span, counts *[]float64, next *int32, b bucketBounds) {
		lower, upper := magnitude(b)
		index, _ := indexOf(h.Schema, upper)
		if lower > boundAt(h.Schema, index-1) {
			h.ZeroThreshold = max(h.ZeroThreshold, lower)
		}
		appendSpan(spans, next, index)
		*counts = append(*counts, b.count)
	}
	var next int32
	for _, b := range buckets {
		switch {
		case isZeroBucket(b):
			h.ZeroThreshold, h.ZeroCount = max(h.ZeroThreshold, b.upper), b.count
		case b.upper > 0:
			add(&h.PositiveSpans, &h.PositiveBuckets, &next, b)
		}
	}
	next = 0
	// Negative buckets are listed from the lowest up, and counted from zero down.
	for _, b := range slices.Backward(buckets) {
		if b.upper <= 0 && !isZeroBucket(b) {
			add(&h.NegativeSpans, &h.NegativeBuckets, &next, b)
		}
	}
}

package histo

import (
	"math"

	"github.com/prometheus/prometheus/model/histogram"
)

// Native is a native histogram at one point of time, with exponential or custom buckets.
type Native struct{ *histogram.FloatHistogram }

// NativeQuantile returns the value at quantile q (0..1) and the bounds of the bucket that it lies in.
//
// The value is that of histogram_quantile in Prometheus 3.15 (HistogramQuantile in promql/quantile.go):
// interpolation on a logarithmic scale in exponential buckets, linear in the zero bucket and in custom
// buckets. The bounds are NaN where the value is NaN or does not come from a bucket: no observations, q
// outside 0..1, or a sum of NaN, which stands for observations of NaN, outside all buckets. The first custom bucket begins at 0 if its upper bound
// is positive, else at -Inf; the last one ends at +Inf. The zero bucket of a histogram that has only
// positive (negative) buckets beside it begins (ends) at 0.
func NativeQuantile(q float64, h *histogram.FloatHistogram) (value, lower, upper float64) {
	nan := math.NaN()
	switch {
	case q < 0:
		return math.Inf(-1), nan, nan
	case q > 1:
		return math.Inf(1), nan, nan
	case h == nil || h.Count == 0 || math.IsNaN(q):
		return nan, nan, nan
	}
	bucket, last, rank, reached := rankBucket(q, h)
	if !reached && math.IsNaN(h.Sum) {
		return nan, nan, nan
	}
	lower, upper = assumedBounds(bucket, h)
	switch {
	case h.UsesCustomBuckets() && math.IsInf(lower, -1):
		return upper, lower, upper
	case h.UsesCustomBuckets() && math.IsInf(upper, 1):
		return lower, lower, upper
	case !reached:
		// Counts that do not add up, through loss of precision.
		return upper, lower, upper
	}
	if math.IsNaN(h.Sum) {
		// Looking for observations outside all buckets, HistogramQuantile walks on to the last bucket and then
		// interpolates in that. Agreeing with what Prometheus shows is worth more here than being right, but
		// no bounds are claimed.
		if last.Upper != bucket.Upper {
			bucket, lower, upper = last, last.Lower, last.Upper
		}
		return interpolate(lower, upper, rank/bucket.Count, h.UsesCustomBuckets()), nan, nan
	}
	value = interpolate(lower, upper, rank/bucket.Count, h.UsesCustomBuckets())
	if math.IsNaN(value) {
		return nan, nan, nan
	}
	return value, lower, upper
}

// rankBucket finds the bucket that quantile q lies in and how many of its observations are below it.
// The search begins at the end that is nearer, except that a sum of NaN, which may stand for observations
// outside all buckets, forces it to begin below. reached is false if the buckets hold too few
// observations; the bucket is then the last one looked at. last is the last bucket of the histogram where the
// sum is NaN, else undefined.
func rankBucket(q float64, h *histogram.FloatHistogram) (bucket, last histogram.Bucket[float64], rank float64, reached bool) {
	forward := math.IsNaN(h.Sum) || q < 0.5
	var it histogram.BucketIterator[float64]
	if forward {
		it, rank = h.AllBucketIterator(), q*h.Count
	} else {
		it, rank = h.AllReverseBucketIterator(), (1-q)*h.Count
	}
	count := 0.0
	for it.Next() {
		// Empty buckets do not become bucket unless they are the last, which interpolation never reaches.
		bucket = it.At()
		if bucket.Count == 0 {
			continue
		}
		count += bucket.Count
		if count >= rank {
			break
		}
	}
	// Rounding can make the sum of the buckets larger than the count.
	count = min(count, h.Count)
	last = bucket
	if math.IsNaN(h.Sum) {
		for it.Next() {
			last = it.At()
		}
	}
	switch {
	case count < rank:
		return bucket, last, rank, false
	case forward:
		return bucket, last, rank - (count - bucket.Count), true
	default:
		return bucket, last, count - rank, true
	}
}

// interpolate returns the value at fraction (0..1) of the observations between lower and upper.
func interpolate(lower, upper, fraction float64, custom bool) float64 {
	if custom || (lower <= 0 && upper >= 0) {
		return lower + (upper-lower)*fraction
	}
	logLower, logUpper := math.Log2(math.Abs(lower)), math.Log2(math.Abs(upper))
	if lower > 0 {
		return math.Exp2(logLower + (logUpper-logLower)*fraction)
	}
	// Negative buckets mirror the positive ones.
	return -math.Exp2(logUpper + (logLower-logUpper)*(1-fraction))
}

// assumedBounds are the bounds between which HistogramQuantile interpolates in bucket.
func assumedBounds(bucket histogram.Bucket[float64], h *histogram.FloatHistogram) (lower, upper float64) {
	lower, upper = bucket.Lower, bucket.Upper
	switch {
	case h.UsesCustomBuckets():
		if math.IsInf(lower, -1) && upper > 0 {
			lower = 0
		}
	case lower < 0 && upper > 0:
		if len(h.NegativeBuckets) == 0 && len(h.PositiveBuckets) > 0 {
			lower = 0
		} else if len(h.PositiveBuckets) == 0 && len(h.NegativeBuckets) > 0 {
			upper = 0
		}
	}
	return lower, upper
}

// Quantile is NativeQuantile of n.
func (n Native) Quantile(q float64) (value, lower, upper float64) {
	return NativeQuantile(q, n.FloatHistogram)
}

// Bins returns the observations in each populated bucket of n, lowest first.
func (n Native) Bins() []Bin {
	if n.FloatHistogram == nil {
		return nil
	}
	var bins []Bin
	it := n.AllBucketIterator()
	for it.Next() {
		b := it.At()
		if b.Count == 0 {
			continue
		}
		lower, upper := assumedBounds(b, n.FloatHistogram)
		bins = append(bins, Bin{Lower: lower, Upper: upper, Count: b.Count})
	}
	return bins
}

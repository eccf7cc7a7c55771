// Package histo computes quantiles, means and distributions from the buckets of classic and native
// histograms, with exactly the interpolation of Prometheus's histogram_quantile, and tells the bounds
// of the bucket that a quantile lies in. It does no I/O.
package histo

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/prometheus/prometheus/util/almost"
)

// Bucket is a cumulative bucket of a classic histogram: the count (or the rate) of all observations
// less than or equal to UpperBound.
type Bucket struct {
	UpperBound float64
	Count      float64
}

// Classic is a classic histogram at one point of time, its buckets in any order.
type Classic []Bucket

// smallDeltaTolerance is the constant of that name in promql/quantile.go of Prometheus 3.15.
const smallDeltaTolerance = 1e-12

// Quantile returns the value at quantile q (0..1) and the bounds of the bucket that it lies in.
//
// The value is that of histogram_quantile in Prometheus 3.15 (BucketQuantile in promql/quantile.go; not
// called, since its package brings a Kubernetes client along): NaN without observations, without a +Inf
// bucket or with fewer than two buckets, -Inf and +Inf for q outside 0..1, linear interpolation within a
// bucket, the highest finite bound where the quantile lies in the +Inf bucket, and the bound of the first
// bucket where it lies in that and the bound is not positive. The bounds are NaN where the value is NaN or
// does not come from a bucket. The first bucket begins at 0 if its upper bound is positive, as the interpolation
// assumes, else at -Inf; the last ends at +Inf.
//
// buckets is left as it is.
func Quantile(q float64, buckets []Bucket) (value, lower, upper float64) {
	nan := math.NaN()
	switch {
	case math.IsNaN(q):
		return nan, nan, nan
	case q < 0:
		return math.Inf(-1), nan, nan
	case q > 1:
		return math.Inf(1), nan, nan
	}
	fixed := Cumulative(buckets)
	if len(fixed) < 2 {
		return nan, nan, nan
	}
	last := len(fixed) - 1
	if !math.IsInf(fixed[last].UpperBound, 1) || fixed[last].Count == 0 {
		return nan, nan, nan
	}
	rank := q * fixed[last].Count
	i := sort.Search(last, func(i int) bool { return fixed[i].Count >= rank })
	lower, upper = lowerBound(fixed, i), fixed[i].UpperBound
	switch {
	case i == last:
		return lower, lower, upper
	case math.IsInf(lower, -1):
		return upper, lower, upper
	}
	count := fixed[i].Count
	if i > 0 {
		count -= fixed[i-1].Count
		rank -= fixed[i-1].Count
	}
	value = lower + (upper-lower)*(rank/count)
	if math.IsNaN(value) {
		// Quantile 0 of an empty first bucket, or counts of NaN.
		return nan, nan, nan
	}
	return value, lower, upper
}

// lowerBound is where bucket i of sorted buckets begins, as BucketQuantile assumes it.
func lowerBound(buckets []Bucket, i int) float64 {
	switch {
	case i > 0:
		return buckets[i-1].UpperBound
	case buckets[0].UpperBound > 0:
		return 0
	default:
		return math.Inf(-1)
	}
}

// Cumulative returns buckets as histogram_quantile sees them: sorted, those with the same bound added
// up, decreases of the count removed and differences within the floating point noise ignored
// (coalesceBuckets and ensureMonotonicAndIgnoreSmallDeltas in promql/quantile.go of Prometheus 3.15,
// which are not exported). buckets is left as it is.
func Cumulative(buckets []Bucket) []Bucket {
	sorted := byBound(buckets)
	merged := sorted[:0]
	for _, b := range sorted {
		if n := len(merged); n > 0 && merged[n-1].UpperBound == b.UpperBound {
			merged[n-1].Count += b.Count
			continue
		}
		merged = append(merged, b)
	}
	for i := 1; i < len(merged); i++ {
		previous, current := merged[i-1].Count, merged[i].Count
		if current < previous || almost.Equal(previous, current, smallDeltaTolerance) {
			merged[i].Count = previous
		}
	}
	return merged
}

// byBound is a copy of buckets, sorted by their bounds.
func byBound(buckets []Bucket) []Bucket {
	sorted := slices.Clone(buckets)
	slices.SortFunc(sorted, func(a, b Bucket) int {
		switch {
		case a.UpperBound < b.UpperBound:
			return -1
		case a.UpperBound > b.UpperBound:
			return 1
		default:
			return 0
		}
	})
	return sorted
}

// Joined makes cumulative buckets of bins that do not overlap, as the histograms of VictoriaMetrics have them: those in which
// nothing was observed may be missing. Between two bins that do not touch nothing lies. The last counts all, up to +Inf.
func Joined(bins []Bin) []Bucket {
	if len(bins) == 0 {
		return nil
	}
	sorted := slices.Clone(bins)
	slices.SortFunc(sorted, func(a, b Bin) int { return cmp.Compare(a.Upper, b.Upper) })
	var buckets []Bucket
	below, up := 0.0, math.Inf(-1)
	for _, bin := range sorted {
		if bin.Lower > up {
			buckets = append(buckets, Bucket{UpperBound: bin.Lower, Count: below})
		}
		below += bin.Count
		if bin.Upper == up {
			buckets[len(buckets)-1].Count = below
			continue
		}
		up = bin.Upper
		buckets = append(buckets, Bucket{UpperBound: up, Count: below})
	}
	if !math.IsInf(up, 1) {
		buckets = append(buckets, Bucket{UpperBound: math.Inf(1), Count: below})
	}
	return buckets
}

// Mean is sum over count; NaN where nothing was observed.
func Mean(sum, count float64) float64 {
	if count == 0 {
		return math.NaN()
	}
	return sum / count
}

// Quantile is the function Quantile on the buckets of c.
func (c Classic) Quantile(q float64) (value, lower, upper float64) {
	return Quantile(q, c)
}

// Bins returns the observations in each bucket of c, lowest first. A histogram without a +Inf bucket
// has no total and yields none.
func (c Classic) Bins() []Bin {
	if len(c) == 0 {
		return nil
	}
	fixed := Cumulative(c)
	if !math.IsInf(fixed[len(fixed)-1].UpperBound, 1) {
		return nil
	}
	bins := make([]Bin, len(fixed))
	below := 0.0
	for i, b := range fixed {
		bins[i] = Bin{Lower: lowerBound(fixed, i), Upper: b.UpperBound, Count: b.Count - below}
		below = b.Count
	}
	return bins
}

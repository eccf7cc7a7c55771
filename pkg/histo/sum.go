package histo

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/histogram"
)

// Sum adds native histograms up, nil ones left out; the coarsest resolution is kept. The error is that of histograms that
// cannot be added up. What is given is left as it is.
func Sum(all []*histogram.FloatHistogram) (*histogram.FloatHistogram, error) {
	all = slices.DeleteFunc(slices.Clone(all), func(h *histogram.FloatHistogram) bool { return h == nil })
	if len(all) == 0 {
		return nil, nil
	}
	if sum := sumOfCustom(all); sum != nil {
		return sum, nil
	}
	sum := all[0].Copy()
	for _, h := range all[1:] {
		var err error
		if sum, _, _, err = sum.Add(h); err != nil {
			return nil, fmt.Errorf("add up native histograms: %w", err)
		}
	}
	return sum, nil
}

// sumOfCustom adds up histograms with custom buckets that lie beside each other: an answer names those alone in which
// something was observed, so that two of the same buckets seem to have others. Nil where there are different ones.
func sumOfCustom(all []*histogram.FloatHistogram) *histogram.FloatHistogram {
	type interval struct{ lower, upper float64 }
	counts := map[interval]float64{}
	var bounds []float64
	sum := &histogram.FloatHistogram{Schema: histogram.CustomBucketsSchema}
	for _, h := range all {
		if !h.UsesCustomBuckets() {
			return nil
		}
		sum.Count, sum.Sum = sum.Count+h.Count, sum.Sum+h.Sum
		bounds = append(bounds, h.CustomValues...)
		for it := h.AllBucketIterator(); it.Next(); {
			if b := it.At(); b.Count != 0 {
				counts[interval{b.Lower, b.Upper}] += b.Count
			}
		}
	}
	slices.Sort(bounds)
	sum.CustomValues = slices.Compact(bounds)
	found := 0
	full := &histogram.FloatHistogram{
		Schema: sum.Schema, CustomValues: sum.CustomValues, PositiveSpans: []histogram.Span{{Length: uint32(len(sum.CustomValues)) + 1}},
		PositiveBuckets: make([]float64, len(sum.CustomValues)+1),
	}
	sum.PositiveSpans, sum.PositiveBuckets = full.PositiveSpans, full.PositiveBuckets
	i := 0
	for it := full.AllBucketIterator(); it.Next(); i++ {
		b := it.At()
		if n, ok := counts[interval{b.Lower, b.Upper}]; ok {
			found++
			sum.PositiveBuckets[i] = n
		}
	}
	if found < len(counts) {
		return nil
	}
	return sum
}

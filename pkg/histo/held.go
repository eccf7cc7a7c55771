package histo

import (
	"math"
	"slices"
)

// Held says how many series hold each bucket bound of a classic histogram, time by time. A sum over series is a histogram
// at those bounds alone that all of them hold: one that some lack counts too little, however the sum looks.
type Held struct {
	times int
	// whole is how many series count all observations (those of the +Inf bucket), bounds how many hold each finite bound.
	whole  []float64
	bounds map[float64][]float64
}

// seldom is the part of the times at which a bound may be missing and still counts as held: it was not scraped, or the
// others ended a moment later.
const seldom = 0.05

// NewHeld is one of so many times at which nothing is held yet.
func NewHeld(times int) *Held {
	return &Held{times: times, whole: make([]float64, times), bounds: map[float64][]float64{}}
}

// Add takes in how many series hold a bound in one spelling; counts has a number for each time. The spellings of a bound
// add up. Of +Inf they do not: whoever changes its spelling has both for a moment, and is one series.
func (h *Held) Add(bound float64, counts []float64) {
	into := h.whole
	if !math.IsInf(bound, 1) {
		if into = h.bounds[bound]; into == nil {
			into = make([]float64, h.times)
			h.bounds[bound] = into
		}
	}
	for i, n := range counts[:min(len(counts), h.times)] {
		if math.IsInf(bound, 1) {
			into[i] = math.Max(into[i], n)
		} else {
			into[i] += n
		}
	}
}

// Bounds lists the finite bounds, ascending.
func (h *Held) Bounds() []float64 {
	all := make([]float64, 0, len(h.bounds))
	for bound := range h.bounds {
		all = append(all, bound)
	}
	slices.Sort(all)
	return all
}

// Common tells whether all series held a bound from one time to another, both included. Times without series tell nothing.
func (h *Held) Common(bound float64, from, to int) bool {
	if math.IsInf(bound, 1) {
		return true
	}
	counts := h.bounds[bound]
	known, lacking := 0, 0
	for i := max(from, 0); i <= min(to, h.times-1); i++ {
		all := h.all(i)
		if all == 0 {
			continue
		}
		known++
		if counts == nil || counts[i] < all {
			lacking++
		}
	}
	return float64(lacking) <= seldom*float64(known)
}

// Share is the part of the series that held a bound, over all times; 1 where there were none.
func (h *Held) Share(bound float64) float64 {
	counts := h.bounds[bound]
	held, all := 0.0, 0.0
	for i := range h.times {
		n := h.all(i)
		all += n
		if counts != nil {
			held += math.Min(counts[i], n)
		}
	}
	if all == 0 {
		return 1
	}
	return held / all
}

// Seen tells whether there were series at any time.
func (h *Held) Seen() bool {
	for i := range h.times {
		if h.all(i) > 0 {
			return true
		}
	}
	return false
}

// Changed is the first time at which other bounds are common than at the first time with series; false where they stay.
func (h *Held) Changed() (int, bool) {
	first := -1
	for i := range h.times {
		switch {
		case h.all(i) == 0:
		case first < 0:
			first = i
		default:
			for bound := range h.bounds {
				if h.Common(bound, first, first) != h.Common(bound, i, i) {
					return i, true
				}
			}
		}
	}
	return 0, false
}

// At is how many series there were at a time.
func (h *Held) At(i int) float64 { return h.all(i) }

// all is how many series there are at a time: those of the +Inf bucket, or of the bound that most of them hold where no
// series has one.
func (h *Held) all(i int) float64 {
	if h.whole[i] > 0 {
		return h.whole[i]
	}
	most := 0.0
	for _, counts := range h.bounds {
		most = math.Max(most, counts[i])
	}
	return most
}

// Rising tells whether the counts of cumulative buckets rise from bound to bound, but for the rounding that Prometheus
// ignores too. Others are made to rise before a quantile is computed.
func Rising(buckets []Bucket) bool {
	most := 0.0
	for _, b := range byBound(buckets) {
		if b.Count < most-roundings*most {
			return false
		}
		most = math.Max(most, b.Count)
	}
	return true
}

// roundings is how much smaller a sum may come out than one of fewer parts.
const roundings = 1e-9

package peers

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Minute is what both arms counted in a minute: requests and bad ones.
type Minute struct{ NA, XA, NB, XB float64 }

// Rule is a way to decide, minute by minute, that the feature is worse. Add returns whether it says so now.
type Rule interface{ Add(m Minute) bool }

// EveryLook is the z-test of all requests so far, repeated each minute: one-sided at Alpha, from 20 bad events on.
type EveryLook struct {
	Alpha float64
	sum   Minute
}

// Add implements Rule.
func (r *EveryLook) Add(m Minute) bool {
	r.sum.add(m)
	s := r.sum
	if s.NA == 0 || s.NB == 0 || s.XA+s.XB < 20 || s.XB/s.NB <= s.XA/s.NA {
		return false
	}
	return ZTest(s.XA, s.NA, s.XB, s.NB)/2 < r.Alpha
}

// Threshold is the alert rule that people write: the feature's rate of bad events over the last 5 minutes is above
// Factor times the baseline's, for 5 minutes.
type Threshold struct {
	Factor float64
	window []Minute
	since  int
}

const thresholdMinutes = 5

// Add implements Rule.
func (r *Threshold) Add(m Minute) bool {
	r.window = append(r.window, m)
	if len(r.window) > thresholdMinutes {
		r.window = r.window[1:]
	}
	var s Minute
	for _, w := range r.window {
		s.add(w)
	}
	// x > y is false in PromQL where there is nothing to compare.
	if s.NA > 0 && s.NB > 0 && s.XB/s.NB > r.Factor*s.XA/s.NA {
		r.since++
	} else {
		r.since = 0
	}
	return r.since > thresholdMinutes
}

// GrowthBook is Sequential on all requests so far: worse where the interval is wholly above 0.
type GrowthBook struct {
	Alpha float64
	sum   Minute
}

// Add implements Rule.
func (r *GrowthBook) Add(m Minute) bool {
	r.sum.add(m)
	s := r.sum
	if s.NA == 0 || s.NB == 0 || s.XA+s.XB == 0 {
		return false
	}
	return Sequential(Share(s.XA, s.NA), Share(s.XB, s.NB), r.Alpha, 5000).Lower > 0
}

// Kayenta judges each hour by the one-minute rates in it, as its Mann-Whitney classifier does: worse where the 98%
// interval of the shift is wholly above the tolerance, a quarter of the shift's estimate. It wants 50 points.
type Kayenta struct {
	a, b   []float64
	minute int
}

const (
	kayentaPoints     = 50
	kayentaConfidence = 0.98
	kayentaTolerance  = 0.25
)

// Add implements Rule.
func (r *Kayenta) Add(m Minute) bool {
	r.minute++
	if m.NA > 0 && m.NB > 0 {
		r.a, r.b = append(r.a, m.XA/m.NA), append(r.b, m.XB/m.NB)
	}
	if r.minute%60 != 0 {
		return false
	}
	worse := len(r.a) >= kayentaPoints && kayentaHigh(r.a, r.b)
	r.a, r.b = r.a[:0], r.b[:0]
	return worse
}

func kayentaHigh(a, b []float64) bool {
	lower, estimate := ShiftInterval(b, a, kayentaConfidence)
	return lower > kayentaTolerance*math.Abs(estimate)
}

// ShiftInterval is the lower confidence bound and the estimate (Hodges & Lehmann 1963) of the shift of x over y, from
// the order statistics of the pairwise differences (normal approximation).
func ShiftInterval(x, y []float64, confidence float64) (lower, estimate float64) {
	differences := make([]float64, 0, len(x)*len(y))
	for _, p := range x {
		for _, q := range y {
			differences = append(differences, p-q)
		}
	}
	slices.Sort(differences)
	nx, ny := float64(len(x)), float64(len(y))
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	k := int(math.Floor(nx*ny/2 - z*math.Sqrt(nx*ny*(nx+ny+1)/12)))
	return differences[max(k, 0)], median(differences)
}

// Exact is Ratio at level Alpha on the minute's sums.
type Exact struct {
	Alpha float64
	Test  *Ratio
}

// Add implements Rule.
func (r *Exact) Add(m Minute) bool {
	return r.Test.Add(m.NA, m.XA, m.NB, m.XB) >= -math.Log(r.Alpha)
}

func (m *Minute) add(o Minute) {
	m.NA, m.XA, m.NB, m.XB = m.NA+o.NA, m.XA+o.XA, m.NB+o.NB, m.XB+o.XB
}

func median(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

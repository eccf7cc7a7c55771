package histo

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/histogram"
)

// Mixed are the observations of classic and of native histograms together, as processes have them while a service moves from
// one to the other.
type Mixed struct {
	Classic Classic
	Native  *histogram.FloatHistogram
}

// halvings is how often the place of a quantile is halved: to the precision of a float64.
const halvings = 200

// Quantile returns the value at q, each part interpolated as by itself, and the bounds between which it is known to lie
// whatever lies where in a bucket. It is NaN where the classic part has no total, and the highest finite bound where it lies
// above that.
func (m Mixed) Quantile(q float64) (value, lower, upper float64) {
	nan := math.NaN()
	classic, native := m.Classic.Bins(), Native{m.Native}.Bins()
	if len(classic) == 0 || !(q >= 0 && q <= 1) {
		return nan, nan, nan
	}
	total := 0.0
	for _, b := range append(slices.Clone(classic), native...) {
		total += b.Count
	}
	if !(total > 0) {
		return nan, nan, nan
	}
	rank := q * total
	lower, upper = math.Inf(-1), math.Inf(1)
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, b := range append(slices.Clone(classic), native...) {
		for _, edge := range []float64{b.Lower, b.Upper} {
			least := surely(classic, edge) + surely(native, edge)
			most := atMost(classic, edge) + atMost(native, edge)
			if least >= rank {
				upper = math.Min(upper, edge)
			}
			if most < rank {
				lower = math.Max(lower, edge)
			}
			if !math.IsInf(edge, 0) {
				lowest, highest = math.Min(lowest, edge), math.Max(highest, edge)
			}
		}
	}
	if math.IsInf(lower, -1) {
		lower = math.Min(lowest, 0)
	}
	custom := m.Native.UsesCustomBuckets()
	from, to := lower, math.Min(upper, highest)
	for range halvings {
		middle := from + (to-from)/2
		if upTo(classic, middle, true)+upTo(native, middle, custom) >= rank {
			to = middle
		} else {
			from = middle
		}
	}
	return to, lower, upper
}

// surely is what certainly lies at or below x, atMost what may.
func surely(bins []Bin, x float64) float64 {
	return counted(bins, func(b Bin) bool { return b.Upper <= x })
}

func atMost(bins []Bin, x float64) float64 {
	return counted(bins, func(b Bin) bool { return b.Lower < x })
}

func counted(bins []Bin, of func(Bin) bool) float64 {
	n := 0.0
	for _, b := range bins {
		if of(b) {
			n += b.Count
		}
	}
	return n
}

// upTo is what lies up to x, interpolated in the bin that it lies in: linearly, or along the logarithm, as quantiles are.
func upTo(bins []Bin, x float64, linear bool) float64 {
	n := 0.0
	for _, b := range bins {
		switch {
		case b.Upper <= x:
			n += b.Count
		case b.Lower < x && !math.IsInf(b.Upper, 1) && !math.IsInf(b.Lower, -1):
			part := (x - b.Lower) / (b.Upper - b.Lower)
			if !linear && b.Lower > 0 {
				part = math.Log(x/b.Lower) / math.Log(b.Upper/b.Lower)
			}
			n += b.Count * part
		}
	}
	return n
}

// Bins are those between the bounds that both parts have: what lies between two others cannot be told apart.
func (m Mixed) Bins() []Bin {
	classic, native := m.Classic.Bins(), Native{m.Native}.Bins()
	if len(classic) == 0 {
		return native
	}
	var bins []Bin
	below, lower := 0.0, classic[0].Lower
	for _, b := range classic {
		least, most := surely(native, b.Upper), atMost(native, b.Upper)
		if least != most && !math.IsInf(b.Upper, 1) {
			continue
		}
		upTo := surely(classic, b.Upper) + most
		bins = append(bins, Bin{Lower: lower, Upper: b.Upper, Count: upTo - below})
		below, lower = upTo, b.Upper
	}
	return bins
}

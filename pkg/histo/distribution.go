package histo

import (
	"math"
	"slices"

	"github.com/flaglens/flaglens/pkg/promapi"
)

// Distribution is a histogram at one point of time: Classic or Native.
type Distribution interface {
	// Quantile returns the value at q and the bounds of the bucket that it lies in.
	Quantile(q float64) (value, lower, upper float64)
	// Bins returns the observations in each bucket, lowest first; none if it is no whole histogram.
	Bins() []Bin
}

// Bin is one bucket with the count (or the rate) of the observations in it alone.
type Bin struct {
	Lower, Upper float64
	Count        float64
}

// CDFPoint says which part of the observations is less than or equal to LE.
type CDFPoint struct {
	LE float64
	// Share is in 0..1, Count in the unit of the bins, cumulative.
	Share, Count float64
}

// CDF is the cumulative distribution of bins at their upper bounds; empty where nothing was observed.
func CDF(bins []Bin) []CDFPoint {
	total := 0.0
	for _, b := range bins {
		total += b.Count
	}
	if !(total > 0) {
		return nil
	}
	points := make([]CDFPoint, len(bins))
	count := 0.0
	for i, b := range bins {
		count += b.Count
		points[i] = CDFPoint{LE: b.Upper, Share: min(count/total, 1), Count: count}
	}
	return points
}

// ShiftPoint is the difference of two distributions at one quantile. Values are NaN where a
// distribution has none there; the bounds are those of the bucket that the value lies in.
type ShiftPoint struct {
	Quantile                     float64
	Baseline, Feature            float64
	Difference                   float64
	BaselineLower, BaselineUpper float64
	FeatureLower, FeatureUpper   float64
}

// Shift is the shift function (Doksum 1974): feature minus baseline at each of quantiles, in their order.
func Shift(quantiles []float64, baseline, feature Distribution) []ShiftPoint {
	points := make([]ShiftPoint, len(quantiles))
	for i, q := range quantiles {
		p := ShiftPoint{Quantile: q}
		p.Baseline, p.BaselineLower, p.BaselineUpper = baseline.Quantile(q)
		p.Feature, p.FeatureLower, p.FeatureUpper = feature.Quantile(q)
		p.Difference = p.Feature - p.Baseline
		points[i] = p
	}
	return points
}

// BinsAt are the bins of a distribution at T, unix milliseconds.
type BinsAt struct {
	T    int64
	Bins []Bin
}

// Row is one bucket over time.
type Row struct {
	Upper  float64
	Points []promapi.FloatPoint
}

// Rows turns bins over time into one row per bucket, lowest bound first. At each time at which there is
// a distribution, a bucket that it lacks has 0: native histograms leave empty buckets out.
func Rows(times []BinsAt) []Row {
	index := map[float64]int{}
	var uppers []float64
	for _, at := range times {
		for _, b := range at.Bins {
			if math.IsNaN(b.Upper) {
				continue
			}
			if _, ok := index[b.Upper]; !ok {
				index[b.Upper] = 0
				uppers = append(uppers, b.Upper)
			}
		}
	}
	slices.Sort(uppers)
	rows := make([]Row, len(uppers))
	for i, upper := range uppers {
		index[upper] = i
		rows[i] = Row{Upper: upper, Points: make([]promapi.FloatPoint, 0, len(times))}
	}
	for _, at := range times {
		if len(at.Bins) == 0 {
			continue
		}
		for i := range rows {
			rows[i].Points = append(rows[i].Points, promapi.FloatPoint{T: at.T})
		}
		for _, b := range at.Bins {
			if i, ok := index[b.Upper]; ok {
				points := rows[i].Points
				points[len(points)-1].V += b.Count
			}
		}
	}
	return rows
}

package histo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/stretchr/testify/require"
)

// grow adds observations to a native histogram.
func grow(r *rand.Rand, h *histogram.FloatHistogram) {
	for _, side := range [][]float64{h.PositiveBuckets, h.NegativeBuckets} {
		for i := range side {
			if r.IntN(3) > 0 {
				n := float64(r.IntN(20))
				side[i] += n
				h.Count += n
			}
		}
	}
	h.Sum += r.NormFloat64() * 10
}

// nativeCase makes an empty native histogram of some shape.
func nativeCase(r *rand.Rand, id int) *histogram.FloatHistogram {
	side := func(n int) ([]histogram.Span, []float64) {
		if n == 0 {
			return nil, nil
		}
		first := n/2 + r.IntN(2)
		spans := []histogram.Span{{Offset: int32(r.IntN(40) - 20), Length: uint32(first)}, {Offset: int32(r.IntN(4)), Length: uint32(n - first)}}
		return spans, make([]float64, n)
	}
	h := &histogram.FloatHistogram{}
	if id%4 == 0 {
		h.Schema = histogram.CustomBucketsSchema
		bound := []float64{-3, 0, 0.005}[id%3]
		for range 1 + r.IntN(12) {
			h.CustomValues = append(h.CustomValues, bound)
			bound += r.ExpFloat64() + 1e-3
		}
		h.PositiveSpans = []histogram.Span{{Length: uint32(len(h.CustomValues) + 1)}}
		h.PositiveBuckets = make([]float64, len(h.CustomValues)+1)
		return h
	}
	h.Schema = histogram.ExponentialSchemaMin + int32(r.IntN(13))
	if h.Schema < -1 { // the largest numbers end the buckets there
		h.Schema = -1
	}
	h.ZeroThreshold = []float64{0, 1e-128, 1e-13}[r.IntN(3)]
	switch id % 5 {
	case 0:
		h.PositiveSpans, h.PositiveBuckets = side(1 + r.IntN(3))
	case 1, 2:
		h.PositiveSpans, h.PositiveBuckets = side(20)
	case 3:
		h.NegativeSpans, h.NegativeBuckets = side(12)
	case 4:
		h.PositiveSpans, h.PositiveBuckets = side(9)
		h.NegativeSpans, h.NegativeBuckets = side(7)
	}
	return h
}

func TestNativeQuantilesAreThoseOfTheEngine(t *testing.T) {
	const cases, scrapes = 300, 24
	p := startEngine(t)
	r := rand.New(rand.NewPCG(3, 15))
	for id := range cases {
		empty := nativeCase(r, id)
		h := empty.Copy()
		var values []*histogram.FloatHistogram
		for range scrapes {
			switch {
			case r.IntN(15) == 0:
				h = empty.Copy() // the process starts anew
			case id%9 == 0: // one observation, never more
				if h.Count == 0 {
					h.PositiveBuckets = slices.Clone(h.PositiveBuckets)
					h.ZeroCount, h.Count = 1, 1
					if h.UsesCustomBuckets() {
						h.ZeroCount, h.PositiveBuckets[0] = 0, 1
					}
				}
			default:
				grow(r, h)
				if !h.UsesCustomBuckets() && r.IntN(4) == 0 {
					h.ZeroCount++
					h.Count++
				}
			}
			if id%13 == 5 && !h.UsesCustomBuckets() { // observations of NaN are in no bucket
				h.Count += 2
				h.Sum = math.NaN()
			}
			values = append(values, h.Copy())
		}
		p.addNative("n", id, values)
	}
	compared, finite := 0, 0
	for _, expr := range []string{"n", "rate(n[2m])", "sum by (case) (increase(n[1m]))"} {
		for _, at := range []int{9, 16, 23} {
			histograms := map[string]*histogram.FloatHistogram{}
			for _, s := range p.query(expr, at) {
				histograms[s.Metric.Get("case")] = s.H
			}
			for _, q := range testQuantiles {
				for id, want := range p.quantiles(q, expr, at) {
					h := histograms[id]
					got, lower, upper := NativeQuantile(q, h)
					requireClose(t, want, got, "quantile %v of case %s of %s at %d: %v", q, id, expr, at, h)
					requireBounds(t, q, got, lower, upper, !math.IsNaN(h.Sum))
					compared++
					if !math.IsNaN(want) && !math.IsInf(want, 0) {
						finite++
					}
				}
			}
			for _, s := range p.query(fmt.Sprintf("histogram_avg(%s)", expr), at) {
				h := histograms[s.Metric.Get("case")]
				if h.Count > 0 { // else the generator's sum grew without observations
					requireClose(t, s.F, Mean(h.Sum, h.Count), "mean of %v", h)
				}
			}
		}
	}
	require.Greater(t, compared, 30_000)
	require.Greater(t, finite, compared/2, "the generator makes too few histograms with a quantile")
}

func TestSharesAreThoseOfTheEngine(t *testing.T) {
	p := startEngine(t)
	r := rand.New(rand.NewPCG(9, 9))
	for id := range 40 {
		h := nativeCase(r, id)
		grow(r, h)
		grow(r, h)
		p.addNative("n", id, []*histogram.FloatHistogram{h})
	}
	compared := 0
	for _, s := range p.query("n", 0) {
		for _, point := range CDF(Native{s.H}.Bins()) {
			if s.H.UsesCustomBuckets() && point.LE <= 0 {
				continue // histogram_fraction takes the first custom bucket as if nothing were below zero
			}
			fraction := p.query(fmt.Sprintf(`histogram_fraction(-Inf, %s, n{case="%s"})`,
				strconv.FormatFloat(point.LE, 'g', -1, 64), s.Metric.Get("case")), 0)
			require.Len(t, fraction, 1)
			requireClose(t, fraction[0].F, point.Share, "share up to %v of %v", point.LE, s.H)
			compared++
		}
	}
	require.Greater(t, compared, 200)
}

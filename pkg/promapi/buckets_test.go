package promapi

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	jsoniter "github.com/json-iterator/go"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser/posrange"
	"github.com/prometheus/prometheus/util/jsonutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// written is what Prometheus writes for series of native histograms.
func written(series ...[]*histogram.FloatHistogram) string {
	var b strings.Builder
	b.WriteString(`{"status":"success","data":{"resultType":"matrix","result":[`)
	for i, points := range series {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"metric":{"i":"%d"},"histograms":[`, i)
		for j, h := range points {
			if j > 0 {
				b.WriteByte(',')
			}
			stream := jsoniter.NewStream(jsoniter.ConfigDefault, nil, 1024)
			jsonutil.MarshalHistogram(h, stream)
			fmt.Fprintf(&b, "[%d,%s]", j, stream.Buffer())
		}
		b.WriteString(`]}`)
	}
	b.WriteString(`]}}`)
	return b.String()
}

// read decodes an answer.
func read(t *testing.T, body string) []Series {
	t.Helper()
	got, err := serve(t, answerJSON(body), Options{}).Query(context.Background(), anyQuery)
	require.NoError(t, err)
	return got.Series
}

// requireSame compares what quantiles and bins depend on, exactly.
func requireSame(t *testing.T, want, got *histogram.FloatHistogram) {
	t.Helper()
	require.NoError(t, got.Validate())
	require.Equal(t, want.UsesCustomBuckets(), got.UsesCustomBuckets(), "want %s, got %s", want, got)
	require.True(t, want.Count == got.Count && (want.Sum == got.Sum || math.IsNaN(want.Sum) && math.IsNaN(got.Sum)))
	for _, q := range []float64{0, 0.001, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1} {
		w, _ := promql.HistogramQuantile(q, want, "", posrange.PositionRange{})
		g, _ := promql.HistogramQuantile(q, got, "", posrange.PositionRange{})
		require.True(t, w == g || math.IsNaN(w) && math.IsNaN(g), "quantile %g: want %v, got %v\nwant %s\ngot  %s", q, w, g, want, got)
	}
	require.Equal(t, populated(want), populated(got))
}

func populated(h *histogram.FloatHistogram) []histogram.Bucket[float64] {
	var buckets []histogram.Bucket[float64]
	for it := h.AllBucketIterator(); it.Next(); {
		if b := it.At(); b.Count != 0 {
			b.Index = 0
			buckets = append(buckets, b)
		}
	}
	return buckets
}

// exponential makes a histogram with up to n buckets on either side of zero.
func exponential(r *rand.Rand, schema int32, positive, negative int, zeroCount, zeroThreshold float64) *histogram.FloatHistogram {
	h := &histogram.FloatHistogram{Schema: schema, ZeroThreshold: zeroThreshold, ZeroCount: zeroCount, Count: zeroCount, Sum: r.NormFloat64() * 100}
	side := func(n int) (spans []histogram.Span, counts []float64) {
		if schema == histogram.ExponentialSchemaMin {
			n = min(n, 20) // It has no more than 65 buckets between 1 and the largest number.
		}
		for range n {
			offset := int32(r.IntN(3))
			if len(spans) == 0 {
				offset = int32(r.IntN(5)) + 1
			}
			spans = append(spans, histogram.Span{Offset: offset, Length: 1})
			count := float64(r.IntN(50)+1) / 7
			counts = append(counts, count)
			h.Count += count
		}
		return spans, counts
	}
	h.PositiveSpans, h.PositiveBuckets = side(positive)
	h.NegativeSpans, h.NegativeBuckets = side(negative)
	return h
}

func TestExponentialHistogramsMakeTheRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for schema := histogram.ExponentialSchemaMin; schema <= histogram.ExponentialSchemaMax; schema++ {
		for _, sides := range [][2]int{{1, 0}, {2, 0}, {9, 0}, {0, 1}, {0, 7}, {5, 5}, {40, 3}, {0, 0}} {
			for _, zero := range []float64{0, 3.5} {
				h := exponential(r, schema, sides[0], sides[1], zero, 1e-128)
				t.Run(fmt.Sprintf("schema %d, %v, zero %g", schema, sides, zero), func(t *testing.T) {
					requireSame(t, h, read(t, written([]*histogram.FloatHistogram{h}))[0].Histograms[0].H)
				})
			}
		}
	}
}

func TestZeroBucketCutsItsNeighbour(t *testing.T) {
	h := &histogram.FloatHistogram{Schema: 3, ZeroThreshold: 1.3, Count: 16, Sum: 20,
		PositiveSpans: []histogram.Span{{Offset: 4, Length: 3}}, PositiveBuckets: []float64{5, 4, 3},
		NegativeSpans: []histogram.Span{{Offset: 4, Length: 1}}, NegativeBuckets: []float64{4}}
	for _, zeroCount := range []float64{0, 2} {
		h.ZeroCount = zeroCount
		h.Count = 16 + zeroCount
		requireSame(t, h, read(t, written([]*histogram.FloatHistogram{h}))[0].Histograms[0].H)
	}
}

func TestExtremeExponentialBuckets(t *testing.T) {
	for schema := histogram.ExponentialSchemaMin; schema <= histogram.ExponentialSchemaMax; schema++ {
		overflow, ok := indexOf(schema, math.Inf(1))
		require.True(t, ok)
		h := &histogram.FloatHistogram{Schema: schema, Count: 9, Sum: math.Inf(1),
			PositiveSpans:   []histogram.Span{{Offset: overflow - 1, Length: 2}},
			PositiveBuckets: []float64{4, 5}}
		requireSame(t, h, read(t, written([]*histogram.FloatHistogram{h}))[0].Histograms[0].H)
	}
}

// custom makes a histogram with custom bounds.
func custom(bounds []float64, counts ...float64) *histogram.FloatHistogram {
	h := &histogram.FloatHistogram{Schema: histogram.CustomBucketsSchema, CustomValues: bounds, Sum: 12.5,
		PositiveSpans: []histogram.Span{{Length: uint32(len(counts))}}, PositiveBuckets: counts}
	for _, c := range counts {
		h.Count += c
	}
	return h
}

var defaultBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

func TestCustomHistogramsMakeTheRoundTrip(t *testing.T) {
	for name, h := range map[string]*histogram.FloatHistogram{
		"all":                        custom(defaultBounds, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
		"empty between":              custom(defaultBounds, 0, 2, 0, 0, 5, 0, 7, 0, 9, 0, 0, 12),
		"only the first":             custom(defaultBounds, 4),
		"only +Inf":                  custom(defaultBounds, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4),
		"one in the middle":          custom(defaultBounds, 0, 0, 3),
		"powers of two and another":  custom(defaultBounds, 0, 0, 0, 0, 0, 0, 3, 4, 5),
		"no finite bound":            custom(nil, 4),
		"negative":                   custom([]float64{-4, -2, -1, 0, 1, 2}, 1, 2, 3, 4, 5, 6, 7),
		"negative powers of two":     custom([]float64{-4, -2, -1, 1}, 0, 2, 3),
		"first up to zero":           custom([]float64{0, 1}, 3, 4),
		"first beyond zero, doubled": custom([]float64{-1, 2}, 3, 4, 5),
	} {
		t.Run(name, func(t *testing.T) {
			requireSame(t, h, read(t, written([]*histogram.FloatHistogram{h}))[0].Histograms[0].H)
		})
	}
}

func TestBucketsThatCouldBeEitherFollowTheRest(t *testing.T) {
	// (0.25, 0.5] and (0.5, 1] alone are buckets of schema 0 as well.
	doubtful := custom(defaultBounds, 0, 0, 0, 0, 0, 0, 3, 4)
	certain := custom(defaultBounds, 1, 0, 0, 0, 0, 0, 3, 4)
	powers := exponential(rand.New(rand.NewPCG(3, 4)), 0, 4, 0, 0, 0)
	fine := exponential(rand.New(rand.NewPCG(3, 4)), 3, 4, 0, 0, 0)
	t.Run("of their series", func(t *testing.T) {
		got := read(t, written([]*histogram.FloatHistogram{doubtful, certain, doubtful}))
		for i, want := range []*histogram.FloatHistogram{doubtful, certain, doubtful} {
			requireSame(t, want, got[0].Histograms[i].H)
		}
	})
	t.Run("of the answer", func(t *testing.T) {
		got := read(t, written([]*histogram.FloatHistogram{doubtful}, []*histogram.FloatHistogram{certain}))
		requireSame(t, doubtful, got[0].Histograms[0].H)
		requireSame(t, certain, got[1].Histograms[0].H)
	})
	t.Run("exponential without a doubt beside custom", func(t *testing.T) {
		got := read(t, written([]*histogram.FloatHistogram{fine}, []*histogram.FloatHistogram{certain}))
		requireSame(t, fine, got[0].Histograms[0].H)
		requireSame(t, certain, got[1].Histograms[0].H)
	})
	t.Run("of their like, where there are both", func(t *testing.T) {
		got := read(t, written([]*histogram.FloatHistogram{fine}, []*histogram.FloatHistogram{certain}, []*histogram.FloatHistogram{powers}, []*histogram.FloatHistogram{doubtful}))
		for i, want := range []*histogram.FloatHistogram{fine, certain, powers, doubtful} {
			requireSame(t, want, got[i].Histograms[0].H)
		}
	})
	t.Run("nothing else: exponential", func(t *testing.T) {
		requireSame(t, powers, read(t, written([]*histogram.FloatHistogram{powers}))[0].Histograms[0].H)
	})
}

func TestHistogramOfNaN(t *testing.T) {
	h := exponential(rand.New(rand.NewPCG(5, 6)), 2, 5, 0, 0, 0)
	h.Count += 3
	h.Sum = math.NaN()
	requireSame(t, h, read(t, written([]*histogram.FloatHistogram{h}))[0].Histograms[0].H)
}

func TestFloatsAndHistogramsMixed(t *testing.T) {
	got := read(t, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"]],`+
		`"histograms":[[3,{"count":"2","sum":"3"}],[2,{"count":"1","sum":"2","buckets":[[0,"1","2","1"]]}],[3,{"count":"5","sum":"6"}]]}]}}`)
	require.Len(t, got, 1)
	assert.Equal(t, []FloatPoint{{1000, 1}}, got[0].Floats)
	require.Len(t, got[0].Histograms, 2, "of two histograms at one time the last wins")
	assert.Equal(t, int64(2000), got[0].Histograms[0].T)
	assert.Equal(t, []float64{1}, got[0].Histograms[0].H.PositiveBuckets)
	assert.Equal(t, 5.0, got[0].Histograms[1].H.Count)
	t.Run("in a vector", func(t *testing.T) {
		got := read(t, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[3,{"count":"2","sum":"3"}]}]}}`)
		assert.Equal(t, 2.0, got[0].Histograms[0].H.Count)
	})
}

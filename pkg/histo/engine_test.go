package histo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/teststorage"
	"github.com/stretchr/testify/require"
)

// The tests of this file compare with Prometheus's own engine on generated histograms. Seeds are fixed.

// testQuantiles covers the ends, both sides of the middle, where native histograms are searched from
// the other end, and what is no quantile.
var testQuantiles = []float64{math.NaN(), -0.1, 0, 1e-9, 0.01, 0.25, 0.49999, 0.5, 0.50001, 0.9, 0.95, 0.99, 0.999, 1, 1.1}

// scrape is the distance between two samples.
const scrape = 15 * time.Second

// prometheus is an engine with a storage.
type prometheus struct {
	t       *testing.T
	engine  *promql.Engine
	storage *teststorage.TestStorage
	// pending holds samples until the next query.
	pending storage.Appender
}

func startEngine(t *testing.T) *prometheus {
	t.Helper()
	return &prometheus{t: t, engine: promqltest.NewTestEngine(t, false, 0, 50_000_000), storage: teststorage.New(t)}
}

func (p *prometheus) appender() storage.Appender {
	if p.pending == nil {
		p.pending = p.storage.Appender(context.Background())
	}
	return p.pending
}

// add stores one sample a scrape of each series.
func (p *prometheus) add(metric string, id int, le string, values []float64) {
	p.t.Helper()
	app := p.appender()
	ls := labels.FromStrings("__name__", metric, "case", strconv.Itoa(id))
	if le != "" {
		ls = labels.FromStrings("__name__", metric, "case", strconv.Itoa(id), "le", le)
	}
	for i, v := range values {
		_, err := app.Append(0, ls, int64(i)*scrape.Milliseconds(), v)
		require.NoError(p.t, err)
	}
}

// addNative stores one native histogram a scrape.
func (p *prometheus) addNative(metric string, id int, values []*histogram.FloatHistogram) {
	p.t.Helper()
	app := p.appender()
	ls := labels.FromStrings("__name__", metric, "case", strconv.Itoa(id))
	for i, h := range values {
		_, err := app.AppendHistogram(0, ls, int64(i)*scrape.Milliseconds(), nil, h.Copy())
		require.NoError(p.t, err)
	}
}

// query evaluates an expression at a scrape.
func (p *prometheus) query(expr string, scrapes int) promql.Vector {
	p.t.Helper()
	if p.pending != nil {
		require.NoError(p.t, p.pending.Commit())
		p.pending = nil
	}
	q, err := p.engine.NewInstantQuery(context.Background(), p.storage, nil, expr, time.UnixMilli(int64(scrapes)*scrape.Milliseconds()))
	require.NoError(p.t, err)
	defer q.Close()
	vector, err := q.Exec(context.Background()).Vector()
	require.NoError(p.t, err)
	// The engine takes its memory back at Close.
	out := slices.Clone(vector)
	for i := range out {
		if out[i].H != nil {
			out[i].H = out[i].H.Copy()
		}
	}
	return out
}

// classics evaluates an expression to one classic histogram a case.
func (p *prometheus) classics(expr string, scrapes int) map[string]Classic {
	p.t.Helper()
	byCase := map[string]Classic{}
	for _, s := range p.query(expr, scrapes) {
		upper, err := strconv.ParseFloat(s.Metric.Get("le"), 64)
		require.NoError(p.t, err)
		byCase[s.Metric.Get("case")] = append(byCase[s.Metric.Get("case")], Bucket{upper, s.F})
	}
	return byCase
}

// quantiles evaluates histogram_quantile of an expression to one value a case.
func (p *prometheus) quantiles(q float64, expr string, scrapes int) map[string]float64 {
	p.t.Helper()
	byCase := map[string]float64{}
	for _, s := range p.query(fmt.Sprintf("histogram_quantile(%s, %s)", strconv.FormatFloat(q, 'g', -1, 64), expr), scrapes) {
		byCase[s.Metric.Get("case")] = s.F
	}
	return byCase
}

// requireClose compares to 1e-9, relative.
func requireClose(t *testing.T, want, got float64, what string, args ...any) {
	t.Helper()
	near := want == got || math.IsNaN(want) && math.IsNaN(got) || math.Abs(want-got) <= 1e-9*math.Abs(want)
	require.True(t, near, "want %v, got %v: %s", want, got, fmt.Sprintf(what, args...))
}

// requireBounds checks what must hold of a value and its bounds; unless required, there may be none.
func requireBounds(t *testing.T, q, value, lower, upper float64, required bool) {
	t.Helper()
	if math.IsNaN(lower) && math.IsNaN(upper) && !required {
		return
	}
	if math.IsNaN(value) || !(q >= 0 && q <= 1) {
		require.True(t, math.IsNaN(lower) && math.IsNaN(upper), "no value has no bounds: %v in %v..%v", value, lower, upper)
		return
	}
	slack := 1e-9 * math.Abs(value)
	require.True(t, lower <= value+slack && value <= upper+slack, "quantile %v: %v lies outside %v..%v", q, value, lower, upper)
}

// classicCase makes the cumulative buckets of one classic histogram.
func classicCase(r *rand.Rand, id int) []Bucket {
	finite := r.IntN(14)
	bound := []float64{-5, 0, 0.005, 1e-6, -0.5}[id%5] * (1 + r.Float64())
	if id%5 == 1 {
		bound = 0
	}
	var buckets []Bucket
	count := 0.0
	for range finite {
		if r.IntN(3) > 0 { // else the bucket is empty
			count += math.Floor(r.ExpFloat64()*20) / float64(1+r.IntN(3))
		}
		buckets = append(buckets, Bucket{bound, count})
		bound += r.ExpFloat64() + 1e-3
	}
	if r.IntN(2) > 0 {
		count += float64(r.IntN(9))
	}
	buckets = append(buckets, Bucket{math.Inf(1), count})
	switch id % 11 {
	case 3: // not monotonic
		buckets[r.IntN(len(buckets))].Count *= 0.7
	case 4: // noise of floating point
		for i := range buckets {
			buckets[i].Count *= 1 + (r.Float64()-0.5)*1e-13
		}
	case 5: // nothing observed
		for i := range buckets {
			buckets[i].Count = 0
		}
	case 6: // one observation
		for i := range buckets {
			buckets[i].Count = math.Min(float64(i*2/len(buckets)), 1)
		}
		buckets[len(buckets)-1].Count = 1
	case 7: // no +Inf
		buckets = buckets[:len(buckets)-1]
	case 8: // only +Inf
		buckets = buckets[len(buckets)-1:]
	case 9: // NaN
		buckets[r.IntN(len(buckets))].Count = math.NaN()
	case 10: // a bound written in two ways
		buckets = append(buckets, buckets[0])
	}
	return buckets
}

// bounds writes the bounds of buckets, each text once.
func bounds(buckets []Bucket) []string {
	seen := map[string]bool{}
	texts := make([]string, len(buckets))
	for i, b := range buckets {
		texts[i] = strconv.FormatFloat(b.UpperBound, 'g', -1, 64)
		for seen[texts[i]] {
			texts[i] = " " + texts[i]
			if math.IsInf(b.UpperBound, 1) {
				texts[i] = "Inf"
			} else {
				texts[i] = strconv.FormatFloat(b.UpperBound, 'e', 20, 64)
			}
		}
		seen[texts[i]] = true
	}
	return texts
}

func TestClassicQuantilesAreThoseOfTheEngine(t *testing.T) {
	const cases = 400
	p := startEngine(t)
	r := rand.New(rand.NewPCG(20, 26))
	for id := range cases {
		buckets := classicCase(r, id)
		for i, le := range bounds(buckets) {
			p.add("b", id, le, []float64{buckets[i].Count})
		}
	}
	histograms := p.classics("b", 0)
	compared, finite := 0, 0
	for _, q := range testQuantiles {
		for id, want := range p.quantiles(q, "b", 0) {
			before := slices.Clone(histograms[id])
			got, lower, upper := Quantile(q, histograms[id])
			requireClose(t, want, got, "quantile %v of case %s: %v", q, id, histograms[id])
			requireBounds(t, q, got, lower, upper, true)
			require.Equal(t, fmt.Sprint(before), fmt.Sprint(histograms[id]), "the buckets must stay as they are")
			compared++
			if !math.IsNaN(want) && !math.IsInf(want, 0) {
				finite++
			}
		}
	}
	require.Greater(t, compared, 350*len(testQuantiles))
	require.Greater(t, finite, compared/3, "the generator makes too few histograms with a quantile")
}

func TestRatesOfClassicBucketsWithResets(t *testing.T) {
	const cases, scrapes = 60, 40
	p := startEngine(t)
	r := rand.New(rand.NewPCG(7, 11))
	uppers := []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, math.Inf(1)}
	for id := range cases {
		series := make([][]float64, len(uppers))
		counts := make([]float64, len(uppers))
		for range scrapes {
			if r.IntN(12) == 0 { // the process starts anew
				clear(counts)
			}
			for range r.IntN(30) {
				observation := 0.02 * math.Exp(r.NormFloat64()*1.5)
				for i, upper := range uppers {
					if observation <= upper {
						counts[i]++
					}
				}
			}
			for i := range uppers {
				series[i] = append(series[i], counts[i])
			}
		}
		for i, le := range bounds(bucketsOf(uppers)) {
			p.add("c_bucket", id, le, series[i])
		}
	}
	compared := 0
	for _, expr := range []string{
		`rate(c_bucket[2m])`,
		`increase(c_bucket[1m])`,
		`sum by (le) (rate(c_bucket[2m]))`,
		`sum by (case, le) (rate(c_bucket[5m]))`,
	} {
		for at := 5; at < scrapes; at += 7 {
			histograms := p.classics(expr, at)
			for _, q := range testQuantiles {
				for id, want := range p.quantiles(q, expr, at) {
					got, lower, upper := Quantile(q, histograms[id])
					requireClose(t, want, got, "quantile %v of case %s of %s at %d: %v", q, id, expr, at, histograms[id])
					requireBounds(t, q, got, lower, upper, true)
					compared++
				}
			}
		}
	}
	require.Greater(t, compared, 10_000)
}

func bucketsOf(uppers []float64) []Bucket {
	buckets := make([]Bucket, len(uppers))
	for i, upper := range uppers {
		buckets[i].UpperBound = upper
	}
	return buckets
}

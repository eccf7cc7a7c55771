package collect

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/promtest"
)

var latencySignal = model.Signal{ID: "latency", Name: "Latency", Kind: model.KindHistogram, Metric: "request_seconds", Unit: "s"}

// bounds of the simulated histogram, as different clients and engines write them.
var bounds = []struct {
	le    string
	upper float64
}{{"0.1", 0.1}, {"0.25", 0.25}, {"0.5", 0.5}, {"1.0", 1}, {"2.5", 2.5}, {"5", 5}, {"1e+06", 1e6}, {"+Inf", math.Inf(1)}}

// durations of one arm: how many requests of a scrape end in each bucket.
type durations [][8]int

func newDurations(random *rand.Rand, scrapes int, slow float64) durations {
	var d durations
	for range scrapes {
		var counts [8]int
		for range random.IntN(60) {
			seconds := math.Exp(random.NormFloat64()*0.6-1.5) * slow
			at := slices.IndexFunc(bounds, func(b struct {
				le    string
				upper float64
			}) bool {
				return seconds <= b.upper
			})
			counts[at]++
		}
		d = append(d, counts)
	}
	return d
}

// counters are the buckets of one arm of a process.
func (d durations) counters(instance, variant string) []promtest.Counter {
	var all []promtest.Counter
	for k, bound := range bounds {
		total := 0
		all = append(all, promtest.Sampled(fmt.Sprintf(`request_seconds_bucket{job="shop",instance=%q,feature_flag_key="checkout",feature_flag_variant=%q,le=%q}`,
			instance, variant, bound.le), len(d), func(i int) float64 {
			for _, n := range d[i][:k+1] {
				total += n
			}
			return float64(total)
		}))
	}
	return all
}

// above counts the requests of some scrapes that took longer than an edge.
func (d durations) above(edge float64, from, to int) (all, above float64) {
	for i := from; i <= to; i++ {
		for k, n := range d[i] {
			all += float64(n)
			if bounds[k].upper > edge {
				above += float64(n)
			}
		}
	}
	return all, above
}

func TestClassicHistogram(t *testing.T) {
	const ticks, before = 30, 60
	random := rand.New(rand.NewPCG(8, 8)) //nolint:gosec // a simulation
	scrapes := (before+ticks)*4 + 1
	off, on := newDurations(random, scrapes, 1), newDurations(random, scrapes, 1.3)
	client := clientOf(t, promtest.Start(t, promtest.Write(every, append(off.counters("a", "off"), on.counters("a", "on")...)...)).URL)
	request := requestOf(latencySignal)
	request.Start = promtest.Epoch.Add(before*counts.Step - 10*time.Second)
	got := collectAll(t, client, `{}`, request, before+ticks)
	series := got.Series["on"]
	require.Equal(t, promtest.Epoch.Add(before*counts.Step).Unix(), series.Start, "the first tick begins on a whole minute that is not before the rollout")
	require.Equal(t, []float64{0.25, 0.5, 1, 5}, series.Edges,
		"next to p50, p95 and p99 of exp(N(-1.5, 0.6)): 0.22, 0.60 and 0.90 s; 0.6% lie above 1 and 0.003% above 2.5, and 5 is twice that")
	require.Equal(t, []float64{0.5, 0.95, 0.99, histo.FarTail}, series.Quantiles)
	require.Len(t, series.Ticks, ticks)
	require.Contains(t, got.Exprs[0], `request_seconds_bucket{`)
	require.Contains(t, got.Exprs[0], promql.BoundIs(0.25, 0.5, 1, 5, math.Inf(1)).String())
	for k, tick := range series.Ticks {
		from, to := (before+k)*4+1, (before+k+1)*4
		for arm, d := range []durations{off, on} {
			counted := byKey(tick, 1).A
			if arm == 1 {
				counted = byKey(tick, 1).B
			}
			for e, edge := range series.Edges {
				all, above := d.above(edge, from, to)
				require.InDelta(t, all, counted.N, 0)
				require.InDelta(t, above, counted.Above[e], 0, "tick %d, edge %v", k, edge)
			}
		}
	}
	require.Equal(t, int64(1), client.choices.Load(), "one query chooses the edges")
}

// The edges do not depend on when they are chosen: without traffic before the rollout they wait for some, and stay.
func TestEdgesOfANewFlag(t *testing.T) {
	const ticks = 40
	random := rand.New(rand.NewPCG(9, 9)) //nolint:gosec // a simulation
	off, on := newDurations(random, ticks*4+1, 1), newDurations(random, ticks*4+1, 1)
	client := clientOf(t, promtest.Start(t, promtest.Write(every, append(off.counters("a", "off"), on.counters("a", "on")...)...)).URL)
	early := collectAll(t, client, `{}`, requestOf(latencySignal), 9)
	require.Empty(t, early.Series["on"].Ticks, "there is nothing to go by yet")
	require.Empty(t, early.Exprs)
	now := promtest.Epoch
	collector := New(client, settingsOf(t, `{}`), Options{Now: func() time.Time { return at(now)() }})
	var last Collected
	for tick := 1; tick <= ticks; tick += 3 {
		now = promtest.Epoch.Add(time.Duration(tick) * counts.Step)
		got, err := collector.Collect(t.Context(), requestOf(latencySignal))
		require.NoError(t, err)
		last = got
	}
	want := collectAll(t, client, `{}`, requestOf(latencySignal), ticks)
	last.Revision = want.Revision
	require.Equal(t, want, last)
	require.Len(t, last.Series["on"].Ticks, ticks)
	require.NotEmpty(t, last.Series["on"].Edges)
}

func TestHistogramFaults(t *testing.T) {
	const ticks = 80
	random := rand.New(rand.NewPCG(10, 10)) //nolint:gosec // a simulation
	off, on := newDurations(random, ticks*4+1, 1), newDurations(random, ticks*4+1, 1)
	odd := newDurations(random, ticks*4+1, 1)
	counters := append(off.counters("a", "off"), on.counters("a", "on")...)
	// A process without the bucket 0.5, and one whose buckets do not rise from minute 70 to 71.
	for _, c := range odd.counters("b", "on") {
		if !strings.Contains(c.Labels, `le="0.5"`) {
			counters = append(counters, c)
		}
	}
	for i := range counters {
		if strings.Contains(counters[i].Labels, `instance="a"`) && strings.Contains(counters[i].Labels, `"on",le="0.25"`) {
			for scrape := 70*4 + 1; scrape <= ticks*4; scrape++ {
				counters[i].Values[scrape] += 1e5
			}
		}
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(every, counters...)).URL)
	got := collectAll(t, client, `{}`, requestOf(latencySignal), ticks)
	require.Contains(t, got.Series["on"].Edges, 0.25)
	require.NotContains(t, got.Series["on"].Edges, 0.5, "not all have it")
	require.Len(t, got.Notices, 2)
	require.Contains(t, got.Notices[0], "judged at bucket bounds that all series of off and on have; 1 bounds differ between them")
	require.Contains(t, got.Notices[1], "Latency: 1 increments were left out: their parts exceed the whole")
	require.Zero(t, byKey(got.Series["on"].Ticks[70], 1).B.N)
	require.NotZero(t, byKey(got.Series["on"].Ticks[71], 1).B.N)
}

// A native histogram whose resolution halves, and which restarts: what lies above an edge that both resolutions have is
// counted exactly, what lies above one that was lost is left out.
func TestNativeHistogram(t *testing.T) {
	const ticks, before, coarse, restart = 30, 60, 75, 80
	var fine, both strings.Builder
	scrapes := (before+ticks)*4 + 1
	// Schema 1 has bounds at 1, 1.41, 2, 2.83, 4; schema 0 at 1, 2, 4.
	for i := range scrapes {
		tick := (i + 3) / 4
		since := i
		if tick > restart {
			since = i - restart*4
		}
		n := []int{40 * since, 30 * since, 20 * since, 9 * since, since}
		fmt.Fprintf(&fine, " {{schema:1 sum:%d count:%d buckets:[%d %d %d %d %d]}}", 100*since, 100*since, n[0], n[1], n[2], n[3], n[4])
		if tick > coarse && tick <= restart {
			fmt.Fprintf(&both, " {{schema:0 sum:%d count:%d buckets:[%d %d %d]}}", 100*since, 100*since, n[0], n[1]+n[2], n[3]+n[4])
			continue
		}
		fmt.Fprintf(&both, " {{schema:1 sum:%d count:%d buckets:[%d %d %d %d %d]}}", 100*since, 100*since, n[0], n[1], n[2], n[3], n[4])
	}
	series := func(variant string) string {
		return fmt.Sprintf(`request_seconds{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q}`, variant)
	}
	client := clientOf(t, promtest.Start(t, promtest.Script{
		Every: every, Series: series("off") + fine.String() + "\n" + series("on") + both.String() + "\n",
	}).URL)
	request := requestOf(latencySignal)
	request.Native, request.Start = true, promtest.Epoch.Add(before*counts.Step)
	got := collectAll(t, client, `{}`, request, before+ticks)
	edges := got.Series["on"].Edges
	require.Len(t, edges, 4)
	require.InDeltaSlice(t, []float64{1, 2, 2.83, 8}, edges, 0.01, "above them lie 60%, 10% and 1%; above 4 lies nothing, and 8 is twice that")
	for k, tick := range got.Series["on"].Ticks {
		minute := before + k + 1
		a, b := byKey(tick, 1).A, byKey(tick, 1).B
		want := counts.Arm{N: 400, Above: []float64{240, 40, 4, 0}}
		require.Equal(t, want, a, "minute %d", minute)
		if minute > coarse && minute <= restart {
			require.Zero(t, b.N, "2.83 is no bound in minute %d", minute)
			continue
		}
		require.Equal(t, want, b, "minute %d", minute)
	}
	require.Contains(t, got.Notices[0], "5 minutes of processes with on are counted as requests and not judged: they lack some of the bucket bounds")
}

// Rates, means and gauges, and counts of native histograms.
func TestOtherKinds(t *testing.T) {
	const ticks = 20
	var counters []promtest.Counter
	for arm, variant := range variants {
		for _, instance := range []string{"a", "b"} {
			labels := fmt.Sprintf(`{job="shop",instance=%q,feature_flag_key="checkout",feature_flag_variant=%q`, instance, variant)
			scale := float64(arm + 1)
			counters = append(counters,
				promtest.Sampled("cpu_seconds_total"+labels+"}", ticks*4+1, func(i int) float64 {
					if i > 40 {
						return 0.25 * scale * float64(i-40)
					}
					return 100 + 0.25*scale*float64(i)
				}),
				promtest.Sampled("basket_count"+labels+"}", ticks*4+1, func(i int) float64 { return float64(i * 2) }),
				promtest.Sampled("basket_sum"+labels+"}", ticks*4+1, func(i int) float64 { return float64(i) * 2 * 10 * scale }),
				promtest.Sampled("pool_in_use"+labels+`,pool="x"}`, ticks*4+1, func(i int) float64 { return scale * float64(i/4) }),
				promtest.Sampled("pool_in_use"+labels+`,pool="y"}`, ticks*4+1, func(int) float64 { return -scale }),
			)
		}
	}
	native := promtest.Script{Every: every, Series: fmt.Sprintf(
		"native_seconds{instance=\"a\",feature_flag_key=\"checkout\",feature_flag_variant=\"off\",status=\"200\"} {{schema:0 count:0 buckets:[0]}}+{{schema:0 count:3 buckets:[3]}}x%d\n"+
			"native_seconds{instance=\"a\",feature_flag_key=\"checkout\",feature_flag_variant=\"on\",status=\"500\"} {{schema:0 count:0 buckets:[0]}}+{{schema:0 count:2 buckets:[2]}}x%d\n", ticks*4, ticks*4)}
	client := clientOf(t, promtest.Start(t, promtest.Write(every, counters...), native).URL)
	tests := map[string]struct {
		signal    model.Signal
		native    bool
		processes int
		a, b      counts.Arm
	}{
		"rate": {signal: model.Signal{Kind: model.KindRate, Metric: "cpu_seconds_total"}, processes: 2,
			a: counts.Arm{N: 60, Sum: 1}, b: counts.Arm{N: 60, Sum: 2}},
		"mean": {signal: model.Signal{Kind: model.KindMean, Metric: "basket_sum", CountMetric: "basket_count"}, processes: 2,
			a: counts.Arm{N: 8, Sum: 80}, b: counts.Arm{N: 8, Sum: 160}},
		"gauge": {signal: model.Signal{Kind: model.KindGauge, Metric: "pool_in_use"}, processes: 2,
			a: counts.Arm{N: 2, Sum: -1}, b: counts.Arm{N: 2, Sum: -2}},
		"counted natively": {signal: model.Signal{Kind: model.KindRatio, Metric: "native_seconds", Bad: `status=~"5.."`}, native: true, processes: 1,
			a: counts.Arm{N: 12}, b: counts.Arm{N: 8, X: 8}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := requestOf(test.signal)
			request.Native = test.native
			got := collectAll(t, client, `{}`, request, ticks)
			require.Empty(t, got.Notices)
			require.Len(t, got.Series["on"].Ticks, ticks)
			for k, tick := range got.Series["on"].Ticks {
				require.Len(t, tick.Strata, test.processes)
				for _, s := range tick.Strata {
					a, b := test.a, test.b
					if test.signal.Kind == model.KindGauge {
						a.Sum += float64(k + 1)
						b.Sum += 2 * float64(k+1)
					}
					require.InDelta(t, a.Sum, s.A.Sum, 1e-9)
					require.InDelta(t, b.Sum, s.B.Sum, 1e-9)
					a.Sum, b.Sum, s.A.Sum, s.B.Sum = 0, 0, 0, 0
					require.Equal(t, a, s.A)
					require.Equal(t, b, s.B)
				}
			}
		})
	}
}

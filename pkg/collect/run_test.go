package collect

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

const every = 15 * time.Second

// collectAll collects everything up to a tick, in one go.
func collectAll(t *testing.T, client Client, settings string, request Request, ticks int) Collected {
	t.Helper()
	got, err := New(client, settingsOf(t, settings), Options{Now: at(promtest.Epoch.Add(time.Duration(ticks) * counts.Step))}).
		Collect(t.Context(), request)
	require.NoError(t, err)
	return got
}

// totals adds the ticks of a series up.
func totals(series counts.Series) (a, b counts.Arm) {
	for _, tick := range series.Ticks {
		for _, s := range tick.Strata {
			a.Add(s.A)
			b.Add(s.B)
		}
	}
	return a, b
}

// All four ways to tell variants apart give the same ticks for the same traffic: one that runs in processes of its own.
func TestSplitsAgree(t *testing.T) {
	const ticks = 30
	random := rand.New(rand.NewPCG(2, 2)) //nolint:gosec // a simulation
	var counters []promtest.Counter
	for i, pod := range []string{"a", "b", "c", "d"} {
		l := newLife(random, pod, ticks*4+1)
		arm, variant := i/2, variants[i/2]
		l.born[1-arm] = ticks*4 + 1
		for _, c := range l.counters() {
			c.Labels = strings.Replace(c.Labels, "{", fmt.Sprintf(`{version="%d",`, arm+1), 1)
			counters = append(counters, c)
		}
		counters = append(counters, promtest.Sampled(fmt.Sprintf(
			`release_info{job="shop",instance=%q,feature_flag_key="checkout",feature_flag_variant=%q}`, pod, variant),
			ticks*4+1, func(int) float64 { return 1 }))
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(every, counters...)).URL)
	want := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks).Series["on"]
	require.Len(t, want.Ticks, ticks)
	for _, tick := range want.Ticks {
		require.Len(t, tick.Strata, 1, "arms that share no process share the minute")
		require.Zero(t, tick.Strata[0].Key)
		require.Equal(t, 4, tick.Expected)
	}
	a, b := totals(want)
	require.Greater(t, a.N, 1000.0)
	require.Greater(t, b.X, 50.0)
	for name, settings := range map[string]string{
		"flag_label": `{"split":{"mode":"flag_label","prefix":"flag_"}}`,
		"info":       `{"split":{"mode":"info","infoMetric":"release_info","on":["job","instance"]}}`,
		"matchers": `{"split":{"mode":"matchers","flags":[{"flag":"checkout","variants":[
			{"variant":"off","selector":"version=\"1\""},{"variant":"on","selector":"version=~\"2|3\""}]}]}}`,
	} {
		require.Equal(t, want, collectAll(t, client, settings, requestOf(errorsSignal), ticks).Series["on"], name)
	}
}

// Whether a run is collected at once or as it goes, in chunks of any length: the ticks are the same to the last bit.
func TestTicksAreAppendedOnly(t *testing.T) {
	const ticks = 300
	random := rand.New(rand.NewPCG(3, 3)) //nolint:gosec // a simulation
	var counters []promtest.Counter
	for i := range 4 {
		l := newLife(random, fmt.Sprintf("pod-%d", i), ticks*4+1)
		for range 5 {
			l.restarts[random.IntN(ticks*4)] = true
			from := random.IntN(ticks * 4)
			for j := range random.IntN(40) {
				l.away[from+j] = true
			}
		}
		l.born[1] = random.IntN(ticks)
		counters = append(counters, l.counters()...)
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(every, counters...)).URL)
	request := requestOf(errorsSignal)
	want := collectAll(t, client, `{}`, request, ticks)

	now := promtest.Epoch
	collector := New(client, settingsOf(t, `{}`), Options{Now: func() time.Time { return at(now)() }})
	var appended []counts.Tick
	after := int64(0)
	client.points.Store(0)
	looks := 0
	var asked time.Time
	for tick := 0; tick < ticks; looks++ {
		tick = min(tick+1+random.IntN(20), ticks)
		now = promtest.Epoch.Add(time.Duration(tick)*counts.Step + time.Duration(random.IntN(59))*time.Second)
		request.After, asked = after, time.Now()
		got, err := collector.Collect(t.Context(), request)
		require.NoError(t, err)
		require.False(t, got.Anew && request.Revision > 0)
		request.Revision = got.Revision
		require.Equal(t, tick, int(got.End.Sub(got.Start)/counts.Step))
		for _, tick := range got.Series["on"].Ticks {
			appended = append(appended, tick)
			after = tick.End
		}
	}
	require.Equal(t, want.Series["on"].Ticks, appended)
	require.Less(t, client.points.Load(), int64(lead+ticks+1+looks*(longestGap+2*newest)), "little is read again")

	// The whole run is there as well, without another request.
	client.ranges.Store(0)
	request.After, request.Asked = 0, asked
	got, err := collector.Collect(t.Context(), request)
	require.NoError(t, err)
	got.Revision = want.Revision
	require.Equal(t, want, got)
	require.Zero(t, client.ranges.Load())

	// In parts of any length it is the same.
	var parts []counts.Tick
	request.AtMost = 70
	for more := true; more; {
		part, err := collector.Collect(t.Context(), request)
		require.NoError(t, err)
		require.False(t, part.Anew && len(parts) > 0)
		require.LessOrEqual(t, len(part.Series["on"].Ticks), request.AtMost)
		parts = append(parts, part.Series["on"].Ticks...)
		request.After, request.Revision, more = parts[len(parts)-1].End, part.Revision, part.More
	}
	require.Equal(t, appended, parts)
	request.After, request.Revision, request.AtMost = 0, 0, 0

	request.End = promtest.Epoch.Add(100*counts.Step + time.Second)
	got, err = collector.Collect(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, want.Series["on"].Ticks[:100], got.Series["on"].Ticks)
}

// Callers that want the same at once share the requests.
func TestCallersShareRequests(t *testing.T) {
	const ticks = 20
	l := newLife(rand.New(rand.NewPCG(4, 4)), "pod", ticks*4+1) //nolint:gosec // a simulation
	client := clientOf(t, promtest.Start(t, promtest.Write(every, l.counters()...)).URL)
	collector := New(client, settingsOf(t, `{}`), Options{Now: at(promtest.Epoch.Add(ticks * counts.Step))})
	var callers sync.WaitGroup
	request := requestOf(errorsSignal)
	request.Asked = time.Now()
	results := make([]Collected, 8)
	for i := range results {
		callers.Go(func() {
			got, err := collector.Collect(t.Context(), request)
			if err == nil {
				results[i] = got
			}
		})
	}
	callers.Wait()
	require.Len(t, results[0].Series["on"].Ticks, ticks)
	for _, result := range results {
		require.Equal(t, results[0], result)
	}
	require.Equal(t, int64(1), client.ranges.Load())

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := collector.Collect(cancelled, Request{Flag: "checkout", Baseline: "off", Variants: []string{"new"}, Signal: errorsSignal, Start: promtest.Epoch})
	require.ErrorContains(t, err, "cancel")
}

// A flag that is read at start, and read again without a restart: what a process counted before does not become the
// feature's.
func TestVariantThatMoves(t *testing.T) {
	const ticks, turn = 40, 20 * 4
	counted := func(variant string, from, to int) promtest.Counter {
		return promtest.Sampled(fmt.Sprintf(`release_info{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q}`, variant),
			ticks*4+1, func(i int) float64 {
				if i < from || i >= to {
					return math.NaN()
				}
				return 1
			})
	}
	requests := func(instance string) promtest.Counter {
		return promtest.Sampled(fmt.Sprintf(`requests_total{job="shop",instance=%q,status="200"}`, instance), ticks*4+1,
			func(i int) float64 { return 1_000_000 + float64(i)*10 })
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(every,
		requests("a"), requests("b"), counted("off", 0, turn+1), counted("on", turn+1, ticks*4+1),
		promtest.Sampled(`release_info{job="shop",instance="b",feature_flag_key="checkout",feature_flag_variant="off"}`, ticks*4+1, func(int) float64 { return 1 }),
	)).URL)
	got := collectAll(t, client, `{"split":{"mode":"info","infoMetric":"release_info","on":["job","instance"]}}`, requestOf(errorsSignal), ticks)
	a, b := totals(got.Series["on"])
	require.InDelta(t, (20+40)*40, a.N, 0)
	require.InDelta(t, 19*40, b.N, 0, "its first minute as a feature is not known")
}

// A process that loses some of its series did not restart, and what the rest has counted in all its life is no increment.
func TestSeriesThatVanish(t *testing.T) {
	const ticks = 30
	series := func(route string, total float64, until int) promtest.Counter {
		return promtest.Sampled(fmt.Sprintf(`requests_total{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant="off",route=%q,status="200"}`, route),
			ticks*4+1, func(i int) float64 {
				if i > until {
					return math.NaN()
				}
				return total + float64(i)*10
			})
	}
	on := promtest.Sampled(`requests_total{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant="on",status="200"}`,
		ticks*4+1, func(i int) float64 { return float64(i) * 5 })
	client := clientOf(t, promtest.Start(t, promtest.Write(every, series("/a", 1e6, ticks*4), series("/b", 1e5, 40), on)).URL)
	got := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks)
	a, b := totals(got.Series["on"])
	require.InDelta(t, 10*40*2+19*40, a.N, 0, "the minute in which the route was lost is left out")
	require.InDelta(t, (ticks-1)*20, b.N, 0, "in both variants: neither is counted alone")
	require.Len(t, got.Notices, 1)
	require.Contains(t, got.Notices[0], "1 increments were left out: a process lost a part of its series")
}

// A restarted process counts from zero in both arms, also where the arm that was idle has counted more since than before.
func TestRestartOfBothArms(t *testing.T) {
	const ticks, restart = 20, 10*4 + 1
	series := func(variant string, value func(i int) float64) promtest.Counter {
		return promtest.Sampled(fmt.Sprintf(`requests_total{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q,status="200"}`, variant),
			ticks*4+1, value)
	}
	off := series("off", func(i int) float64 {
		if i >= restart {
			return float64(i-restart+1) * 20
		}
		return 500 + float64(i)*20
	})
	on := series("on", func(i int) float64 {
		switch {
		case i >= restart+8:
			return 30
		case i >= restart:
			return math.NaN()
		}
		return 7
	})
	client := clientOf(t, promtest.Start(t, promtest.Write(every, off, on)).URL)
	series2 := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks).Series["on"]
	a, b := totals(series2)
	require.InDelta(t, ticks*80, a.N, 0)
	require.InDelta(t, 30, b.N, 0)
	for _, tick := range series2.Ticks {
		require.Zero(t, tick.MissingA+tick.MissingB, "an arm without traffic since the restart is not missing")
	}
}

// Where an arm has a process of its own, its scrapes that failed are missing on that arm alone.
func TestMissingOnOneArm(t *testing.T) {
	const ticks = 30
	random := rand.New(rand.NewPCG(5, 5)) //nolint:gosec // a simulation
	off, on := newLife(random, "a", ticks*4+1), newLife(random, "b", ticks*4+1)
	off.born[1], on.born[0] = ticks*4+1, ticks*4+1
	for i := 10*4 + 1; i <= 14*4; i++ {
		on.away[i] = true
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(every, append(off.counters(), on.counters()...)...)).URL)
	series := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks).Series["on"]
	missing, expected := 0, 0
	for _, tick := range series.Ticks {
		require.Zero(t, tick.MissingA)
		missing += tick.MissingB
		expected += tick.Expected
	}
	require.Equal(t, 4, missing)
	require.Equal(t, 2*ticks, expected)

	// A feature that was never seen has ticks without strata of its own.
	request := requestOf(errorsSignal)
	request.Variants = []string{"never"}
	never := collectAll(t, client, `{}`, request, ticks).Series["never"]
	require.Len(t, never.Ticks, ticks)
	_, b := totals(never)
	require.Zero(t, b.N)
}

func TestColumnKeepsNumbersExactly(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6)) //nolint:gosec // a simulation
	for _, most := range []float64{3, 254, 255, 65_534, 65_535, 1e6, math.MaxUint32 - 1, math.MaxUint32, 1e15, 0.5} {
		var c column
		var want []float64
		for tick := 0; tick < 3*blockLen+7; tick++ {
			value := none
			if random.IntN(10) > 0 {
				value = math.Floor(random.Float64() * (most + 1))
				if most < 1 {
					value = random.Float64()
				}
				value = min(value, most)
				c.set(tick+5, value)
			}
			want = append(want, value)
		}
		for tick, value := range want {
			if math.IsNaN(value) {
				require.True(t, math.IsNaN(c.at(tick+5)), "%v at %d", most, tick)
				continue
			}
			require.InDelta(t, value, c.at(tick+5), 0, "%v at %d", most, tick)
		}
		require.True(t, math.IsNaN(c.at(0)))
		require.True(t, math.IsNaN(c.at(10_000)))
	}
}

// The expressions are those that statistics ask for: raw counters, no further aggregated than the process.
func TestExpressions(t *testing.T) {
	const ticks = 2
	l := newLife(rand.New(rand.NewPCG(7, 7)), "pod", ticks*4+1) //nolint:gosec // a simulation
	client := clientOf(t, promtest.Start(t, promtest.Write(every, l.counters()...)).URL)
	got := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks)
	require.Equal(t, []string{
		`label_replace(sum by (feature_flag_variant, instance, job, pod) (requests_total{feature_flag_key="checkout",` +
			`feature_flag_variant=~"off|on",status=~"5.."}), "flaglens_part", "bad", "", "") or ` +
			`sum by (feature_flag_variant, instance, job, pod) (requests_total{feature_flag_key="checkout",feature_flag_variant=~"off|on"})`,
	}, got.Exprs)
	_, err := New(client, settingsOf(t, `{}`), Options{}).Collect(t.Context(), Request{Flag: "checkout", Signal: model.Signal{ID: "errors"}})
	require.ErrorContains(t, err, "a baseline and a feature are needed")
}

// Another replica that scraped a little earlier answers for a while: the counter slips, and nothing is counted twice.
func TestReplicaThatLagsBehind(t *testing.T) {
	const ticks = 40
	series := func(variant string) promtest.Counter {
		return promtest.Sampled(fmt.Sprintf(`requests_total{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q,status="200"}`, variant),
			ticks*4+1, func(i int) float64 {
				if i >= 20*4 && i <= 25*4 {
					i -= 6
				}
				return float64(i) * 10
			})
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(every, series("off"), series("on"))).URL)
	a, b := totals(collectAll(t, client, `{}`, requestOf(errorsSignal), ticks).Series["on"])
	require.Equal(t, a, b)
	require.LessOrEqual(t, a.N, ticks*40.0+60)
	require.GreaterOrEqual(t, a.N, ticks*40.0-60)
}

// Several features are read at once, each against the same baseline, in strata of its own: one shares its processes with the
// baseline, the other has processes to itself.
func TestSeveralFeatures(t *testing.T) {
	const ticks = 20
	series := func(instance, variant string, each float64) promtest.Counter {
		return promtest.Sampled(fmt.Sprintf(`requests_total{job="shop",instance=%q,feature_flag_key="checkout",feature_flag_variant=%q,status="200"}`, instance, variant),
			ticks*4+1, func(i int) float64 { return float64(i) * each })
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(every,
		series("a", "off", 10), series("a", "on", 1), series("b", "off", 20), series("b", "on", 2), series("c", "canary", 5), series("b", "unasked", 7),
	)).URL)
	request := requestOf(errorsSignal)
	request.Variants = []string{"on", "canary"}
	got := collectAll(t, client, `{}`, request, ticks)
	require.Len(t, got.Series, 2)
	require.Equal(t, int64(1), client.ranges.Load())
	for k := range ticks {
		require.Equal(t, []counts.Stratum{
			{Key: 1, A: counts.Arm{N: 40}, B: counts.Arm{N: 4}}, {Key: 2, A: counts.Arm{N: 80}, B: counts.Arm{N: 8}},
		}, got.Series["on"].Ticks[k].Strata)
		require.Equal(t, 2, got.Series["on"].Ticks[k].Expected)
		require.Equal(t, []counts.Stratum{{
			A: counts.Arm{N: 120}, PartsA: []counts.Part{{Group: 0, Arm: counts.Arm{N: 40}}, {Group: 1, Arm: counts.Arm{N: 80}}},
			B: counts.Arm{N: 20}, PartsB: []counts.Part{{Group: 0, Arm: counts.Arm{N: 20}}},
		}}, got.Series["canary"].Ticks[k].Strata)
		require.Equal(t, 3, got.Series["canary"].Ticks[k].Expected)
	}
}

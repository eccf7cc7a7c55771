package collect

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

var trafficSignal = model.Signal{ID: "throughput", Name: "Throughput", Kind: model.KindRate, Metric: "requests_total"}

func rolloutAt(end time.Time) RolloutRequest {
	return RolloutRequest{Flag: "checkout", Traffic: trafficSignal, At: end, Lookback: 48 * time.Hour}
}

// allocated writes an allocation gauge of one process, a value a minute.
func allocated(instance string, minutes int, share func(minute int) float64) []counter {
	var all []counter
	for arm, variant := range variants {
		all = append(all, sampled(fmt.Sprintf(`feature_flag_allocation_ratio{job="shop",instance=%q,feature_flag_key="checkout",feature_flag_variant=%q}`,
			instance, variant), minutes+1, func(minute int) float64 {
			on := share(minute)
			if arm == 0 {
				return 1 - on
			}
			return on
		}))
	}
	return all
}

func TestRolloutByAllocation(t *testing.T) {
	const minutes = 600
	// From 5% to 50% and 25%, which reaches the second process two minutes after the first.
	shares := func(late int) func(int) float64 {
		return func(minute int) float64 {
			switch {
			case minute >= 400+late:
				return 0.25
			case minute >= 200+late:
				return 0.5
			}
			return 0.05
		}
	}
	client := clientOf(t, promtest.Start(t, script(time.Minute, append(allocated("a", minutes, shares(0)), allocated("b", minutes, shares(2))...)...)).URL)
	now := promtest.Epoch.Add(100 * time.Minute)
	collector := New(client, settingsOf(t, `{}`), Options{Now: func() time.Time { return at(now)() }})
	got, err := collector.Rollout(t.Context(), rolloutAt(time.Time{}))
	require.NoError(t, err)
	require.Equal(t, SourceAppearance, got.Source)
	require.Equal(t, promtest.Epoch, got.Start)
	require.InDelta(t, 0.05, got.Expected["on"], 1e-9)
	require.Equal(t, []Change{{Flag: "checkout", Kind: ChangeFlag, At: promtest.Epoch, Source: SourceAllocation}}, got.Changes)

	now = promtest.Epoch.Add(minutes * time.Minute)
	want := New(client, settingsOf(t, `{}`), Options{Now: at(now)})
	for range 2 {
		got, err = collector.Rollout(t.Context(), rolloutAt(time.Time{}))
		require.NoError(t, err)
		require.Equal(t, SourceAllocation, got.Source)
		require.Equal(t, promtest.Epoch.Add(402*time.Minute), got.Start, "it began when it had arrived everywhere")
		require.Equal(t, SourceAllocation, got.ExpectedSource)
		require.InDelta(t, 0.25, got.Expected["on"], 1e-9)
		require.InDelta(t, 0.75, got.Expected["off"], 1e-9)
		require.Len(t, got.Epochs, 3)
		require.Equal(t, got.Epochs[1].To, got.Epochs[2].From)
		require.Len(t, got.Changes, 5, "the flag appeared, then two changes of two variants")
		require.Equal(t, ChangeAllocation, got.Changes[1].Kind)
		require.Equal(t, "off", got.Changes[1].Variant)
		require.InDelta(t, 0.05, got.Changes[2].From, 1e-9)
		require.InDelta(t, 0.5, got.Changes[2].To, 1e-9)
		collector = want
	}

	// The settings go before the gauge, but do not tell when.
	got, err = New(client, settingsOf(t, `{"allocations":{"checkout":{"off":3,"on":1}}}`), Options{Now: at(now)}).
		Rollout(t.Context(), rolloutAt(now))
	require.NoError(t, err)
	require.Equal(t, SourceSettings, got.ExpectedSource)
	require.InDelta(t, 0.25, got.Expected["on"], 1e-9)
	require.Equal(t, promtest.Epoch.Add(402*time.Minute), got.Start)

	// Seen from an earlier time, later changes have not happened.
	got, err = want.Rollout(t.Context(), rolloutAt(promtest.Epoch.Add(300*time.Minute)))
	require.NoError(t, err)
	require.Equal(t, promtest.Epoch.Add(202*time.Minute), got.Start)
}

// requests are those of a flag's variants, a value a minute: users who come for a quarter of an hour and stay with their
// variant, many or few with the time of day.
func requests(random *rand.Rand, minutes int, share func(minute int) float64) []counter {
	counts := [2][]float64{make([]float64, minutes+1), make([]float64, minutes+1)}
	for minute := range minutes {
		users := 20 + int(10*math.Sin(float64(minute)/1440*2*math.Pi))
		for range users {
			arm := 0
			if random.Float64() < share(minute) {
				arm = 1
			}
			for range 10 {
				if at := minute + random.IntN(15); at < minutes {
					counts[arm][at+1]++
				}
			}
		}
	}
	var all []counter
	for arm, variant := range variants {
		total, there := 0.0, false
		all = append(all, sampled(fmt.Sprintf(`requests_total{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q}`, variant),
			minutes+1, func(i int) float64 {
				total += counts[arm][i]
				if there = there || total > 0; !there {
					return math.NaN()
				}
				return total
			}))
	}
	return all
}

func TestRolloutByTraffic(t *testing.T) {
	const minutes = 24 * 60
	step := func(changes ...[2]float64) func(int) float64 {
		return func(minute int) float64 {
			share := 0.0
			for _, change := range changes {
				if float64(minute) >= change[0] {
					share = change[1]
				}
			}
			return share
		}
	}
	tests := map[string]struct {
		share  func(int) float64
		source Source
		// epochs are where those after the first begin, in minutes.
		epochs []int
	}{
		"unchanged":        {step([2]float64{0, 0.5}), SourceAppearance, nil},
		"a tenth":          {step([2]float64{0, 0.1}), SourceAppearance, nil},
		"ramp":             {step([2]float64{0, 0.05}, [2]float64{400, 0.25}, [2]float64{900, 0.5}), SourceTraffic, []int{400, 900}},
		"first appearance": {step([2]float64{605, 0.05}), SourceTraffic, []int{605}},
		"to all":           {step([2]float64{0, 0.5}, [2]float64{1003, 1}), SourceTraffic, []int{1003}},
		"switched off":     {step([2]float64{0, 0.2}, [2]float64{1003, 0}), SourceTraffic, []int{1003}},
		"from 50 to 60":    {step([2]float64{0, 0.5}, [2]float64{700, 0.6}), SourceTraffic, []int{700}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(11, 12)) //nolint:gosec // a simulation
			client := clientOf(t, promtest.Start(t, script(time.Minute, requests(random, minutes, test.share)...)).URL)
			now := promtest.Epoch.Add(minutes * time.Minute)
			settings := settingsOf(t, `{"timeInterval":"15s"}`)
			whole, err := New(client, settings, Options{Now: at(now)}).Rollout(t.Context(), rolloutAt(time.Time{}))
			require.NoError(t, err)
			require.Equal(t, test.source, whole.Source)
			require.Nil(t, whole.Expected, "traffic does not tell what was meant")
			require.Len(t, whole.Epochs, len(test.epochs)+1)
			for i, minute := range test.epochs {
				// Sticky users take a quarter of an hour to be replaced.
				require.WithinDuration(t, promtest.Epoch.Add(time.Duration(minute)*time.Minute), whole.Epochs[i+1].From, 20*time.Minute)
			}
			require.Equal(t, counts.FirstTick(whole.Epochs[len(test.epochs)].From), whole.Start)

			// Whoever looked all along found the same.
			at10 := promtest.Epoch
			collector := New(client, settings, Options{Now: func() time.Time { return at(at10)() }})
			for at10.Before(now) {
				at10 = at10.Add(97 * time.Minute)
				if at10.After(now) {
					at10 = now
				}
				got, err := collector.Rollout(t.Context(), RolloutRequest{Flag: "checkout", Traffic: trafficSignal, Lookback: 48 * time.Hour})
				require.NoError(t, err)
				if at10.Equal(now) {
					require.Equal(t, whole, got)
				}
			}
		})
	}
}

func TestRolloutOfNothing(t *testing.T) {
	client := clientOf(t, promtest.Start(t, script(time.Minute, counter{labels: "up", values: []float64{1}})).URL)
	got, err := New(client, settingsOf(t, `{}`), Options{Now: at(promtest.Epoch.Add(time.Hour))}).Rollout(t.Context(), rolloutAt(time.Time{}))
	require.NoError(t, err)
	require.Equal(t, SourceNone, got.Source)
	require.Empty(t, got.Epochs)
	require.Nil(t, got.Expected)
}

func TestReasons(t *testing.T) {
	const minutes = 120
	for name, test := range map[string]struct {
		reasons       map[string]float64
		observational bool
	}{
		"drawn by lot": {map[string]float64{"SPLIT": 10, "TARGETING_MATCH": 1}, false},
		"targeted":     {map[string]float64{"split": 3, "targeting_match": 7}, true},
		"not told":     {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			counters := allocated("a", minutes, func(int) float64 { return 0.5 })
			for reason, each := range test.reasons {
				counters = append(counters, sampled(fmt.Sprintf(`feature_flag_evaluation_success_total{feature_flag_key="checkout",feature_flag_variant="on",reason=%q}`, reason),
					minutes+1, func(i int) float64 { return each * float64(i) }))
			}
			client := clientOf(t, promtest.Start(t, script(time.Minute, counters...)).URL)
			got, err := New(client, settingsOf(t, `{}`), Options{Now: at(promtest.Epoch.Add(minutes * time.Minute))}).Rollout(t.Context(), rolloutAt(time.Time{}))
			require.NoError(t, err)
			require.Equal(t, test.observational, got.Observational)
			if test.reasons == nil {
				require.Nil(t, got.Reasons)
				return
			}
			require.Len(t, got.Exprs, 2)
			require.Len(t, got.Reasons, 2)
		})
	}
}

// A gauge that fell silent is not believed for ever: what the traffic did since is.
func TestAllocationThatFellSilent(t *testing.T) {
	const minutes = 600
	random := rand.New(rand.NewPCG(13, 13)) //nolint:gosec // a simulation
	counters := requests(random, minutes, func(minute int) float64 {
		if minute >= 400 {
			return 0.5
		}
		return 0.1
	})
	for _, c := range allocated("a", minutes, func(int) float64 { return 0.1 }) {
		for minute := 200; minute <= minutes; minute++ {
			c.values[minute] = math.NaN()
		}
		counters = append(counters, c)
	}
	client := clientOf(t, promtest.Start(t, script(time.Minute, counters...)).URL)
	for minute, want := range map[int]Source{230: SourceAppearance, 390: SourceAppearance, minutes: SourceTraffic} {
		now := promtest.Epoch.Add(time.Duration(minute) * time.Minute)
		got, err := New(client, settingsOf(t, `{}`), Options{Now: at(now)}).Rollout(t.Context(), rolloutAt(time.Time{}))
		require.NoError(t, err)
		require.Equal(t, want, got.Source, "minute %d", minute)
		require.Equal(t, minute == 230, got.Expected != nil)
	}
}

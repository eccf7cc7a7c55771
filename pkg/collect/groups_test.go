package collect

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// canaryOf are processes of which each serves one variant alone, and nothing is drawn twice.
func canaryOf(random *rand.Rand, off, on, scrapes int) []*life {
	var all []*life
	for i := range off + on {
		l := newLife(random, fmt.Sprintf("shop-%02d", i), scrapes)
		if i < off {
			l.born[1] = scrapes
		} else {
			l.born[0] = scrapes
		}
		all = append(all, l)
	}
	return all
}

// What the processes of an arm have is known by groups of them, which add up to the whole, tick by tick; while there are no
// more processes than groups, each is one.
func TestProcessesThatServeOneArmAreKnownByGroups(t *testing.T) {
	const ticks = 12
	for _, c := range []struct{ off, on, groupsOff, groupsOn int }{{1, 1, 1, 1}, {3, 2, 3, 2}, {8, 8, 8, 8}, {20, 11, 8, 8}} {
		random := rand.New(rand.NewPCG(uint64(c.off), 5)) //nolint:gosec // a simulation
		fleet := canaryOf(random, c.off, c.on, ticks*4+1)
		var all []promtest.Counter
		for _, l := range fleet {
			all = append(all, l.counters()...)
		}
		url := promtest.Start(t, promtest.Write(every, all...)).URL
		series := collectAll(t, clientOf(t, url), `{}`, requestOf(errorsSignal), ticks).Series["on"]
		require.Len(t, series.Ticks, ticks)
		for i, tick := range series.Ticks[1:] {
			require.Len(t, tick.Strata, 1)
			s := tick.Strata[0]
			require.Len(t, s.PartsA, c.groupsOff, "tick %d of %d and %d processes", i+1, c.off, c.on)
			require.Len(t, s.PartsB, c.groupsOn, "tick %d of %d and %d processes", i+1, c.off, c.on)
			requireSum(t, s.A, s.PartsA)
			requireSum(t, s.B, s.PartsB)
		}
		// No group is more than one process larger than another.
		last := series.Ticks[ticks-1].Strata[0]
		for _, part := range last.PartsB {
			n := 0.0
			for i, l := range fleet[c.off:] {
				if i%counts.MaxGroups == part.Group {
					requests, _ := l.between(1, (ticks-1)*4+1, ticks*4)
					n += requests
				}
			}
			require.Equal(t, n, part.N, "group %d", part.Group)
		}
	}
}

func requireSum(t *testing.T, whole counts.Arm, parts []counts.Part) {
	t.Helper()
	var sum counts.Arm
	for _, p := range parts {
		sum.Add(p.Arm)
	}
	require.Equal(t, whole, sum)
}

// What takes the place of a process takes its group: a canary of one process that is replaced stays one.
func TestAProcessThatTakesAPlaceTakesTheGroup(t *testing.T) {
	const ticks, replaced = 20, 9*4 + 2
	random := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // a simulation
	fleet := canaryOf(random, 2, 2, ticks*4+1)
	first, second := fleet[2], fleet[3]
	for i := range ticks*4 + 1 {
		if i >= replaced {
			first.away[i] = true
		} else {
			second.away[i] = true
		}
	}
	var all []promtest.Counter
	for _, l := range fleet {
		all = append(all, l.counters()...)
	}
	series := collectAll(t, clientOf(t, promtest.Start(t, promtest.Write(every, all...)).URL), `{}`, requestOf(errorsSignal), ticks).Series["on"]
	seen := 0
	for _, tick := range series.Ticks {
		for _, s := range tick.Strata {
			for _, part := range s.PartsB {
				require.Zero(t, part.Group)
				seen++
			}
		}
	}
	require.Greater(t, seen, ticks-4)
}

// Where both arms share their processes there are no parts.
func TestSharedProcessesHaveNoParts(t *testing.T) {
	const ticks = 6
	random := rand.New(rand.NewPCG(4, 5)) //nolint:gosec // a simulation
	client := clientOf(t, promtest.Start(t, promtest.Write(every,
		append(newLife(random, "a", ticks*4+1).counters(), newLife(random, "b", ticks*4+1).counters()...)...)).URL)
	for _, tick := range collectAll(t, client, `{}`, requestOf(errorsSignal), ticks).Series["on"].Ticks {
		for _, s := range tick.Strata {
			require.Empty(t, s.PartsA)
			require.Empty(t, s.PartsB)
		}
	}
}

// canaryShop is a shop of which each process serves one variant alone. The first of each variant served before the rollout, the
// others come one by one, or are idle until their turn.
func canaryShop(random *rand.Rand, off, on int, idle bool) []*shown {
	var all []*shown
	for i := range off + on {
		variant, born := "off", opened+3*i
		if i >= off {
			variant, born = "on", opened+3*(i-off)
		}
		if i == 0 || i == off {
			born = 0
		}
		for _, status := range []string{"200", "500"} {
			each := drawn(random, 50)
			if idle {
				clear(each[:born])
			}
			s := &shown{
				metric: "requests_total", instance: fmt.Sprintf("shop-%d", i), variant: variant, status: status, each: each,
				hidden: map[int]bool{}, restarts: map[int]bool{}, lag: map[int]int{},
			}
			if !idle {
				s.born = born
			}
			all = append(all, s)
		}
	}
	return all
}

// Which group a process is in follows from who came before it, and so from samples that come late: the groups are those that
// who begins anew finds.
func TestGroupsOfLateSamples(t *testing.T) {
	for name, test := range map[string]struct {
		off, on int
		idle    bool
		delays  []delay
		looks   []int
	}{
		"the second comes after the third": {3, 3, false, []delay{{which: instanceIs("shop-4"), to: 31, arrive: 31}}, seq(2, 60, 1)},
		"the second works after the third": {3, 3, true, []delay{{which: instanceIs("shop-4"), to: 31, arrive: 31}}, seq(2, 60, 1)},
		"looked at twice":                  {3, 3, false, []delay{{which: instanceIs("shop-4"), to: 31, arrive: 31}}, []int{29, 90}},
		"idle, looked at twice":            {3, 3, true, []delay{{which: instanceIs("shop-4"), to: 31, arrive: 31}}, []int{29, 90}},
		"the first of many come last": {
			12, 11, false, []delay{{which: instanceIs("shop-0"), to: 50, arrive: 50}, {which: instanceIs("shop-15"), to: 44, arrive: 44}}, seq(2, 90, 4),
		},
		"the first of many work last": {
			12, 11, true, []delay{{which: instanceIs("shop-0"), to: 50, arrive: 50}, {which: instanceIs("shop-15"), to: 44, arrive: 44}}, seq(2, 90, 4),
		},
		"all lag":                       {12, 11, true, []delay{{which: everySeries, to: 150, behind: 7}}, seq(2, 90, 3)},
		"one is away while others come": {9, 9, false, []delay{{which: instanceIs("shop-9"), from: 4, to: 30, arrive: 33}}, seq(2, 60, 3)},
	} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(6, 5)) //nolint:gosec // a simulation
			client := clientOfShops(t, map[string][]*shown{"checkout": canaryShop(random, test.off, test.on, test.idle)})
			w := sameLooks(t, client, requestAt("checkout", errorsSignal), test.delays, test.looks, nil)
			require.Positive(t, w.anew)
			last := w.ticks[len(w.ticks)-10].Strata
			require.Len(t, last, 1)
			require.Len(t, last[0].PartsA, min(test.off, counts.MaxGroups))
			require.Len(t, last[0].PartsB, min(test.on, counts.MaxGroups))
			requireSum(t, last[0].A, last[0].PartsA)
			requireSum(t, last[0].B, last[0].PartsB)
		})
	}
}

// A process with other bounds than those that are judged is in no group: where it comes beside the only one that is judged,
// evidence cannot be held against it.
func TestWhatIsNotPlacedIsInNoGroup(t *testing.T) {
	const before, ticks, comes = 60, 30, 20
	random := rand.New(rand.NewPCG(8, 5)) //nolint:gosec // a simulation
	scrapes := (before+ticks)*4 + 1
	counters := append(newDurations(random, scrapes, 1).counters("a", "off"), newDurations(random, scrapes, 1).counters("b", "on")...)
	other := newDurations(random, scrapes, 1)
	for i := range (before + comes) * 4 {
		other[i] = [8]int{}
	}
	for _, c := range other.counters("c", "on") {
		if strings.Contains(c.Labels, `le="0.5"`) {
			continue
		}
		for i := range (before + comes) * 4 {
			c.Values[i] = math.NaN()
		}
		counters = append(counters, c)
	}
	request := requestOf(latencySignal)
	request.Start = promtest.Epoch.Add(before * counts.Step)
	series := collectAll(t, clientOf(t, promtest.Start(t, promtest.Write(every, counters...)).URL), `{}`, request, before+ticks).Series["on"]
	require.Len(t, series.Ticks, ticks)
	for k, tick := range series.Ticks {
		require.Len(t, tick.Strata, 1)
		s := tick.Strata[0]
		if k > comes {
			all, _ := other.above(0, (before+k)*4+1, (before+k+1)*4)
			require.Equal(t, all, s.B.Unplaced, "tick %d", k)
		}
		whole := s.B
		whole.Unplaced = 0
		require.Equal(t, []counts.Part{{Group: 0, Arm: s.A}}, s.PartsA)
		require.Equal(t, []counts.Part{{Group: 0, Arm: whole}}, s.PartsB)
	}
}

// Clients that show the series of all variants from the start, at 0, are a canary all the same where each process serves one.
func TestSeriesAtZeroMakeNoSharedProcess(t *testing.T) {
	const ticks = 30
	var all []promtest.Counter
	for i, name := range []string{"shop-1", "shop-2", "shop-3"} {
		for v, variant := range []string{"off", "on"} {
			for _, code := range []string{"200", "500"} {
				labels := fmt.Sprintf(`requests_total{job="shop",instance=%q,feature_flag_key="checkout",feature_flag_variant=%q,status=%q}`, name, variant, code)
				serves := (i == 2) == (v == 1)
				all = append(all, promtest.Sampled(labels, ticks*4+1, func(s int) float64 {
					if !serves {
						return 0
					}
					return map[string]float64{"200": 99, "500": 1}[code] * float64(s+1)
				}))
			}
		}
	}
	url := promtest.Start(t, promtest.Write(every, all...)).URL
	for name, signal := range map[string]model.Signal{"ratio": errorsSignal, "rate": {
		ID: "throughput", Name: "Throughput", Kind: model.KindRate, Direction: model.HigherIsBetter, Metric: "requests_total",
	}} {
		series := collectAll(t, clientOf(t, url), `{}`, requestOf(signal), ticks).Series["on"]
		for i, tick := range series.Ticks[1:] {
			require.Len(t, tick.Strata, 1, "%s, tick %d", name, i+1)
			s := tick.Strata[0]
			require.Zero(t, s.Key, name)
			require.Len(t, s.PartsA, 2, name)
			require.Len(t, s.PartsB, 1, name)
			if signal.Kind == model.KindRate {
				require.InDelta(t, 100.0*4/60, s.A.Sum/s.A.N, 1e-9, "%s of off", name)
				require.InDelta(t, 100.0*4/60, s.B.Sum/s.B.N, 1e-9, "%s of on", name)
			}
		}
	}
}

package collect

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// forget is what an exporter does that forgets a series which nothing updated for so many minutes: it begins again at zero.
func forget(s *shown, patience int) {
	updated := -1
	for minute, each := range s.each {
		switch {
		case each > 0:
			s.restarts[minute] = s.restarts[minute] || minute-updated > patience
			updated = minute
		case updated < 0 || minute-updated >= patience:
			s.hidden[minute] = true
		}
	}
}

// forgetful is a shop whose exporter forgets, with so many routes, each of which has so many requests a minute, 2% of them bad.
func forgetful(random *rand.Rand, routes int, mean float64, patience int) []*shown {
	var all []*shown
	for _, variant := range variants {
		for route := range routes {
			for _, status := range []string{"200", "500"} {
				share := 0.98
				if status == "500" {
					share = 0.02
				}
				s := &shown{
					metric: "requests_total", instance: "shop-1", variant: variant, route: fmt.Sprintf("/%d", route), status: status,
					each: drawn(random, mean*share), hidden: map[int]bool{}, restarts: map[int]bool{}, lag: map[int]int{},
				}
				forget(s, patience)
				all = append(all, s)
			}
		}
	}
	return all
}

// occasional is a series that counted for long and then in some minutes of the rollout only.
func occasional(variant, status string, total float64, at map[int]float64) *shown {
	s := &shown{
		metric: "requests_total", instance: "shop-1", variant: variant, route: "/old", status: status, total: total,
		each: make([]float64, minutes), hidden: map[int]bool{}, restarts: map[int]bool{}, lag: map[int]int{},
	}
	for minute, each := range at {
		s.each[opened+minute] = each
	}
	return s
}

func minutesFrom(from, to int, each float64) map[int]float64 {
	at := map[int]float64{}
	for minute := from; minute < to; minute++ {
		at[minute] = each
	}
	return at
}

// Series that are forgotten once they are idle: their process goes on being counted, minute by minute, but for that in which
// they go; what they count when they begin again counts, and what comes back with all that it ever counted does not.
func TestIdleSeriesThatAreForgotten(t *testing.T) {
	begins := func(s *shown, at int) *shown { s.restarts[opened+at] = true; return s }
	hidden := func(from, to int, s *shown) *shown { hide([]*shown{s}, from, to, whole); return s }
	tests := map[string]struct {
		more []*shown
		// lost are minutes that are left out of the process, in both variants.
		lost []int
		// until is the minute until which it is not certain that the rest is the whole: what it counted meanwhile counts then.
		until int
		// restarts is when the process does.
		restarts int
	}{
		"one that was rare": {more: []*shown{hidden(40, minutes, occasional("on", "500", 8, nil))}, lost: []int{40}},
		"one that was rare, and begins again at zero": {
			more: []*shown{begins(hidden(40, 60, occasional("on", "500", 8, minutesFrom(60, 62, 2))), 60)}, lost: []int{40},
		},
		"one that was frequent once": {more: []*shown{hidden(40, minutes, occasional("on", "200", 40_000, nil))}, lost: []int{40}, until: 45},
		"one that was frequent once, and begins again at zero": {
			more: []*shown{begins(hidden(40, 60, occasional("off", "200", 40_000, minutesFrom(60, 90, 30))), 60)}, lost: []int{40}, until: 45,
		},
		"one that comes back with what it had": {more: []*shown{hidden(40, 60, occasional("on", "200", 3000, nil))}, lost: []int{40, 60}},
		"one that is away for a minute":        {more: []*shown{hidden(40, 41, occasional("on", "200", 3000, nil))}, lost: []int{40, 41}},
		"several, one after the other": {
			more: []*shown{
				hidden(40, minutes, occasional("on", "500", 7, nil)), hidden(43, minutes, occasional("off", "500", 6, nil)),
				hidden(44, minutes, occasional("on", "200", 500, nil)), hidden(50, minutes, occasional("off", "200", 900, nil)),
			},
			lost: []int{40, 43, 44, 50},
		},
		"several at once": {
			more: []*shown{hidden(40, minutes, occasional("on", "500", 7, nil)), hidden(40, minutes, occasional("off", "200", 900, nil))},
			lost: []int{40},
		},
		"one, and another begins": {
			more: []*shown{
				hidden(40, minutes, occasional("on", "500", 7, nil)),
				hidden(-opened, 41, occasional("on", "200", 0, minutesFrom(41, 60, 20))),
			},
			lost: []int{40},
		},
		"one while its process restarts": {
			more:     []*shown{hidden(40, 60, occasional("on", "500", 8, map[int]float64{60: 1}))},
			restarts: 40,
		},
		"one before its process restarts": {
			more: []*shown{hidden(40, 60, occasional("on", "500", 8, map[int]float64{60: 1}))}, lost: []int{40}, restarts: 45,
		},
	}
	shops := map[string][]*shown{}
	for name, test := range tests {
		all := test.more
		for _, variant := range variants {
			good, bad := steady("requests_total", variant, "/item", 200), steady("requests_total", variant, "/item", 3)
			good.status, bad.status = "200", "500"
			all = append(all, good, bad)
		}
		if test.restarts > 0 {
			restart(all, test.restarts, whole)
		}
		shops[name] = all
	}
	client := clientOfShops(t, shops)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := collectShop(t, client, name)
			for i, tick := range got.Series["on"].Ticks {
				want, minute := counts.Stratum{Key: 1}, i+1
				from := minute
				if minute == test.until {
					from = test.lost[0] + 1
				}
				if !slices.Contains(test.lost, minute) && (minute >= test.until || minute < test.lost[0]) {
					want.A = truth(shops[name], "off", opened+from, opened+minute)
					want.B = truth(shops[name], "on", opened+from, opened+minute)
				}
				require.Equal(t, want, byKey(tick, 1), "minute %d", minute)
			}
		})
	}
}

// A whole variant of a process that is forgotten, after a rest or at once, begins again at zero, and from zero it counts.
func TestVariantThatIsForgotten(t *testing.T) {
	const gone, again = 40, 70
	tests := map[string]struct {
		// idle is the minute from which on it counts nothing, until the one from which on the process is counted again.
		idle, until int
	}{
		"after a rest": {idle: 35, until: gone + 1},
		"at once":      {idle: 40, until: gone + bridge},
	}
	shops := map[string][]*shown{}
	for name, test := range tests {
		off, on := steady("requests_total", "off", "/item", 100), steady("requests_total", "on", "/item", 40)
		off.status, on.status = "200", "200"
		clear(on.each[opened+test.idle : opened+again])
		hide([]*shown{on}, gone, again, whole)
		on.restarts[opened+again] = true
		shops[name] = []*shown{off, on}
	}
	client := clientOfShops(t, shops)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := collectShop(t, client, name)
			for i, tick := range got.Series["on"].Ticks {
				minute := i + 1
				var a, b counts.Arm
				for _, s := range tick.Strata {
					a.Add(s.A)
					b.Add(s.B)
				}
				switch {
				case minute < gone, minute > test.until:
					require.Equal(t, truth(shops[name], "off", opened+minute, opened+minute), a, "minute %d", minute)
					require.Equal(t, truth(shops[name], "on", opened+minute, opened+minute), b, "minute %d", minute)
				case minute < test.until:
					require.Zero(t, a.N+b.N, "minute %d", minute)
				}
			}
		})
	}
}

// A process that was upgraded in place served the baseline before: it is a stratum while it serves both, and one of two arms
// from then on, also for what is missed of it.
func TestProcessThatIsUpgraded(t *testing.T) {
	const ticks, upgraded, away = minutes - opened - 1, 30, 60
	series := func(instance, variant string, from, to int) *shown {
		s := steady("requests_total", variant, "/item", 50)
		s.instance, s.status = instance, "200"
		if from > -opened {
			s.total, s.born = 0, opened+from
		}
		hide([]*shown{s}, to, minutes-opened, whole)
		return s
	}
	next := series("shop-2", "on", upgraded, minutes-opened)
	hide([]*shown{next}, away, away+3, whole)
	var counters []promtest.Counter
	for _, s := range []*shown{series("shop-1", "off", -opened, minutes-opened), series("shop-2", "off", -opened, upgraded), next} {
		counters = append(counters, s.counter("release"))
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(time.Minute, counters...)).URL)
	for name, start := range map[string]int{"since long before": -40, "since before": 0, "since then": upgraded + 1, "since after": upgraded + 10} {
		t.Run(name, func(t *testing.T) {
			request := requestAt("release", errorsSignal)
			request.Start = request.Start.Add(time.Duration(start) * counts.Step)
			got, err := New(client, settingsOf(t, `{}`), Options{Now: at(request.Start.Add(time.Duration(ticks-start) * counts.Step))}).Collect(t.Context(), request)
			require.NoError(t, err)
			for i, tick := range got.Series["on"].Ticks {
				minute := start + i + 1
				switch {
				case minute > away+3 || minute > upgraded+1 && minute < away:
					one := []counts.Part{{Arm: counts.Arm{N: 50}}}
					require.Equal(t, []counts.Stratum{{A: counts.Arm{N: 50}, B: counts.Arm{N: 50}, PartsA: one, PartsB: one}}, tick.Strata, "minute %d", minute)
					require.Zero(t, tick.MissingA+tick.MissingB, "minute %d", minute)
				case minute == away+3:
					require.Equal(t, 3, tick.MissingB, "the minutes of the feature's only process")
					require.Zero(t, tick.MissingA)
				}
			}
		})
	}
}

// What is scraped less often than once a minute rises by much at once, and not at all between: that is its pace.
func TestScrapedSeldom(t *testing.T) {
	const ticks = 120
	for _, every := range []time.Duration{2 * time.Minute, 3 * time.Minute, 5 * time.Minute} {
		t.Run(every.String(), func(t *testing.T) {
			series := func(variant string, each float64) promtest.Counter {
				return promtest.Sampled(fmt.Sprintf(`requests_total{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q,status="200"}`, variant),
					int(ticks*time.Minute/every)+1, func(i int) float64 { return 1e6 + float64(i)*each*every.Minutes() })
			}
			client := clientOf(t, promtest.Start(t, promtest.Write(every, series("off", 1000), series("on", 100))).URL)
			got := collectAll(t, client, fmt.Sprintf(`{"timeInterval":%q}`, fmt.Sprintf("%.0fm", every.Minutes())), requestOf(errorsSignal), ticks)
			a, b := totals(got.Series["on"])
			require.InDelta(t, ticks*1000, a.N, 2*1000*every.Minutes())
			require.InDelta(t, a.N/10, b.N, 0)
			require.Empty(t, got.Notices)
		})
	}
}

// Exporters that forget, of little traffic and of much, patient and not: the process goes on being counted, no variant more
// than happened, with the share of bad requests that is true; and the minutes are the same however they are read.
func TestExportersThatForget(t *testing.T) {
	const ticks, repeats = minutes - opened - 1, 12
	tests := map[string]struct {
		routes   int
		mean     float64
		patience int
		change   func(all []*shown)
		// counted is the least part of the requests that is counted.
		counted float64
		// hides says that in most minutes as much goes as comes, which hides both.
		hides bool
	}{
		"twenty routes":            {routes: 20, mean: 1.2, patience: 5, counted: 0.3},
		"a hundred routes":         {routes: 100, mean: 1.5, patience: 5, counted: 0.1, hides: true},
		"one route":                {routes: 1, mean: 30, patience: 5, counted: 0.6},
		"much traffic":             {routes: 3, mean: 60, patience: 5, counted: 0.6},
		"little traffic":           {routes: 2, mean: 1, patience: 5, counted: 0.5},
		"an exporter in a hurry":   {routes: 5, mean: 10, patience: 2, counted: 0.2},
		"a patient exporter":       {routes: 20, mean: 1.2, patience: 30, counted: 0.3},
		"an arm that rests":        {routes: 3, mean: 20, patience: 5, counted: 0.5, change: func(all []*shown) { pause(all, on) }},
		"a code that rests":        {routes: 3, mean: 20, patience: 5, counted: 0.5, change: func(all []*shown) { pause(all, bad) }},
		"a process that restarts":  {routes: 20, mean: 1.2, patience: 5, counted: 0.3, change: func(all []*shown) { restart(all, 60, whole) }},
		"a process without a rest": {routes: 2, mean: 300, patience: 5, counted: 0.9},
	}
	shops := map[string][]*shown{}
	seed := uint64(0)
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		test := tests[name]
		for i := range repeats {
			seed++
			all := forgetful(rand.New(rand.NewPCG(30, seed)), test.routes, test.mean, test.patience) //nolint:gosec // a simulation
			if test.change != nil {
				test.change(all)
			}
			flag := fmt.Sprintf("%s %d", name, i)
			shops[flag] = all
		}
	}
	client := clientOfShops(t, shops)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var counted, happened [2]counts.Arm
			for i := range repeats {
				flag := fmt.Sprintf("%s %d", name, i)
				got := collectShop(t, client, flag)
				require.Equal(t, got.Series["on"].Ticks, appended(t, client, requestAt(flag, errorsSignal), ticks))
				a, b := totals(got.Series["on"])
				counted[0].Add(a)
				counted[1].Add(b)
				for arm, variant := range variants {
					happened[arm].Add(truth(shops[flag], variant, opened+1, opened+ticks))
				}
			}
			for arm, variant := range variants {
				share, is := happened[arm].X/happened[arm].N, counted[arm].X/counted[arm].N
				t.Logf("%s: %.0f%% counted, %.4f bad, in truth %.4f", variant, 100*counted[arm].N/happened[arm].N, is, share)
				require.LessOrEqual(t, counted[arm].N, happened[arm].N, variant)
				require.GreaterOrEqual(t, counted[arm].N, test.counted*happened[arm].N, variant)
				within := 0.15
				if test.hides {
					within = 0.6
				}
				require.InDelta(t, share, is, within*share, variant)
			}
		})
	}
}

// pause lets some series rest for half an hour.
func pause(all []*shown, which func(s *shown) bool) {
	for _, s := range all {
		if which(s) {
			clear(s.each[opened+50 : opened+80])
			s.hidden, s.restarts = map[int]bool{}, map[int]bool{}
			forget(s, 5)
		}
	}
}

// clientOfShops is a client of a Prometheus that has scraped shops, by their flag.
func clientOfShops(t *testing.T, shops map[string][]*shown) *counting {
	t.Helper()
	var counters []promtest.Counter
	for flag, all := range shops {
		for _, s := range all {
			counters = append(counters, s.counter(flag))
		}
	}
	return clientOf(t, promtest.Start(t, promtest.Write(time.Minute, counters...)).URL)
}

// collectShop collects the errors of a shop at once.
func collectShop(t *testing.T, client Client, flag string) Collected {
	t.Helper()
	request := requestAt(flag, errorsSignal)
	got, err := New(client, settingsOf(t, `{}`), Options{Now: at(request.Start.Add((minutes - opened - 1) * counts.Step))}).
		Collect(t.Context(), request)
	require.NoError(t, err)
	return got
}

// appended are the ticks of a run that was collected as it went.
func appended(t *testing.T, client Client, request Request, ticks int) []counts.Tick {
	t.Helper()
	now := request.Start
	collector := New(client, settingsOf(t, `{}`), Options{Now: func() time.Time { return at(now)() }})
	var all []counts.Tick
	for tick := 7; ; tick = min(tick+11, ticks) {
		now = request.Start.Add(time.Duration(tick) * counts.Step)
		got, err := collector.Collect(t.Context(), request)
		require.NoError(t, err)
		require.False(t, got.Anew && request.Revision > 0, "what was handed over is another, though nothing came late")
		request.Revision = got.Revision
		for _, tick := range got.Series["on"].Ticks {
			all, request.After = append(all, tick), tick.End
		}
		if tick == ticks {
			return all
		}
	}
}

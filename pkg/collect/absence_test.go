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
	"github.com/flaglens/flaglens/pkg/promtest"
)

// Series that are out of sight for a while, of every kind: what they counted in all their life is nobody's increment, no arm
// is counted alone, and what happened while they were away is not lost where it can be known.
func TestSeriesThatVanishAndReturn(t *testing.T) {
	tests := map[string]struct {
		change func(all []*shown) []*shown
		// lost is what is left out, in both variants.
		lost    []loss
		notices int
	}{
		"nothing":                          {change: func(all []*shown) []*shown { return all }},
		"the bad ones of the feature":      {change: func(all []*shown) []*shown { hide(all, 40, 43, both(bad, on, first)); return all }},
		"the bad ones of the baseline":     {change: func(all []*shown) []*shown { hide(all, 40, 43, both(bad, not(on))); return all }},
		"the bad ones of both":             {change: func(all []*shown) []*shown { hide(all, 40, 43, bad); return all }},
		"the good ones":                    {change: func(all []*shown) []*shown { hide(all, 40, 43, both(good, on, first)); return all }},
		"the good ones of both":            {change: func(all []*shown) []*shown { hide(all, 40, 42, both(good, first)); return all }},
		"an arm":                           {change: func(all []*shown) []*shown { hide(all, 40, 43, both(on, first)); return all }},
		"a process":                        {change: func(all []*shown) []*shown { hide(all, 40, 43, first); return all }},
		"a route":                          {change: func(all []*shown) []*shown { hide(all, 40, 43, cart); return all }},
		"one series":                       {change: func(all []*shown) []*shown { hide(all, 40, 43, both(on, first, bad, cart)); return all }},
		"for a minute":                     {change: func(all []*shown) []*shown { hide(all, 40, 41, both(on, bad)); return all }},
		"for as long as is bridged":        {change: func(all []*shown) []*shown { hide(all, 40, 45, both(on, first, bad)); return all }},
		"when the rollout begins":          {change: func(all []*shown) []*shown { hide(all, -2, 3, both(on, first, bad)); return all }, lost: []loss{{first, 1, 3}}, notices: 1},
		"at the first minute":              {change: func(all []*shown) []*shown { hide(all, 0, 1, both(on, first)); return all }, lost: []loss{{first, 1, 1}}, notices: 1},
		"before it, until it begins":       {change: func(all []*shown) []*shown { hide(all, -20, 0, both(on, bad)); return all }},
		"long before it, until it goes on": {change: func(all []*shown) []*shown { hide(all, -20, 10, both(on, first, bad)); return all }, lost: []loss{{first, 1, 10}}, notices: 1},
		"before all that is read": {
			// Nobody could know that there were any.
			change: func(all []*shown) []*shown { hide(all, -opened, 10, both(on, first, bad)); return all },
			lost:   []loss{{both(on, first, bad), 1, 9}, {first, 10, 10}}, notices: 1,
		},
		"an arm before all that is read": {
			change: func(all []*shown) []*shown { hide(all, -opened, 10, both(on, first)); return all },
			lost:   []loss{{both(on, first), 1, 9}, {first, 10, 10}}, notices: 1,
		},
		"for longer than is bridged": {
			change: func(all []*shown) []*shown { hide(all, 40, 60, both(on, first, bad)); return all }, lost: []loss{{first, 40, 60}}, notices: 1,
		},
		"the good ones for longer": {
			change: func(all []*shown) []*shown { hide(all, 40, 60, both(on, first, good)); return all }, lost: []loss{{first, 40, 60}}, notices: 1,
		},
		"the baseline's bad ones for hours": {
			change: func(all []*shown) []*shown { hide(all, 30, 150, both(not(on), first, bad)); return all }, lost: []loss{{first, 30, 150}}, notices: 1,
		},
		"again and again": {change: func(all []*shown) []*shown {
			for minute := 40; minute < 60; minute += 3 {
				hide(all, minute, minute+2, both(on, first, bad))
			}
			return all
		}},
		"other ones again and again": {change: func(all []*shown) []*shown {
			for minute := 40; minute < 60; minute += 4 {
				hide(all, minute, minute+2, both(on, first, bad))
				hide(all, minute+1, minute+3, both(first, cart))
			}
			return all
		}},
		"everything but what looks like a restart": {change: func(all []*shown) []*shown {
			all = append(all, &shown{
				metric: "requests_total", instance: "shop-1", variant: "on", route: "/rare", status: "500", total: 3,
				each: make([]float64, minutes), hidden: map[int]bool{}, restarts: map[int]bool{},
			})
			hide(all, 40, 43, both(first, func(s *shown) bool { return s.route != "/rare" }))
			return all
		}},
		"an answer that is older": {change: func(all []*shown) []*shown {
			for _, s := range all {
				for minute := opened + 40; minute < opened+45; minute++ {
					s.lag[minute] = 3
				}
			}
			return all
		}},
		"an answer that stands still": {change: func(all []*shown) []*shown {
			for _, s := range all {
				for minute := range 4 {
					s.lag[opened+40+minute] = minute
				}
			}
			return all
		}},
		"a restart": {change: func(all []*shown) []*shown { restart(all, 40, whole); return all }},
		"a restart after another": {change: func(all []*shown) []*shown {
			for minute := 40; minute < 50; minute += 2 {
				restart(all, minute, first)
			}
			return all
		}},
		"series that are born": {change: func(all []*shown) []*shown {
			for _, s := range all {
				if both(on, bad)(s) {
					s.born, s.total = opened+50, 0
				}
			}
			return all
		}},
		"an arm that is born": {change: func(all []*shown) []*shown {
			for _, s := range all {
				if on(s) {
					s.born, s.total = opened+50, 0
				}
			}
			return all
		}},
		"idle ones that are removed": {change: func(all []*shown) []*shown {
			for _, instance := range []string{"shop-1"} {
				for _, status := range []string{"200", "500"} {
					idle := &shown{
						metric: "requests_total", instance: instance, variant: "on", route: "/old", status: status, total: 3000,
						each: make([]float64, minutes), hidden: map[int]bool{}, restarts: map[int]bool{},
					}
					all = append(all, idle)
					hide([]*shown{idle}, 40, minutes-opened, whole)
				}
			}
			return all
		}, lost: []loss{{first, 40, 40}}, notices: 1},
		"a process with another name": {change: func(all []*shown) []*shown {
			for _, s := range all {
				if first(s) {
					again := *s
					again.instance, again.hidden = "shop-3", map[int]bool{}
					hide([]*shown{&again}, -opened, 50, whole)
					hide([]*shown{s}, 50, minutes-opened, whole)
					again.each = append([]float64(nil), s.each...)
					all = append(all, &again)
				}
			}
			return all
		}, lost: []loss{{first, 50, minutes - opened - 1}, {renamed, 1, 50}}},
	}
	var counters []promtest.Counter
	shops := map[string][]*shown{}
	seed := uint64(0)
	for name, test := range tests {
		seed++
		shops[name] = test.change(shop(rand.New(rand.NewPCG(20, seed)))) //nolint:gosec // a simulation
		for _, s := range shops[name] {
			counters = append(counters, s.counter(name))
		}
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(time.Minute, counters...)).URL)
	const ticks = minutes - opened - 1
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := requestAt(name, errorsSignal)
			got, err := New(client, settingsOf(t, `{}`), Options{Now: at(request.Start.Add(ticks * counts.Step))}).Collect(t.Context(), request)
			require.NoError(t, err)
			all := shops[name]
			a, b := totals(got.Series["on"])
			want := []counts.Arm{truth(all, "off", opened+1, opened+ticks), truth(all, "on", opened+1, opened+ticks)}
			for _, lost := range test.lost {
				for i, variant := range variants {
					missed := truth(slices.DeleteFunc(slices.Clone(all), not(lost.which)), variant, opened+lost.from, opened+lost.to)
					want[i].N -= missed.N
					want[i].X -= missed.X
				}
			}
			require.Equal(t, want, []counts.Arm{a, b})
			require.Len(t, got.Notices, test.notices, "%v", got.Notices)
		})
	}
}

// loss is what is left out of the minutes from..to of the rollout, both included.
type loss struct {
	which    func(s *shown) bool
	from, to int
}

func renamed(s *shown) bool { return s.instance == "shop-3" }

func not(test func(s *shown) bool) func(s *shown) bool {
	return func(s *shown) bool { return !test(s) }
}

func cart(s *shown) bool { return strings.HasPrefix(s.route, "/cart") }

// Whatever vanishes and returns, at random, in whatever order: no variant of no process is ever ahead of what happened, and
// the share of bad requests in what is counted is the true one.
func TestWhatIsCountedIsTrue(t *testing.T) {
	const ticks, shops = minutes - opened - 1, 48
	random := rand.New(rand.NewPCG(21, 21)) //nolint:gosec // a simulation
	all := map[string][]*shown{}
	var counters []promtest.Counter
	for i := range shops {
		flag := fmt.Sprintf("flag-%d", i)
		all[flag] = shop(random)
		for range 1 + random.IntN(4) {
			hideSome(random, all[flag])
		}
		if i%3 == 0 {
			restart(all[flag], 20+random.IntN(ticks-20), first)
		}
		for _, s := range all[flag] {
			counters = append(counters, s.counter(flag))
		}
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(time.Minute, counters...)).URL)
	var counted, happened [2]counts.Arm
	for i := range shops {
		flag := fmt.Sprintf("flag-%d", i)
		request := requestAt(flag, errorsSignal)
		got, err := New(client, settingsOf(t, `{}`), Options{Now: at(request.Start.Add(ticks * counts.Step))}).Collect(t.Context(), request)
		require.NoError(t, err)
		var so [2][2]counts.Arm
		for tick, in := range got.Series["on"].Ticks {
			for place, instance := range []string{"shop-1", "shop-2"} {
				of := slices.DeleteFunc(slices.Clone(all[flag]), func(s *shown) bool { return s.instance != instance })
				s := byKey(in, place+1)
				for arm, n := range []counts.Arm{s.A, s.B} {
					so[place][arm].Add(n)
					really := truth(of, variants[arm], opened+1, opened+tick+1)
					require.LessOrEqual(t, so[place][arm].N, really.N, "%s %s %s in minute %d", flag, instance, variants[arm], tick+1)
					require.LessOrEqual(t, so[place][arm].X, really.X, "%s %s %s in minute %d", flag, instance, variants[arm], tick+1)
				}
			}
		}
		for arm := range 2 {
			for place := range 2 {
				counted[arm].Add(so[place][arm])
			}
			happened[arm].Add(truth(all[flag], variants[arm], opened+1, opened+ticks))
		}
	}
	for arm := range 2 {
		share := happened[arm].X / happened[arm].N
		require.InDelta(t, share, counted[arm].X/counted[arm].N, 4*math.Sqrt(share/counted[arm].N), variants[arm])
		t.Logf("%s: %.1f%% of the requests counted, %.4f of them bad, in truth %.4f", variants[arm],
			100*counted[arm].N/happened[arm].N, counted[arm].X/counted[arm].N, share)
		require.Greater(t, counted[arm].N, 0.7*happened[arm].N)
	}
}

// hideSome hides some series that have something in common, or nothing, and lets them return at once or one by one.
func hideSome(random *rand.Rand, all []*shown) {
	from, length, at := 1+random.IntN(120), 1+random.IntN(4), random.Float64()
	if random.IntN(3) == 0 {
		length = 1 + random.IntN(30)
	}
	tests := []func(s *shown) bool{bad, good, on, not(on), first, not(first), cart, not(cart)}
	which := both(tests[random.IntN(len(tests))], tests[random.IntN(len(tests))])
	oneByOne, some := random.IntN(3) == 0, random.IntN(3) == 0
	for _, s := range all {
		if which(s) && (!some || random.Float64() < at) {
			until := length
			if oneByOne {
				until += random.IntN(4)
			}
			hide([]*shown{s}, from, from+until, whole)
		}
	}
}

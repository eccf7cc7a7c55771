package collect

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
)

// lowTraffic is many processes with little traffic, none of them old.
func lowTraffic(random *rand.Rand, pods int, mean float64, patience int) []*shown {
	var all []*shown
	for pod := range pods {
		for _, s := range forgetful(random, 2, mean, patience) {
			s.instance = fmt.Sprintf("shop-%d", pod)
			all = append(all, s)
		}
	}
	return all
}

// What is out of sight in many processes at once was not idle in all of them, however little each of them has of it: when it
// is back it is not counted anew. What they forget, each at its time, is.
func TestFewEventsOfManyProcesses(t *testing.T) {
	const ticks, pods = minutes - opened - 1, 60
	tests := map[string]struct {
		mean     float64
		patience int
		change   func(all []*shown)
	}{
		"the bad ones of the feature":  {mean: 5, patience: minutes, change: func(all []*shown) { hide(all, 40, 42, both(on, bad)) }},
		"rare bad ones of the feature": {mean: 1, patience: minutes, change: func(all []*shown) { hide(all, 40, 42, both(on, bad)) }},
		"rare bad ones of the feature, again and again": {mean: 1, patience: minutes, change: func(all []*shown) {
			for minute := 40; minute < 100; minute += 5 {
				hide(all, minute, minute+2, both(on, bad))
			}
		}},
		"those of a route": {mean: 5, patience: minutes, change: func(all []*shown) { hide(all, 40, 42, both(on, bad, firstRoute)) }},
		"rare ones of a route, again and again": {mean: 1, patience: minutes, change: func(all []*shown) {
			for minute := 40; minute < 100; minute += 5 {
				hide(all, minute, minute+2, both(on, bad, firstRoute))
			}
		}},
		"those of a route, again and again": {mean: 5, patience: minutes, change: func(all []*shown) {
			for minute := 40; minute < 100; minute += 5 {
				hide(all, minute, minute+2, both(on, bad, firstRoute))
			}
		}},
		"those of the feature, early": {mean: 5, patience: minutes, change: func(all []*shown) { hide(all, -75, -73, both(on, bad)); hide(all, 5, 7, both(on, bad)) }},
		"those of the baseline":       {mean: 5, patience: minutes, change: func(all []*shown) { hide(all, 40, 44, both(not(on), bad)) }},
		"those of both, twice": {mean: 5, patience: minutes, change: func(all []*shown) {
			hide(all, 40, 42, bad)
			hide(all, 100, 101, bad)
		}},
		"what each forgets": {mean: 5, patience: 5, change: func([]*shown) {}},
	}
	shops := map[string][]*shown{}
	for name, test := range tests {
		shops[name] = lowTraffic(rand.New(rand.NewPCG(40, 40)), pods, test.mean, test.patience) //nolint:gosec // a simulation
		test.change(shops[name])
	}
	client := clientOfShops(t, shops)
	for name := range tests {
		t.Run(name, func(t *testing.T) {
			got := collectShop(t, client, name)
			require.Equal(t, got.Series["on"].Ticks, appended(t, client, requestAt(name, errorsSignal), ticks))
			a, b := totals(got.Series["on"])
			for arm, counted := range []counts.Arm{a, b} {
				happened := truth(shops[name], variants[arm], opened+1, opened+ticks)
				t.Logf("%s: %.0f%% of %.0f counted, %.0f bad ones of %.0f", variants[arm], 100*counted.N/happened.N, happened.N, counted.X, happened.X)
				require.Greater(t, counted.N, 0.5*happened.N)
				require.LessOrEqual(t, counted.X, happened.X)
				require.InDelta(t, happened.X/happened.N, counted.X/counted.N, 0.15*happened.X/happened.N)
			}
		})
	}
}

func firstRoute(s *shown) bool { return s.route == "/0" }

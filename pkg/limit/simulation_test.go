package limit

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// pages counts how often a rule fires in so many days of independent requests that fail with a constant probability: looks of ten
// seconds at a window of two minutes, as in the demo, and firing once the condition has held for a minute.
func pages(days int, chance, perWindow float64, l model.Limit, random *rand.Rand) int {
	const looksOfWindow, held = 12, 7
	all, bad := make([]float64, looksOfWindow), make([]float64, looksOfWindow)
	fired, beyond := 0, 0
	n, k := 0.0, 0.0
	for look := range days * 24 * 360 {
		at := look % looksOfWindow
		n, k = n-all[at], k-bad[at]
		all[at], bad[at] = 0, 0
		for range poisson(perWindow/looksOfWindow, random) {
			all[at]++
			if random.Float64() < chance {
				bad[at]++
			}
		}
		n, k = n+all[at], k+bad[at]
		if n > 0 && Excess(failing(k, n), l) > 1 {
			beyond++
		} else {
			beyond = 0
		}
		if beyond == held {
			fired++
		}
	}
	return fired
}

// poisson draws a small number of arrivals (Knuth 1969).
func poisson(mean float64, random *rand.Rand) int {
	count, time := 0, random.ExpFloat64()
	for time < mean {
		count++
		time += random.ExpFloat64()
	}
	return count
}

// What the guide says of false pages: at half of the limit there are none in a month, where a bare comparison pages every hour.
func TestFalsePagesOfAMonth(t *testing.T) {
	none := 0.0
	guarded, bare := model.Limit{Value: 0.02, MinRequests: 100}, model.Limit{Value: 0.02, MinRequests: 100, StandardErrors: &none}
	for _, test := range []struct {
		name             string
		failing          float64
		mostGuarded      int
		leastWithoutThat int
	}{
		{"half of the limit", 0.01, 1, 1000},
		{"the limit itself", 0.02, 20, 4000},
	} {
		random := rand.New(rand.NewPCG(7, 1))
		with := pages(30, test.failing, 120, guarded, random)
		without := pages(30, test.failing, 120, bare, random)
		t.Logf("failing at %s: %d pages a month, %d without an allowance for chance", test.name, with, without)
		require.LessOrEqual(t, with, test.mostGuarded, test.name)
		require.GreaterOrEqual(t, without, test.leastWithoutThat, test.name)
	}
	// The power: three times the limit is paged within minutes.
	random := rand.New(rand.NewPCG(7, 2))
	require.Positive(t, pages(1, 0.06, 120, guarded, random))
}

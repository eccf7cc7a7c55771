package limit

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

var nan = math.NaN()

// failing is a share of bad requests of the baseline.
func failing(bad, all float64) Measured {
	return Measured{
		Flag: "checkout", Variant: "off", Role: model.RoleBaseline, Form: counts.FormShare, Stat: model.StatRatio,
		Signal: model.Signal{ID: "errors", Name: "Errors", Unit: "percentunit", Direction: model.LowerIsBetter},
		Value:  bad / all, Events: all, Window: 2 * time.Minute,
	}
}

// slow is a p95 of a distribution that rises evenly from 0 to a second.
func slow(events float64) Measured {
	return Measured{
		Flag: "checkout", Variant: "off", Role: model.RoleBaseline, Form: counts.FormTails, Stat: "p95",
		Signal: model.Signal{ID: "latency", Name: "Latency", Unit: "s", Direction: model.LowerIsBetter},
		Value:  0.95, Quantile: func(q float64) float64 { return q }, Events: events, Window: 2 * time.Minute,
	}
}

func TestExcess(t *testing.T) {
	none := 0.0
	wanted := failing(0, 0)
	wanted.Signal.Direction, wanted.Value, wanted.Events = model.HigherIsBetter, 0.8, 1000
	pool := Measured{Signal: model.Signal{Direction: model.LowerIsBetter}, Form: counts.FormMean, Stat: "value", Value: 9, Events: nan}
	tests := map[string]struct {
		measured Measured
		limit    model.Limit
		beyond   bool
	}{
		"five failures of 100 are chance at a limit of 2%": {failing(5, 100), model.Limit{Value: 0.02, MinRequests: 100}, false},
		"seven too":    {failing(7, 100), model.Limit{Value: 0.02, MinRequests: 100}, false},
		"nine are not": {failing(9, 100), model.Limit{Value: 0.02, MinRequests: 100}, true},
		"nine of fewer than are asked for are nothing":      {failing(9, 99), model.Limit{Value: 0.02, MinRequests: 100}, false},
		"five of 100 without an allowance":                  {failing(5, 100), model.Limit{Value: 0.02, StandardErrors: &none}, true},
		"3% of many":                                        {failing(300, 10_000), model.Limit{Value: 0.02}, true},
		"2% of many":                                        {failing(200, 10_000), model.Limit{Value: 0.02}, false},
		"no failure at a limit of none":                     {failing(0, 100), model.Limit{}, false},
		"failures at a limit of none":                       {failing(9, 100), model.Limit{}, true},
		"too few hits where more is better":                 {wanted, model.Limit{Value: 0.9}, true},
		"enough hits":                                       {wanted, model.Limit{Value: 0.79}, false},
		"a p95 above its limit, of many":                    {slow(100_000), model.Limit{Value: 0.94}, true},
		"a p95 that is above its limit by chance, of a few": {slow(100), model.Limit{Value: 0.94}, false},
		"a p95 far above it, of a few":                      {slow(100), model.Limit{Value: 0.5}, true},
		"what counts no requests, as it is":                 {pool, model.Limit{Value: 8}, true},
		"what counts no requests, below":                    {pool, model.Limit{Value: 10}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.beyond, Excess(test.measured, test.limit) > 1)
		})
	}
	require.True(t, math.IsNaN(Excess(failing(nan, 1), model.Limit{Value: 1})), "without a value there is no answer")
}

// poissonTail is the probability of at least n events where mean are expected.
func poissonTail(n int, mean float64) float64 {
	below, term := 0.0, math.Exp(-mean)
	for k := range n {
		below += term
		term *= mean / float64(k+1)
	}
	return 1 - below
}

// The promise of the guard, held against the exact distribution: at a rate of exactly the limit a window is called beyond it about
// as seldom as so many standard errors say (0.135% at 3), whatever its size, and never twice as often.
func TestSureIsAsSureAsItSays(t *testing.T) {
	for _, z := range []float64{2, 3, 4} {
		nominal := math.Erfc(z/math.Sqrt2) / 2
		for _, mean := range []float64{0.5, 1, 2, 5, 10, 20, 50, 100} {
			least := 1
			for Sure(float64(least), z) <= mean {
				least++
			}
			require.Less(t, poissonTail(least, mean), 1.2*nominal, "z %v, %v expected: %d events are called too many", z, mean, least)
		}
	}
	require.Zero(t, Sure(0, 3))
	require.Zero(t, Sure(nan, 3))
}

func TestWords(t *testing.T) {
	rule := model.Limit{Value: 0.02, MinRequests: 100}
	of := func(m Measured, l model.Limit) Words { return WordsOf(m, l, Excess(m, l)) }
	require.Equal(t, Words{
		"Existing application: errors: 5.2 of every 100 requests, the limit is 2",
		"How much: 5.2 of every 100 requests; at least 3.4 with 3 standard errors for chance.\n" +
			"How many: about 62 of 1190 requests in the last 2 m.\n" +
			"Who has it: the baseline of checkout (off) alone was measured; no feature is part of it.\n" +
			"What to do: no feature did this, so no roll-back helps. Look at the application, what it depends on, and its last deployment.",
	}, of(failing(62, 1190), rule))
	require.Equal(t, "Existing application: latency p95: 950 ms, the limit is 250 ms", of(slow(1000), model.Limit{Value: 0.25}).Summary)
	require.Contains(t, of(slow(1000), model.Limit{Value: 0.25}).Description, "How much: 950 ms; at least 929 ms with 3 standard errors for chance.")
	require.Contains(t, of(failing(5, 100), rule).Summary, "errors is not surely beyond its limit: 5 of every 100 requests")
	require.Equal(t, "Existing application: errors: no value", of(failing(nan, 1), rule).Summary)
	feature := failing(62, 1190)
	feature.Role, feature.Variant = model.RoleFeature, "o\nn"
	require.Contains(t, of(feature, rule).Summary, "checkout o n: errors")
	require.NotContains(t, of(feature, rule).Description, "What to do", "of a feature the verdict says that")
}

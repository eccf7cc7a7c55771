package eprocess

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// TestNothingLastsThroughItsOpposite: Within and Better rest on hours, and what has gone wrong since ends them within
// minutes; a feature that stays as it is keeps them.
func TestNothingLastsThroughItsOpposite(t *testing.T) {
	for name, c := range map[string]struct {
		question      Question
		before, after float64
		limit         int // minutes after the shift; 0: it stands
	}{
		"within, then three times":      {Within, 1, 3, 12},
		"within, then twice":            {Within, 1, 2, 45},
		"within, as it was":             {Within, 1, 1, 0},
		"within, then half":             {Within, 1, 0.5, 0},
		"better, then as the baseline":  {Better, 0.4, 1, 100},
		"better, then worse":            {Better, 0.4, 2, 12},
		"better, as it was":             {Better, 0.4, 0.4, 0},
		"within by little, then double": {Within, 0.7, 2, 30},
	} {
		t.Run(name, func(t *testing.T) {
			const shift, until = 900, 1000
			early := simulated.Traffic{Ticks: shift, Processes: 3, RPS: 20, Share: 0.4, Bad: 0.01, Factor: c.before}.Make(7)
			late := simulated.Traffic{Ticks: until - shift, Processes: 3, RPS: 20, Share: 0.4, Bad: 0.01, Factor: c.after, Start: shift * 60}.Make(8)
			test, err := NewTest(Params{Relative: 0.1, Absolute: 0.002, Question: c.question})
			require.NoError(t, err)
			for _, tick := range early {
				require.NoError(t, test.Add(tick))
			}
			require.True(t, test.Evidence().Live(), "it never stood: %+v", test.Evidence())
			left := 0
			for i, tick := range late {
				require.NoError(t, test.Add(tick))
				if !test.Evidence().Live() {
					left = i + 1
					break
				}
			}
			if c.limit == 0 {
				require.Zero(t, left, "%+v", test.Evidence())
				return
			}
			require.Positive(t, left)
			require.LessOrEqual(t, left, c.limit)
			assert.Greater(t, test.Evidence().Log, test.Evidence().Threshold, "the evidence itself would have stood")
		})
	}
}

// TestBeyond works a stretch of time out by hand.
func TestBeyond(t *testing.T) {
	const r0, d = 1.2, 0.002
	test, err := NewTest(Params{Relative: r0 - 1, Absolute: d, Question: Within})
	require.NoError(t, err)
	require.NoError(t, test.Add(strata.Tick{End: 60}))
	assert.Equal(t, -maxLog, test.Evidence().Beyond, "no stretch is that short")
	a, b := strata.Counts{N: 400, X: 4}, strata.Counts{N: 100, X: 6}
	for i := range int64(15) {
		require.NoError(t, test.Add(strata.Tick{End: 120 + i*60, Strata: []strata.Stratum{{A: a, B: b}}}))
	}
	// p_B - r0 p_A - d, with the variance that Poisson counts give it, times the dispersion of which nothing is known yet.
	excess := b.X/b.N - r0*a.X/a.N - d
	variance := b.X/b.N/b.N + r0*r0*a.X/a.N/a.N
	assert.InDelta(t, excess*math.Sqrt(15)/math.Sqrt(2*variance), test.Evidence().Beyond, 1e-9)
	worse, err := NewTest(Params{})
	require.NoError(t, err)
	assert.Zero(t, worse.Evidence().Beyond)
}

// TestBeyondWithFewRequestsOfOneArm: a bad request where hardly any was likely is no regression, whichever arm is small.
func TestBeyondWithFewRequestsOfOneArm(t *testing.T) {
	for _, s := range []strata.Stratum{
		{A: strata.Counts{N: 10000}, B: strata.Counts{N: 10, X: 1}},
		{A: strata.Counts{N: 10}, B: strata.Counts{N: 10000, X: 9}},
	} {
		test, err := NewTest(Params{Relative: 0.1, Question: Within})
		require.NoError(t, err)
		for i := range int64(15) {
			tick := strata.Tick{End: (i + 1) * 60}
			if i == 7 {
				tick.Strata = []strata.Stratum{s}
			}
			require.NoError(t, test.Add(tick))
		}
		assert.Less(t, test.Evidence().Beyond, 1.0, "%+v", s)
	}
}

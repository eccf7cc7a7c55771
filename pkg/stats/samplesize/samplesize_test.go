package samplesize

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table of section "Forecast" at alpha 1% and equal traffic: bad events until the evidence is there.
func TestEventsNeeded(t *testing.T) {
	for ratio, want := range map[float64]float64{1.25: 906, 1.5: 278, 2: 99, 3: 43, 5: 23, 10: 14} {
		got, err := EventsNeeded(ratio, 1, 1, 0.01)
		require.NoError(t, err)
		require.InDelta(t, want, got, 0.6, "x%v", ratio)
		back, err := EventsNeeded(1/ratio, 1, 1, 0.01)
		require.NoError(t, err)
		require.InDelta(t, got, back, 1e-6, "better by as much takes as long at equal traffic")
	}
	never, err := EventsNeeded(1.1, 1.1, 0.5, 0.01)
	require.NoError(t, err)
	require.True(t, math.IsInf(never, 1))
	for _, bad := range [][4]float64{{-1, 1, 1, 0.01}, {1, 0, 1, 0.01}, {1, 1, 0, 0.01}, {1, 1, 1, 0}, {math.NaN(), 1, 1, 0.01}} {
		_, err := EventsNeeded(bad[0], bad[1], bad[2], bad[3])
		require.Error(t, err, "%v", bad)
	}
}

func TestEventsNeededOfOddNumbers(t *testing.T) {
	odd := []float64{0, -1, 1, 0.5, 1e-300, 1e300, -1e300, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 1e-9, 7, 1e6}
	for _, r := range odd {
		for _, r0 := range odd {
			for _, w := range odd {
				for _, alpha := range odd {
					if events, err := EventsNeeded(r, r0, w, alpha); err == nil {
						require.False(t, math.IsNaN(events) || events < 0, "%v %v %v %v: %v", r, r0, w, alpha, events)
					}
				}
			}
		}
	}
}

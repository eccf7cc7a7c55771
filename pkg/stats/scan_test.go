package stats

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

func TestEBH(t *testing.T) {
	logs := func(e ...float64) []float64 {
		for i := range e {
			e[i] = math.Log(e[i])
		}
		return e
	}
	for name, c := range map[string]struct {
		logE []float64
		want []int
	}{
		"nothing":                         {nil, nil},
		"one large enough for itself":     {logs(400, 1, 1, 1), []int{0}},
		"just too small":                  {logs(399, 1, 1, 1), nil},
		"two carry each other":            {logs(200, 3, 200, 1), []int{0, 2}},
		"a larger set carries smaller":    {logs(150, 140, 1, 134), []int{0, 1, 3}},
		"zero, infinity and not a number": {[]float64{math.Inf(-1), math.Inf(1), math.NaN(), 0}, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, nilIfEmpty(EBH(c.logE, 0.01)))
		})
	}
	require.Empty(t, EBH(logs(1e9), math.NaN()))
	require.Empty(t, EBH(logs(1e9), 0))
}

func nilIfEmpty(values []int) []int {
	if len(values) == 0 {
		return nil
	}
	return values
}

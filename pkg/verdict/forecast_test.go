package verdict

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// TestForecastsOfWithin: what has been gained counts, so that the wait that is given shrinks with the one that is left; and
// where it ends is close to what was said on the way.
func TestForecastsOfWithin(t *testing.T) {
	s := steady(900, always(0.01))
	series := s.series(errorsSignal)
	judge, err := NewJudge(optionsOf(errorsSignal, model.Margin{Relative: 0.25, Absolute: 0.001}), series)
	require.NoError(t, err)
	waits, decided := map[int]int{}, 0
	for i, tick := range series.Ticks {
		require.NoError(t, judge.Add(tick))
		v, err := judge.Verdict(Context{})
		require.NoError(t, err)
		if v.State == WithinMargin {
			decided = i + 1
			break
		}
		if v.Forecast > 0 && i >= 30 {
			waits[i+1] = int(v.Forecast-v.latest) / 60
		}
	}
	require.Positive(t, decided)
	require.NotEmpty(t, waits)
	off, n := 0.0, 0
	for at, wait := range waits {
		require.Positive(t, wait)
		if left := decided - at; left >= 15 {
			off += math.Abs(math.Log(float64(left) / float64(wait)))
			n++
		}
	}
	require.Greater(t, n, 10)
	require.Less(t, math.Exp(off/float64(n)), 2.0, "off by a factor of two on average, %v until %d", waits, decided)
}

// TestNoForecastWhereItWouldMeanNothing: chance alone may have put the effect on its side of the margin.
func TestNoForecastWhereItWouldMeanNothing(t *testing.T) {
	judge, err := NewJudge(optionsOf(errorsSignal, model.Margin{Relative: 0.2}), steady(1, always(0)).series(errorsSignal))
	require.NoError(t, err)
	given := func(bad float64) int64 {
		v := said(errorsSignal, model.Margin{Relative: 0.2}, func(v *Verdict) {
			v.Options, v.State, v.Margin, v.Dispersion = judge.options, Inconclusive, 0.002, 2
			v.NBaseline, v.NVariant, v.BadBaseline, v.BadVariant = 20_000, 20_000, 200, bad
			v.Start, v.latest = begin, begin+120*60
		})
		judge.requests.counts = []arms{{2500, 2500}, {2500, 2500}, {2500, 2500}, {2500, 2500}, {2500, 2500}, {2500, 2500}, {2500, 2500}, {2500, 2500}}
		return judge.forecast(v)
	}
	for bad, want := range map[float64]bool{100: true, 160: true, 215: false, 240: false, 265: false, 330: true, 500: true} {
		require.Equal(t, want, given(bad) > 0, "%v bad ones, 240 at the margin", bad)
	}
}

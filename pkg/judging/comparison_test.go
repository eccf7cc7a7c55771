package judging

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// What was proven by ticks that samples which came late have changed is not proven any more: the judge begins anew, and says
// what one says that never saw them.
func TestNothingStaysLatchedOnWhatWasCorrected(t *testing.T) {
	const start, minutes = 1_767_225_600, 120
	ticks := func(bad func(minute int) float64) []counts.Tick {
		var all []counts.Tick
		for minute := range minutes {
			all = append(all, counts.Tick{End: start + 60*int64(minute+1), Expected: 1, Strata: []counts.Stratum{{
				Key: 1, A: counts.Arm{N: 1000, X: float64(8 + minute%5)}, B: counts.Arm{N: 1000, X: bad(minute)},
			}}})
		}
		return all
	}
	series := func(ticks []counts.Tick) counts.Series { return counts.Series{Step: 60, Start: start, Ticks: ticks} }
	options := verdict.Options{
		Signal: model.Signal{ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter},
		Flag:   "checkout", Baseline: "off", Variant: "on", Alpha: 0.01, Margin: model.Margin{Relative: 0.1, Absolute: 0.001},
		Judged: counts.Judged{Form: counts.FormShare, Stat: model.StatRatio, Requests: true},
	}
	early := ticks(func(minute int) float64 {
		if minute >= 60 && minute < 70 {
			return 400
		}
		return float64(8 + minute%7)
	})
	corrected := ticks(func(minute int) float64 { return float64(8 + minute%7) })
	stateOf := func(c *comparison) verdict.Verdict {
		t.Helper()
		row, err := c.judge.Verdict(verdict.Context{})
		require.NoError(t, err)
		return row
	}

	watched := &comparison{}
	require.NoError(t, watched.take(options, collect.Collected{Revision: 1}, series(early[:100])))
	require.Equal(t, verdict.Regressed, stateOf(watched).State)
	require.NoError(t, watched.take(options, collect.Collected{Revision: 1}, series(early[100:110])))
	require.Equal(t, verdict.Regressed, stateOf(watched).State, "what was proven stays so")
	require.NoError(t, watched.take(options, collect.Collected{Revision: 2, Anew: true}, series(corrected)))
	require.Equal(t, int64(2), watched.revision)

	fresh := &comparison{}
	require.NoError(t, fresh.take(options, collect.Collected{Revision: 2}, series(corrected)))
	require.Equal(t, stateOf(fresh).Reason, stateOf(watched).Reason)
	require.InDelta(t, stateOf(fresh).Evidence, stateOf(watched).Evidence, 0)
	require.Equal(t, stateOf(fresh).State, stateOf(watched).State)
	require.NotEqual(t, verdict.Regressed, stateOf(watched).State)
}

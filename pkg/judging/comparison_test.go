package judging

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

func sharesOptions() verdict.Options {
	return verdict.Options{
		Signal: model.Signal{ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter},
		Flag:   "checkout", Baseline: "off", Variant: "on", Alpha: 0.01, Margin: model.Margin{Relative: 0.1, Absolute: 0.001},
		Judged: counts.Judged{Form: counts.FormShare, Stat: model.StatRatio, Requests: true},
	}
}

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
	options := sharesOptions()
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

// A pipeline whose samples always lag changes the latest minutes at each look: those are judged again, and not the days before
// them.
func TestWhatComesLateIsJudgedAgainAndNothingElse(t *testing.T) {
	const start, minutes, looks = 1_767_225_600, 3000, 200
	for name, test := range map[string]struct {
		// lag is for how many minutes the feature's requests are too few at first.
		lag, every int
		most       int
	}{
		"a minute":                {1, 1, 20},
		"five minutes":            {5, 1, 40},
		"five, looked at seldom":  {5, 4, 45},
		"an hour":                 {60, 1, 200},
		"an hour, looked at less": {60, 10, 220},
	} {
		t.Run(name, func(t *testing.T) {
			tick := func(minute, newest int) counts.Tick {
				n := 500.0
				if newest-minute < test.lag {
					n = float64(300 + minute%3)
				}
				return counts.Tick{End: start + 60*int64(minute+1), Expected: 2, Strata: []counts.Stratum{
					{Key: 1, A: counts.Arm{N: 500, X: float64(4 + minute%5)}, B: counts.Arm{N: n, X: float64(5 + minute%4)}},
					{Key: 2, A: counts.Arm{N: 200, X: float64(minute % 3)}, B: counts.Arm{N: n / 2, X: float64(minute % 4)}},
				}}
			}
			collected := func(from, newest int) counts.Series {
				series := counts.Series{Step: 60, Start: start}
				for minute := from; minute <= newest; minute++ {
					series.Ticks = append(series.Ticks, tick(minute, newest))
				}
				return series
			}
			end := func(newest int) time.Time { return time.Unix(start+60*int64(newest+1), 0) }
			watched := &comparison{}
			newest := minutes
			require.NoError(t, watched.take(sharesOptions(), collect.Collected{Revision: 1, End: end(newest)}, collected(0, newest)))
			for look := range looks {
				before := watched.judged
				// As the collector does: what follows the newest tick to go back to that is as it was.
				got := collect.Collected{Revision: int64(look + 2), Anew: true, Changed: start + 60*int64(newest-test.lag+2)}
				for _, back := range watched.back() {
					if back < got.Changed {
						got.From = back
					}
				}
				newest += test.every
				got.End = end(newest)
				require.NoError(t, watched.take(sharesOptions(), got, collected(int(max(got.From-start, 0)/60), newest)))
				if look > 0 {
					require.LessOrEqual(t, watched.judged-before, test.most+test.every, "look %d", look)
				}
			}
			want, err := verdict.Of(sharesOptions(), collected(0, newest), verdict.Context{})
			require.NoError(t, err)
			got, err := watched.judge.Verdict(verdict.Context{})
			require.NoError(t, err)
			require.Equal(t, want.Reason, got.Reason)
			require.InDelta(t, want.LogE, got.LogE, 0)
			// Where nothing has come late for long, nothing is kept for it.
			for range calmAfter + 1 {
				newest++
				got := collect.Collected{Revision: watched.revision, End: end(newest)}
				require.NoError(t, watched.take(sharesOptions(), got, collected(newest, newest)))
			}
			require.Empty(t, watched.back())
		})
	}
}

package verdict

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// losing is a series of which each tick loses a part of what the arms count, in so many restarts; the feature fails so often.
func losing(lostA, lostB float64, restarts int, failing float64) counts.Series {
	series := counts.Series{Signal: model.Signal{ID: "errors"}, Step: 60, Start: 1_700_000_040}
	for i := range 240 {
		n := 1000.0
		series.Ticks = append(series.Ticks, counts.Tick{
			End: series.Start + int64(i+1)*60, Expected: 1,
			Strata: []counts.Stratum{{Key: 1, A: counts.Arm{N: n, X: 10}, B: counts.Arm{N: n, X: n * failing}}},
			LostA:  n * lostA / (1 - lostA), LostB: n * lostB / (1 - lostB), RestartsA: restarts, RestartsB: restarts,
		})
	}
	return series
}

// What restarts take from the counts withholds a verdict where it is much, or not the same part of both arms: never what the
// feature is found guilty of without it.
func TestWhatIsLostWithholds(t *testing.T) {
	for name, test := range map[string]struct {
		lostA, lostB, failing float64
		restarts              int
		state                 State
		cause                 model.Cause
		says                  string
	}{
		"nothing":             {0, 0, 0.01, 0, WithinMargin, "", ""},
		"a little of one":     {0, 0.008, 0.01, 1, WithinMargin, "", ""},
		"more of the feature": {0.001, 0.31, 0.01, 1, Withheld, model.CauseLost, "about 0.10% of what off counts and 31% of what on does is left out: processes of on restart again and again (240 times)"},
		"more of the baseline": {
			0.04, 0, 0.01, 1, Withheld, model.CauseLost,
			"about 4.0% of what off counts and 0% of what on does is left out: processes of off restart",
		},
		"the same small part of both":                            {0.03, 0.03, 0.01, 1, WithinMargin, "", "About 3.0% of what off and on count is left out: processes of both restart"},
		"much of both":                                           {0.2, 0.2, 0.01, 1, Withheld, model.CauseLost, "Find out why they restart (crashes, a memory limit, a liveness probe). Then judge from a later start"},
		"without a restart":                                      {0, 0.1, 0.01, 0, Withheld, model.CauseLost, "processes of on lose parts of their series again and again"},
		"a feature that is worse and crashes":                    {0, 0.31, 0.05, 1, Regressed, "", "About 0% of what off counts and 31% of what on does is left out"},
		"a feature that looks worse beside a baseline in a loop": {0.31, 0, 0.05, 1, Withheld, model.CauseLost, "processes of off restart"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := Of(Options{
				Flag: "checkout", Baseline: "off", Variant: "on", Alpha: 0.01, Margin: model.Margin{Relative: 0.1, Absolute: 0.001},
				Profile: model.ProfileStrict, Judged: counts.Judged{Form: counts.FormShare, Stat: model.StatRatio, Requests: true},
				Signal: model.Signal{ID: "errors", Name: "Errors", Direction: model.LowerIsBetter},
			}, losing(test.lostA, test.lostB, test.restarts, test.failing), Context{})
			require.NoError(t, err)
			require.Equal(t, test.state, v.State, v.Reason)
			require.Equal(t, test.cause, v.Cause, v.Reason)
			require.Contains(t, v.Reason, test.says)
			if test.says == "" {
				require.NotContains(t, v.Reason, "left out")
			}
			v.Unread("the line broke")
			require.Contains(t, v.Reason, test.says, "what is not read any more is withheld for the same reason")
		})
	}
}

// A group of processes of which nothing was placed is no group: without it, what is left is as much as before.
func TestAGroupWithoutCountsIsNone(t *testing.T) {
	var parts [counts.MaxGroups]counts.Part
	parts[2] = counts.Part{Arm: counts.Arm{N: 7, Above: []float64{3}}}
	parts[4] = counts.Part{Arm: counts.Arm{Unplaced: 9, Above: []float64{0}}}
	whole, found := addedUp(parts, 1)
	require.Equal(t, counts.Arm{N: 7, Unplaced: 9, Above: []float64{3}}, whole)
	require.Equal(t, []counts.Part{{Group: 2, Arm: counts.Arm{N: 7, Above: []float64{3}}}}, found)
}

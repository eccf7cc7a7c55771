package verdict

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// Where nothing is scraped any more that is said, with since when, and nothing is forecast. That there are no requests, or
// that the next scrape is not due yet, is something else.
func TestAPipelineThatStopped(t *testing.T) {
	for name, test := range map[string]struct {
		minutes, quiet, processes int
		scrape                    time.Duration
		stopped                   bool
	}{
		"it goes on":               {120, 0, 0, time.Minute, false},
		"a deployment":             {120, 4, 0, time.Minute, false},
		"stopped":                  {120, 5, 0, time.Minute, true},
		"stopped before a verdict": {5, 30, 0, time.Minute, true},
		"no requests at night":     {120, 300, 4, time.Minute, false},
		"scraped rarely":           {120, 14, 0, 5 * time.Minute, false},
		"scraped rarely, stopped":  {120, 15, 0, 5 * time.Minute, true},
		"the interval is unknown":  {120, 5, 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			series := steady(test.minutes, worseFrom(0, 0.01, 1.15)).series(errorsSignal)
			end := series.Ticks[len(series.Ticks)-1].End
			for minute := range test.quiet {
				series.Ticks = append(series.Ticks, counts.Tick{End: end + int64(minute+1)*60, Expected: test.processes})
			}
			v, err := Of(optionsOf(errorsSignal, both), series, Context{Scrape: test.scrape})
			require.NoError(t, err)
			sentence := "Nothing new of " + v.Options.Flag + " since " + moment(end)
			texts := v.Texts()
			if !test.stopped {
				require.NotContains(t, v.Reason, "Nothing new")
				require.NotContains(t, texts.Note+texts.Tags, "nothing new")
				require.NotEqual(t, model.CauseStopped, v.Cause)
				return
			}
			require.Contains(t, v.Reason, sentence)
			require.Contains(t, texts.Note, "nothing new since "+moment(end))
			require.Equal(t, model.CauseStopped, v.Cause)
			require.Zero(t, v.Forecast)
			require.NotContains(t, v.Reason, "can be decided")
			require.NotContains(t, v.Reason, "It cannot be said when")
		})
	}
}

// The same comparison has a forecast while data arrive, so that the test above tests something.
func TestForecastsAreGivenWhileDataArrive(t *testing.T) {
	v, err := Of(optionsOf(errorsSignal, both), steady(120, worseFrom(0, 0.01, 1.5)).series(errorsSignal), Context{})
	require.NoError(t, err)
	require.Equal(t, Inconclusive, v.State)
	require.NotZero(t, v.Forecast)
	series := steady(120, worseFrom(0, 0.01, 1.5)).series(errorsSignal)
	end := series.Ticks[len(series.Ticks)-1].End
	for minute := range 6 {
		series.Ticks = append(series.Ticks, counts.Tick{End: end + int64(minute+1)*60})
	}
	v, err = Of(optionsOf(errorsSignal, both), series, Context{})
	require.NoError(t, err)
	require.Equal(t, Inconclusive, v.State)
	require.Zero(t, v.Forecast)
}

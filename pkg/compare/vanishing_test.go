package compare

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// Failed requests that are out of sight for some minutes, as a store that does not answer makes them: no feature is worse,
// and none is called so when they are back with all that they ever counted. Who looked all along says what one says who reads
// it afterwards, and both say what is said where nothing was missing.
func TestVerdictsWhenSeriesVanishAndReturn(t *testing.T) {
	const from = rolloutScrapes - 80
	alike := trial{requests: [2]float64{60, 60}, errors: [2]float64{0.01, 0.01}, allocated: [2]float64{0.5, 0.5}}
	gone := func(variant string, scrapes int) func(int, string, string) bool {
		return func(scrape int, of, status string) bool {
			return (variant == "" || of == variant) && status == "500" && scrape >= from && scrape < from+scrapes
		}
	}
	tests := map[string]func(scrape int, variant, status string) bool{
		"none":                       nil,
		"of the feature":             gone("on", 5),
		"of the baseline":            gone("off", 5),
		"of both":                    gone("", 5),
		"of the feature for longer":  gone("on", 40),
		"of the baseline for longer": gone("off", 40),
		"of the feature again and again": func(scrape int, variant, status string) bool {
			return gone("on", 60)(scrape, variant, status) && scrape%8 < 4
		},
	}
	var scripts []promtest.Script
	for flag, hidden := range tests {
		one := alike
		one.flag, one.hidden = flag, hidden
		// The same requests for each flag.
		scripts = append(scripts, rollouts(one))
	}
	client := clientOf(t, promtest.Start(t, scripts...))
	now := rolloutEnd
	engine := func() *Engine {
		return closing(t, New(client, settingsOf(t, rolloutSettings), Options{Now: func() time.Time { return now }}))
	}
	ask := func(engine *Engine, flag string) map[string]any {
		request := verdictOf(flag, "errors")
		request.From, request.To = now.Add(-time.Hour), now
		request.Query.Margins = map[string]model.Margin{"errors": {Relative: 0.5}}
		answer, err := engine.Run(context.Background(), request)
		require.NoError(t, err)
		return table(t, answer)[0]
	}
	warm := engine()
	for now = promtest.Epoch.Add((from - 10) * rolloutScrape); !now.After(rolloutEnd); now = now.Add(time.Minute) {
		untouched := ask(warm, "none")
		for flag := range tests {
			row := ask(warm, flag)
			require.Equal(t, untouched["state"], row["state"], "%s at %s: %s", flag, now, row["reason"])
			require.InDelta(t, untouched["evidence"], row["evidence"], 0.05, "%s at %s", flag, now)
		}
	}
	now = rolloutEnd
	cold := engine()
	for flag := range tests {
		require.Equal(t, ask(warm, flag), ask(cold, flag), flag)
	}
}

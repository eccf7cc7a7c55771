package series

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// What a real server counts is what it answers with.
func TestCountsOfPrometheus(t *testing.T) {
	client, err := promapi.NewClient(http.DefaultClient, promtest.Start(t, promtest.Shop()).URL, promapi.Options{GeneratedPromQL: true})
	require.NoError(t, err)
	for mode, jsonData := range promtest.ShopSplits {
		for _, signal := range []string{"latency", "errors", "throughput", "pool", "duration", "native", "native-rate", "native-errors"} {
			t.Run(mode+" "+signal, func(t *testing.T) {
				words := vocabulary.BuiltIn()
				settings, err := words.DecodeSettings([]byte(jsonData))
				require.NoError(t, err)
				now := func() time.Time { return promtest.ShopEnd }
				read := New(client, settings, survey.New(client, settings, survey.Options{Words: words, Now: now, Budget: budget.Process()}), Options{Budget: budget.Process()})
				query, err := model.Query{
					QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{signal}, GroupBy: []string{"route", "instance"},
				}.Validate()
				require.NoError(t, err)
				r := Request{Query: query, From: promtest.Epoch, To: promtest.ShopEnd, Interval: time.Minute, MaxDataPoints: 1000}
				s, _, err := Fit(r, now(), settings.ScrapeInterval())
				require.NoError(t, err)
				at := evaluationOf(query.Format, s)
				chosen, err := read.Planner.catalogue.Signal(signal)
				require.NoError(t, err)
				st, err := read.Planner.statementOf(context.Background(), query, []model.Signal{chosen}, s, at)
				require.NoError(t, err)
				counted, err := read.Planner.sizeOf(context.Background(), r, st, at)
				require.NoError(t, err)
				result, err := (&reader{client: client, planner: read.Planner}).ask(context.Background(), st.expr, at)
				require.NoError(t, err)
				arms := armsOf(&promapi.Result{Series: append([]promapi.Series(nil), result.Series...)}, st.scope, at.grid)
				require.Equal(t, len(arms), counted.arms)
				groups := map[string]bool{}
				for _, a := range arms {
					groups[a.key] = true
				}
				require.Equal(t, len(groups), counted.groups)
				if signal != "native" {
					require.LessOrEqual(t, counted.series, len(result.Series)+len(arms), "about as many")
					require.GreaterOrEqual(t, counted.series+2*len(arms), len(result.Series), "beside the buckets of each arm a sum and a count")
				}
			})
		}
	}
}

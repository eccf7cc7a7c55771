package compare

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

func TestPartialAnswersInAlertRules(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	for name, test := range map[string]struct {
		settings  string
		cut, rule bool
		refused   string
	}{
		"partial, a person asks":      {`{"partialAsError":true}`, false, false, ""},
		"partial, a rule asks":        {`{}`, false, true, ""},
		"partial, treated as error":   {`{"partialAsError":true}`, false, true, "treats that as an error in alert rules"},
		"cut, a person asks":          {`{}`, true, false, ""},
		"cut, a rule asks in any way": {`{}`, true, true, "no alert rule can rest on it"},
	} {
		t.Run(name, func(t *testing.T) {
			request := asked(model.Query{
				QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"errors"}, Format: model.FormatAlert,
			})
			request.FromAlert = test.rule
			answer, err := engineOn(t, partial{client, test.cut}, test.settings).Run(context.Background(), request)
			if test.refused != "" {
				require.ErrorContains(t, err, test.refused)
				require.ErrorContains(t, err, ". a store did not answer. the answer was cut at 2 series",
					"each text is a sentence of its own")
				return
			}
			require.NoError(t, err)
			requireNotice(t, answer, "a store did not answer")
			requireNotice(t, answer, "the answer was cut at 2 series.")
		})
	}
}

// An alert rule that misses a series stays silent, and one that gets NaN fires: there is a row for each pair, null
// where there is nothing.
func TestAlertAlwaysHasItsRows(t *testing.T) {
	engine := engineOn(t, clientOf(t, promtest.Start(t, promtest.Shop())), promtest.ShopSplits["labels"])
	request := asked(model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"errors", "latency"}, Stats: []string{"ratio", "p95"}, Format: model.FormatAlert,
	})
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	got := valuesOf(t, answer)
	require.Len(t, got, 8)
	for labels, value := range got {
		require.Len(t, value, 1)
		require.NotNil(t, value[0], labels)
	}

	// Nothing was scraped at the end of the range: the rows stay, without values. Whether there was traffic is not known.
	request.To = promtest.ShopEnd.Add(10 * time.Minute)
	engine.now = func() time.Time { return request.To }
	answer, err = engine.Run(context.Background(), request)
	require.NoError(t, err)
	requireNotice(t, answer, `Errors: the baseline "off" cannot be read: Prometheus has no samples of `+
		`feature_flag_http_request_duration_seconds_count in the last 1m15s of this range, but before: check`)
	require.NotContains(t, strings.Join(noticesOf(answer), "\n"), "no series named", "it has some earlier in this range")
	silent := valuesOf(t, answer)
	require.Len(t, silent, 8)
	for labels, value := range silent {
		require.Contains(t, got, labels, "the same series as before")
		require.Equal(t, []*float64{nil}, value)
	}
}

// A limit is answered with how far each series lies beyond it, and with the words of an alert where they are wanted.
func TestSplitHeldAgainstALimit(t *testing.T) {
	engine := engineOn(t, clientOf(t, promtest.Start(t, promtest.Shop())), promtest.ShopSplits["labels"])
	query := model.Query{
		QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"errors", "latency"}, Stats: []string{"ratio", "p95"},
		Roles: []model.Role{model.RoleBaseline}, Format: model.FormatAlert, Threshold: &model.Limit{Value: 1e-6},
	}
	beyond := func(change func(*model.Limit)) data.Frames {
		asking := query
		limit := *query.Threshold
		change(&limit)
		asking.Threshold = &limit
		answer, err := engine.Run(context.Background(), asked(asking))
		require.NoError(t, err)
		require.Len(t, answer, 2)
		return answer
	}
	for _, frame := range beyond(func(*model.Limit) {}) {
		field := frame.Fields[0]
		require.Equal(t, data.Labels{
			"flag": "checkout", "variant": field.Labels["variant"], "role": "baseline", "signal": field.Labels["signal"], "stat": field.Labels["stat"],
		}, field.Labels, "labels that change would make another alert")
		value, ok := field.At(0).(*float64)
		require.True(t, ok)
		require.Greater(t, *value, 1.0)
	}
	for _, frame := range beyond(func(l *model.Limit) { l.Value = 1e6 }) {
		require.Less(t, *frame.Fields[0].At(0).(*float64), 1.0)
	}
	for _, frame := range beyond(func(l *model.Limit) { l.MinRequests = 1e9 }) {
		require.Zero(t, *frame.Fields[0].At(0).(*float64), "too few requests are no reason to wake anybody")
	}
	for _, frame := range beyond(func(l *model.Limit) { l.Words = true }) {
		labels := frame.Fields[0].Labels
		require.Contains(t, labels["summary"], "Existing application: "+labels["signal"])
		require.Regexp(t, `How many: about [\d.]+( of [\d.]+)? requests in the last 1 m`, labels["description"])
	}
}

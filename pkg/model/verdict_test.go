package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

func TestDecodeVerdictRefusesByName(t *testing.T) {
	verdict := func(rest string) string {
		return `{"queryType":"verdict","flag":"a","signals":["errors"],` + rest + `}`
	}
	tests := map[string]struct {
		query string
		want  refused
	}{
		"no flag":             {`{"queryType":"verdict","signals":["errors"]}`, refused{"flag", "choose the flag"}},
		"no signal":           {`{"queryType":"verdict","flag":"a"}`, refused{"signals", "choose at least one"}},
		"as series":           {verdict(`"format":"series"`), refused{"format", "choose one of table, alert"}},
		"grouped":             {verdict(`"groupBy":["route"]`), refused{"groupBy", "leave it out"}},
		"since a word":        {verdict(`"since":"yesterday"`), refused{"since", "say rollout, range, or unix milliseconds"}},
		"since in seconds":    {verdict(`"since":1700000000`), refused{"since", "not seconds"}},
		"since an object":     {verdict(`"since":{}`), refused{"since", "give rollout, range or unix milliseconds"}},
		"since a fraction":    {verdict(`"since":1.5`), refused{"since", "value 1.5 does not fit"}},
		"margin below 0":      {verdict(`"margins":{"errors":{"absolute":-0.1}}`), refused{"margins.errors.absolute", "0 or more"}},
		"margin in percent":   {verdict(`"margins":{"errors":{"relative":1000}}`), refused{"margins.errors.relative", "0.1 for 10%"}},
		"margin is a number":  {verdict(`"margins":{"errors":0.1}`), refused{"margins", "give an object"}},
		"alpha in percent":    {verdict(`"alpha":1`), refused{"alpha", "at most 0.1"}},
		"alpha below 0":       {verdict(`"alpha":-0.01`), refused{"alpha", "above 0"}},
		"profile":             {verdict(`"profile":"bold"`), refused{"profile", "choose one of strict, brisk"}},
		"stat of a series":    {verdict(`"stats":["p95"]`), refused{"stats[0]", "choose among evidence, difference"}},
		"two stats of alert":  {verdict(`"format":"alert","stats":["evidence","lower"]`), refused{"stats", "an alert takes one number, not 2"}},
		"stat of flags":       {`{"queryType":"flags","stats":["evidence"]}`, refused{"stats[0]", "choose among share, verdict"}},
		"too many splits":     {`{"queryType":"backtest","flag":"a","signals":["errors"],"backtest":{"splits":501}}`, refused{"backtest.splits", "1 to 500"}},
		"a month of backtest": {`{"queryType":"backtest","flag":"a","signals":["errors"],"backtest":{"hours":720}}`, refused{"backtest.hours", "up to 168"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := DecodeQuery([]byte(test.query))
			requireRefused(t, err, test.want)
		})
	}
}

func TestDecodeVerdictFillsInDefaults(t *testing.T) {
	query, err := DecodeQuery([]byte(`{"queryType":"verdict","flag":"a","signals":["errors"]}`))
	require.NoError(t, err)
	require.Equal(t, SinceRollout, query.Since)
	require.Equal(t, FormatTable, query.Format)
	require.Nil(t, query.Backtest)

	query, err = DecodeQuery([]byte(`{"queryType":"backtest","flag":"a","signals":["errors"],"backtest":{"hours":0.5,"seed":7}}`))
	require.NoError(t, err)
	require.Equal(t, BacktestOptions{Splits: 100, Seed: 7, Hours: 0.5}, *query.Backtest)
	require.Equal(t, 30*time.Minute, query.Backtest.Window())

	query, err = DecodeQuery([]byte(`{"queryType":"changes","flag":"a"}`))
	require.NoError(t, err)
	require.Equal(t, FormatTable, query.Format)
}

func TestSinceIsAWordOrATime(t *testing.T) {
	for text, want := range map[string]Since{
		`"rollout"`: SinceRollout, `"range"`: SinceRange, `null`: SinceRollout, `""`: SinceRollout,
		`1763000000000`: "1763000000000", `"1763000000000"`: "1763000000000", `1.763e12`: "1763000000000",
	} {
		query, err := DecodeQuery([]byte(`{"queryType":"verdict","flag":"a","signals":["errors"],"since":` + text + `}`))
		require.NoError(t, err, text)
		require.Equal(t, want, query.Since, text)
	}
	at, ok := Since("1763000000000").Time()
	require.True(t, ok)
	require.Equal(t, int64(1763000000), at.Unix())
	_, ok = SinceRollout.Time()
	require.False(t, ok)
}

func TestVerdictSettingsRefusedByName(t *testing.T) {
	tests := map[string]struct {
		settings string
		want     refused
	}{
		"alpha":                {`{"alpha":0.5}`, refused{"alpha", "at most 0.1"}},
		"profile":              {`{"profile":"calm"}`, refused{"profile", "strict, brisk"}},
		"process label":        {`{"processLabels":["__name__"]}`, refused{"processLabels[0]", "reserved"}},
		"allocation of one":    {`{"allocations":{"a":{"on":1}}}`, refused{"allocations.a", "fewer than two variants"}},
		"negative allocation":  {`{"allocations":{"a":{"off":0.5,"on":-1}}}`, refused{"allocations.a.on", "is no share"}},
		"no allocation metric": {`{"allocationMetric":{"flagLabel":"flag"}}`, refused{"allocationMetric.metric", "name is empty"}},
		"no reason metric":     {`{"reasonMetric":{}}`, refused{"reasonMetric.metric", "name is empty"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := vocabulary.BuiltIn().DecodeSettings([]byte(test.settings))
			requireRefused(t, err, test.want)
		})
	}
}

func TestVerdictSettingsFillInDefaults(t *testing.T) {
	settings, err := vocabulary.BuiltIn().DecodeSettings(nil)
	require.NoError(t, err)
	require.InDelta(t, 0.01, settings.Alpha, 0)
	require.Equal(t, ProfileStrict, settings.Profile)
	require.Equal(t, &AllocationMetric{
		Metric: "feature_flag_allocation_ratio", FlagLabel: "feature_flag_key", VariantLabel: "feature_flag_variant",
	}, settings.AllocationMetric)
	require.Equal(t, &ReasonMetric{
		Metric: "feature_flag_evaluation_success_total", FlagLabel: "feature_flag_key", ReasonLabel: "reason",
	}, settings.ReasonMetric)

	settings, err = vocabulary.BuiltIn().DecodeSettings([]byte(`{"preset":"prom-client","allocationMetric":{"metric":"weights","variantLabel":"arm"}}`))
	require.NoError(t, err)
	require.Equal(t, &AllocationMetric{Metric: "weights", FlagLabel: "feature_flag_key", VariantLabel: "arm"}, settings.AllocationMetric)
	require.Nil(t, settings.ReasonMetric, "where the preset has no such metric, none is read")
}

func TestQueryGoesBeforeSettings(t *testing.T) {
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{"alpha":0.05,"profile":"brisk"}`))
	require.NoError(t, err)
	errors, _ := settings.Signal("errors")
	require.InDelta(t, 0.05, Query{}.AlphaOf(settings), 0)
	require.InDelta(t, 0.02, Query{Alpha: 0.02}.AlphaOf(settings), 0)
	require.Equal(t, ProfileBrisk, Query{}.ProfileOf(settings))
	require.Equal(t, ProfileStrict, Query{Profile: ProfileStrict}.ProfileOf(settings))
	require.Equal(t, *errors.Margin, Query{}.MarginOf(errors))
	require.Equal(t, Margin{}, Query{Margins: map[string]Margin{"errors": {}}}.MarginOf(errors), "no margin can be asked for")
}

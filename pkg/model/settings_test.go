package model_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

func TestDecodeSettingsFillsInDefaults(t *testing.T) {
	for name, raw := range map[string]string{"nothing": "", "blank": " \n", "empty": "{}"} {
		t.Run(name, func(t *testing.T) {
			settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(raw))
			require.NoError(t, err)
			require.Equal(t, "POST", settings.HTTPMethod)
			require.Equal(t, 15*time.Second, settings.ScrapeInterval())
			require.Equal(t, 30*time.Second, settings.Timeout())
			require.Equal(t, &Split{Mode: SplitLabels, FlagLabel: "feature_flag_key", VariantLabel: "feature_flag_variant"}, settings.Split)
			require.Equal(t, &Limits{MaxVariants: 50, MaxSeries: 20_000, MaxBytes: 64 << 20}, settings.Limits)
			require.Equal(t, []string{"control", "off", "false", "baseline", "default", "A"}, settings.BaselineNames)
			require.Equal(t, flaglensSignals, ids(settings.Catalogue()))
			require.Equal(t, []string{"latency", "errors"}, ids(settings.Judged(vocabulary.BuiltIn())), "no other takes a part of alpha by default")
		})
	}
}

var flaglensSignals = []string{
	"latency", "errors", "throughput", "cpu", "memory", "cache_hits", "retries", "failovers", "pool_wait", "pool_timeouts",
	"strategy", "database", "queue_wait", "section_cpu", "conversion", "revenue", "order_value", "engagement",
}

func ids(signals []Signal) []string {
	out := make([]string, len(signals))
	for i, signal := range signals {
		out[i] = signal.ID
	}
	return out
}

func TestDecodeSettingsRefusesByName(t *testing.T) {
	tests := map[string]struct {
		settings string
		want     refused
	}{
		"no JSON":            {`{`, refused{"settings", "this is no JSON"}},
		"type":               {`{"limits":{"maxSeries":"many"}}`, refused{"limits.maxSeries", "give a number"}},
		"method":             {`{"httpMethod":"PUT"}`, refused{"httpMethod", "POST or GET"}},
		"scrape interval":    {`{"timeInterval":"fifteen"}`, refused{"timeInterval", `"fifteen" is no duration`}},
		"no unit":            {`{"timeInterval":"15"}`, refused{"timeInterval", "write it like 15s"}},
		"negative":           {`{"queryTimeout":"-1s"}`, refused{"queryTimeout", "is no duration"}},
		"zero":               {`{"queryTimeout":"0s"}`, refused{"queryTimeout", "out of bounds"}},
		"a year":             {`{"timeInterval":"1y"}`, refused{"timeInterval", "out of bounds"}},
		"preset":             {`{"preset":"datadog"}`, refused{"preset", "flaglens, otel, prom-client, none"}},
		"variants":           {`{"limits":{"maxVariants":-1}}`, refused{"limits.maxVariants", "out of bounds"}},
		"bytes":              {`{"limits":{"maxBytes":99999999999}}`, refused{"limits.maxBytes", "out of bounds"}},
		"split mode":         {`{"split":{"mode":"magic"}}`, refused{"split.mode", "labels, flag_label, info, matchers"}},
		"same label":         {`{"split":{"mode":"labels","flagLabel":"a","variantLabel":"a"}}`, refused{"split.variantLabel", "flag's label too"}},
		"reserved label":     {`{"split":{"mode":"labels","flagLabel":"__name__"}}`, refused{"split.flagLabel", "reserved"}},
		"reserved prefix":    {`{"split":{"mode":"flag_label","prefix":"__flag_"}}`, refused{"split.prefix", "begins no label"}},
		"no info metric":     {`{"split":{"mode":"info","on":["instance"]}}`, refused{"split.infoMetric", "name a metric"}},
		"nothing to join on": {`{"split":{"mode":"info","infoMetric":"build_info"}}`, refused{"split.on", "like instance"}},
		"empty join label":   {`{"split":{"mode":"info","infoMetric":"build_info","on":["instance",""]}}`, refused{"split.on[1]", "is empty"}},
		"no flags":           {`{"split":{"mode":"matchers"}}`, refused{"split.flags", "no flag is listed"}},
		"flag twice":         {`{"split":{"mode":"matchers","flags":[{"flag":"a","variants":[{"variant":"on","selector":"v=\"2\""}]},{"flag":"a"}]}}`, refused{"split.flags[1].flag", "there twice"}},
		"no variants":        {`{"split":{"mode":"matchers","flags":[{"flag":"a"}]}}`, refused{"split.flags[0].variants", "has no variant"}},
		"variant twice":      {`{"split":{"mode":"matchers","flags":[{"flag":"a","variants":[{"variant":"on","selector":"v=\"2\""},{"variant":"on","selector":"v=\"1\""}]}]}}`, refused{"split.flags[0].variants[1].variant", "there twice"}},
		"bad selector":       {`{"split":{"mode":"matchers","flags":[{"flag":"a","variants":[{"variant":"on","selector":"v="}]}]}}`, refused{"split.flags[0].variants[0].selector", "read selector"}},
		"empty selector":     {`{"split":{"mode":"matchers","flags":[{"flag":"a","variants":[{"variant":"on","selector":"{}"}]}]}}`, refused{"split.flags[0].variants[0].selector", "selects nothing"}},
		"selector breaks out": {
			`{"split":{"mode":"matchers","flags":[{"flag":"a","variants":[{"variant":"on","selector":"v=\"1\"} or up{x=\"y\""}]}]}}`,
			refused{"split.flags[0].variants[0].selector", "read selector"},
		},
		"signal without id":  {`{"signals":[{"kind":"rate","metric":"x"}]}`, refused{"signals[0].id", "is no id"}},
		"signal twice":       {`{"signals":[{"id":"x","kind":"rate","metric":"x"},{"id":"x","kind":"rate","metric":"x"}]}`, refused{"signals[1].id", "there twice"}},
		"kind":               {`{"signals":[{"id":"x","kind":"percentile","metric":"x"}]}`, refused{"signals[0].kind", "histogram, ratio, rate, gauge, mean"}},
		"direction":          {`{"signals":[{"id":"x","kind":"rate","metric":"x","direction":"up"}]}`, refused{"signals[0].direction", "lower, higher, neutral"}},
		"no metric":          {`{"signals":[{"id":"x","kind":"rate"}]}`, refused{"signals[0].metric", "name is empty"}},
		"metric in selector": {`{"signals":[{"id":"x","kind":"rate","metric":"x","selector":"__name__=\"y\""}]}`, refused{"signals[0].selector", "may not name a metric"}},
		"ratio without bad":  {`{"signals":[{"id":"x","kind":"ratio","metric":"x"}]}`, refused{"signals[0].bad", "a ratio needs it"}},
		"bad regex":          {`{"signals":[{"id":"x","kind":"ratio","metric":"x","bad":"status=~\"(\""}]}`, refused{"signals[0].bad", "read selector"}},
		"mean without count": {`{"signals":[{"id":"x","kind":"mean","metric":"x"}]}`, refused{"signals[0].countMetric", "name is empty"}},
		"negative margin":    {`{"signals":[{"id":"x","kind":"rate","metric":"x","margin":{"absolute":-1}}]}`, refused{"signals[0].margin.absolute", "0 or more"}},
		"split of a signal":  {`{"signals":[{"id":"x","kind":"rate","metric":"x","split":{"mode":"info"}}]}`, refused{"signals[0].split.infoMetric", "name a metric"}},
		"baseline":           {`{"baselines":{"checkout":""}}`, refused{"baselines", `"checkout"`}},
		"baseline name":      {`{"baselineNames":["off",""]}`, refused{"baselineNames[1]", "name is empty"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := vocabulary.BuiltIn().DecodeSettings([]byte(test.settings))
			requireRefused(t, err, test.want)
		})
	}
}

// The presets' names are what users' dashboards and alerts rest on.
func TestPresets(t *testing.T) {
	tests := map[Preset]struct {
		split           Split
		histogram, fail string
	}{
		PresetFlaglens:   {Split{Mode: SplitLabels, FlagLabel: "feature_flag_key", VariantLabel: "feature_flag_variant"}, "feature_flag_http_request_duration_seconds", `status=~"5.."`},
		PresetOTel:       {Split{Mode: SplitLabels, FlagLabel: "feature_flag_key", VariantLabel: "feature_flag_result_variant"}, "http_server_request_duration_seconds", `http_response_status_code=~"5.."`},
		PresetPromClient: {Split{Mode: SplitLabels, FlagLabel: "feature_flag_key", VariantLabel: "feature_flag_variant"}, "http_request_duration_seconds", `status_code=~"5.."`},
	}
	for preset, want := range tests {
		t.Run(string(preset), func(t *testing.T) {
			settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{"preset":"` + string(preset) + `"}`))
			require.NoError(t, err)
			require.Equal(t, want.split, *settings.Split)
			latency, ok := settings.Signal("latency")
			require.True(t, ok)
			require.Equal(t, KindHistogram, latency.Kind)
			require.Equal(t, want.histogram, latency.Metric)
			failures, ok := settings.Signal("errors")
			require.True(t, ok)
			require.Equal(t, want.histogram+"_count", failures.Metric)
			require.Equal(t, want.fail, failures.Bad)
			for i, signal := range settings.Catalogue() {
				raw, err := json.Marshal(Settings{Preset: PresetNone, Split: &want.split, Signals: []Signal{signal}})
				require.NoError(t, err)
				_, err = vocabulary.BuiltIn().DecodeSettings(raw)
				require.NoError(t, err, "signal %d of the preset passes the validation of a user's own", i)
			}
		})
	}
	none, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{"preset":"none"}`))
	require.NoError(t, err)
	require.Equal(t, []Signal{}, none.Catalogue())
	require.Len(t, Presets(), 4)
	require.Equal(t, PresetFlaglens, Presets()[0].ID)
}

func TestCatalogueIsExtended(t *testing.T) {
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{"signals":[
		{"id":"reloads","kind":"rate","metric":"reloads_total"},
		{"id":"errors","kind":"ratio","metric":"http_requests_total","bad":"{code=~\"5..\"}"}]}`))
	require.NoError(t, err)
	require.Equal(t, append(slices.Clone(flaglensSignals), "reloads"), ids(settings.Catalogue()))
	own, ok := settings.Signal("errors")
	require.True(t, ok)
	require.Equal(t, "http_requests_total", own.Metric, "an entry with the id of a preset's takes its place")
	reloads, _ := settings.Signal("reloads")
	require.Equal(t, Neutral, reloads.Direction)
	require.Equal(t, "reloads", reloads.Name)
	_, ok = settings.Signal("profit")
	require.False(t, ok)
}

func TestSplitOfASignal(t *testing.T) {
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{"preset":"otel","signals":[
		{"id":"cpu","kind":"rate","metric":"process_cpu_seconds_total","split":{"mode":"info","infoMetric":"release_info","on":["instance"]}}]}`))
	require.NoError(t, err)
	cpu, _ := settings.Signal("cpu")
	require.Equal(t, Split{
		Mode: SplitInfo, FlagLabel: "feature_flag_key", VariantLabel: "feature_flag_result_variant",
		InfoMetric: "release_info", On: []string{"instance"},
	}, settings.SplitOf(cpu), "labels that the signal's split leaves out are the datasource's")
	latency, _ := settings.Signal("latency")
	require.Equal(t, SplitLabels, settings.SplitOf(latency).Mode)
}

func TestParseSelector(t *testing.T) {
	tests := map[string][]string{
		``:                                    nil,
		` {} `:                                nil,
		`version="2"`:                         {`version="2"`},
		`{version="2",region=~"eu.*"}`:        {`version="2"`, `region=~"eu.*"`},
		`status!="500"`:                       {`status!="500"`},
		`"http.route"="/a \"b\""`:             {`"http.route"="/a \"b\""`},
		"a=\"x\\ny\", b!~\"🚀|}\" ":            {`a="x\ny"`, `b!~"🚀|}"`},
		`method="GET",` + "\n\t" + `code="1"`: {`method="GET"`, `code="1"`},
	}
	for selector, want := range tests {
		matchers, err := ParseSelector(selector)
		require.NoError(t, err, selector)
		var got []string
		for _, matcher := range matchers {
			got = append(got, matcher.String())
		}
		require.ElementsMatch(t, want, got, selector)
	}
	for _, wrong := range []string{`up`, `up{a="b"}`, `a="b"} or up{c="d"`, `a=b`, `a="b`, `"up"`, `__name__=~"x.*"`, `a="b" # comment`} {
		_, err := ParseSelector(wrong)
		require.Error(t, err, wrong)
	}
}

package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

const (
	scrape  = 15 * time.Second
	scrapes = 240
	// manyVariants is how many variants the flag "crowd" has.
	manyVariants = 10_000
)

var dataEnd = promtest.Epoch.Add(scrapes * scrape)

// hostile are names that break what is put together from text.
var hostile = []string{
	`quote "x"`, `back\slash`, "new\nline", `brace {x="y"}`, `x"} or up{`, "emoji 🚀", `<script>alert(1)</script>`,
	`$variable ${x} [[y]]`, `a.b*c|d(e)`, "' OR '1'='1", "%2e%2e/..", " spaces ", "ünïcödé", "`tick`",
}

// hostileLabels is a value of every label of one series.
func hostileLabels(name, variant string) string {
	return fmt.Sprintf(`feature_flag_key=%q,feature_flag_variant=%q,route=%q,instance="a",job="shop"`, name, variant, name)
}

// samples are an hour of a plain flag, of one whose every name is hostile, and of one that has thousands of variants.
func samples() promtest.Script {
	const metric = "feature_flag_http_request_duration_seconds"
	var text strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	observe := func(labels string, fast, slow int) {
		for _, status := range []string{"200", "500"} {
			set := labels + fmt.Sprintf(`,status=%q`, status)
			add(`%s_bucket{%s,le="0.1"} 0+%dx%d`, metric, set, fast, scrapes)
			add(`%s_bucket{%s,le="1"} 0+%dx%d`, metric, set, fast+slow, scrapes)
			add(`%s_bucket{%s,le="+Inf"} 0+%dx%d`, metric, set, fast+slow, scrapes)
			add(`%s_count{%s} 0+%dx%d`, metric, set, fast+slow, scrapes)
			add(`%s_sum{%s} 0+%dx%d`, metric, set, fast+slow, scrapes)
		}
	}
	observe(hostileLabels("checkout", "off"), 8, 2)
	observe(hostileLabels("checkout", "on"), 5, 5)
	for _, name := range hostile {
		observe(hostileLabels(name, "off"), 8, 2)
		observe(hostileLabels(name, name), 5, 5)
	}
	for i := range manyVariants {
		add(`crowd_total{feature_flag_key="crowd",feature_flag_variant="v%d"} 0+1x20`, i)
	}
	add(`pool_in_use{%s} 3x%d`, hostileLabels("checkout", "off"), scrapes)
	add(`pool_in_use{%s} 4x%d`, hostileLabels("checkout", "on"), scrapes)
	add(`legacy_seconds{%s,quantile="0.5"} 1x%d`, hostileLabels("checkout", "on"), scrapes)
	add(`legacy_seconds_count{%s} 0+1x%d`, hostileLabels("checkout", "on"), scrapes)
	add(`legacy_seconds_sum{%s} 0+1x%d`, hostileLabels("checkout", "on"), scrapes)
	return promtest.Script{Every: scrape, Series: text.String()}
}

// ownSignals stand beside the preset's.
const ownSignals = `"signals":[{"id":"crowd","kind":"rate","metric":"crowd_total"},
	{"id":"pool","kind":"histogram","metric":"pool_in_use"},
	{"id":"legacy","kind":"histogram","metric":"legacy_seconds"}]`

// TestAgainstPrometheus asks a real server through the handlers that Grafana calls.
func TestAgainstPrometheus(t *testing.T) {
	url := promtest.Start(t, samples()).URL
	d := datasourceOn(t, instance(url, "{"+ownSignals+"}"), dataEnd)
	t.Run("bad input", func(t *testing.T) { testBadInput(t, d) })
	t.Run("hostile names", func(t *testing.T) { testHostileNames(t, d) })
	t.Run("ranges", func(t *testing.T) { testRanges(t, d) })
	t.Run("thousands of variants", func(t *testing.T) { testThousandsOfVariants(t, d) })
	t.Run("neighbours stay whole", func(t *testing.T) { testNeighbours(t, d) })
	t.Run("verdicts", func(t *testing.T) { testVerdicts(t, d) })
	t.Run("caps", func(t *testing.T) { testCaps(t, url) })
	t.Run("resources", func(t *testing.T) { testResourcesOfAServer(t, d) })
	t.Run("health", func(t *testing.T) { testHealthOfAServer(t, url) })
	t.Run("broken answers", func(t *testing.T) { testBrokenAnswers(t, url) })
}

// seriesOf are the value labels of the frames of an answer that hold data.
func seriesOf(frames data.Frames) []data.Labels {
	var all []data.Labels
	for _, frame := range frames {
		for _, field := range frame.Fields {
			if field.Name == "Value" && field.Len() > 0 {
				all = append(all, field.Labels)
			}
		}
	}
	return all
}

func noticesOf(frames data.Frames) string {
	var texts []string
	for _, frame := range frames {
		if frame.Meta != nil {
			for _, notice := range frame.Meta.Notices {
				texts = append(texts, notice.Text)
			}
		}
	}
	return strings.Join(texts, "\n")
}

func testBadInput(t *testing.T, d *Datasource) {
	for name, test := range map[string]struct {
		query  string
		status backend.Status
		says   string
	}{
		"no signal":        {`{"queryType":"compare","flag":"checkout"}`, 400, "signals: no signal is named"},
		"an unknown one":   {`{"queryType":"compare","flag":"checkout","signals":["nope"]}`, 400, `"nope"`},
		"no flag":          {`{"queryType":"compare","signals":["latency"]}`, 400, "flag: no flag is named"},
		"quantile above 1": {`{"queryType":"compare","flag":"checkout","signals":["latency"],"quantiles":[0.5,95]}`, 400, "quantiles[1]: 95 is outside 0..1"},
		"quantile below 0": {`{"queryType":"compare","flag":"checkout","signals":["latency"],"quantiles":[-0.1]}`, 400, "quantiles[0]: -0.1 is outside 0..1"},
		"a bad regex":      {`{"queryType":"compare","flag":"checkout","signals":["latency"],"filters":[{"key":"route","operator":"=~","value":"("}]}`, 400, "filters[0].value: "},
		"no histogram":     {`{"queryType":"compare","flag":"checkout","signals":["pool"]}`, 400, "pool_in_use is no histogram"},
		"a summary":        {`{"queryType":"compare","flag":"checkout","signals":["legacy"]}`, 400, "legacy_seconds is a summary"},
		"no distribution":  {`{"queryType":"distribution","flag":"checkout","signals":["throughput"]}`, 400, "throughput"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := ask(t, d, lastHour("A", test.query, dataEnd))["A"]
			require.ErrorContains(t, answer.Error, test.says)
			require.Equal(t, test.status, answer.Status)
			require.Equal(t, backend.ErrorSourcePlugin, answer.ErrorSource)
		})
	}
	for name, test := range map[string]struct{ query, says string }{
		"a flag that does not exist": {`{"queryType":"compare","flag":"nope","signals":["latency"]}`, `flag "nope" has no series`},
		"a variant that is missing":  {`{"queryType":"compare","flag":"checkout","variants":["blue"],"signals":["latency"]}`, `"blue"`},
	} {
		t.Run(name, func(t *testing.T) {
			answer := ask(t, d, lastHour("A", test.query, dataEnd))["A"]
			require.NoError(t, answer.Error)
			require.EqualValues(t, 200, answer.Status)
			require.NotEmpty(t, answer.Frames)
			require.Contains(t, noticesOf(answer.Frames), test.says)
		})
	}
}

func testHostileNames(t *testing.T, d *Datasource) {
	for _, name := range hostile {
		t.Run(name, func(t *testing.T) {
			query, err := json.Marshal(model.Query{
				QueryType: model.QueryCompare, Flag: name, Baseline: "off", Variants: []string{name}, Signals: []string{"latency"},
				Stats: []string{"p50"}, GroupBy: []string{"route"},
				Filters: []model.Filter{{Key: "route", Operator: model.OpEqual, Value: name}},
			})
			require.NoError(t, err)
			answer := ask(t, d, lastHour("A", string(query), dataEnd))["A"]
			require.NoError(t, answer.Error)
			var roles []string
			for _, labels := range seriesOf(answer.Frames) {
				roles = append(roles, labels["role"])
				require.Equal(t, name, labels["flag"])
				require.Equal(t, name, labels["route"])
				if labels["role"] == "feature" {
					require.Equal(t, name, labels["variant"])
				}
			}
			require.Equal(t, []string{"baseline", "feature", "difference", "ratio"}, roles)
		})
	}
}

func testRanges(t *testing.T, d *Datasource) {
	ranged := func(from, to time.Time, interval time.Duration, points int64) backend.DataResponse {
		return ask(t, d, backend.DataQuery{
			RefID: "A", JSON: json.RawMessage(latencyQuery), Interval: interval, MaxDataPoints: points,
			TimeRange: backend.TimeRange{From: from, To: to},
		})["A"]
	}
	day := 24 * time.Hour
	for name, test := range map[string]struct {
		from, to time.Time
		says     string
	}{
		"zero":          {dataEnd, dataEnd, "shorter than two scrapes"},
		"in the future": {dataEnd.Add(day), dataEnd.Add(2 * day), "lies in the future"},
		"before data":   {dataEnd.Add(-400 * day), dataEnd.Add(-399 * day), "no series"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := ranged(test.from, test.to, scrape, 1000)
			require.NoError(t, answer.Error)
			require.Empty(t, seriesOf(answer.Frames))
			require.Contains(t, noticesOf(answer.Frames), test.says)
		})
	}
	t.Run("backwards", func(t *testing.T) {
		answer := ranged(dataEnd, dataEnd.Add(-time.Hour), scrape, 1000)
		require.ErrorContains(t, answer.Error, "ends before it begins")
		require.EqualValues(t, 400, answer.Status)
	})
	t.Run("400 days at a step that exceeds 11,000 points", func(t *testing.T) {
		answer := ranged(dataEnd.Add(-400*day), dataEnd, time.Second, 1_000_000)
		require.NoError(t, answer.Error)
		require.NotEmpty(t, seriesOf(answer.Frames))
		points := answer.Frames[0].Rows()
		require.Greater(t, points, 9_000)
		require.LessOrEqual(t, points, 11_001)
	})
	t.Run("half in the future", func(t *testing.T) {
		answer := ranged(dataEnd.Add(-time.Hour), dataEnd.Add(time.Hour), scrape, 1000)
		require.NoError(t, answer.Error)
		require.NotEmpty(t, seriesOf(answer.Frames))
		times := answer.Frames[0].Fields[0]
		last, ok := times.ConcreteAt(times.Len() - 1)
		require.True(t, ok)
		require.False(t, last.(time.Time).After(dataEnd))
	})
}

func testThousandsOfVariants(t *testing.T, d *Datasource) {
	// The crowd was scraped 21 times from the beginning on.
	end := promtest.Epoch.Add(20 * scrape)
	query := lastHour("A", `{"queryType":"split","flag":"crowd","signals":["crowd"],"stats":["rate"]}`, end)
	query.TimeRange.From = promtest.Epoch
	answer := ask(t, d, query)["A"]
	require.NoError(t, answer.Error)
	shown := seriesOf(answer.Frames)
	require.Len(t, shown, d.settings.Limits.MaxVariants)
	for i, labels := range shown {
		require.Equal(t, fmt.Sprint("v", i), labels["variant"], "variants are cut in their natural order")
	}
	require.Contains(t, noticesOf(answer.Frames), "10000 variants")
}

// One query that fails and one signal that fails leave the others whole.
func testNeighbours(t *testing.T, d *Datasource) {
	answers := ask(t, d,
		lastHour("A", latencyQuery, dataEnd),
		lastHour("B", `{"queryType":"compare","flag":"checkout","signals":["latency","pool"]}`, dataEnd),
		lastHour("C", `{"queryType":"compare"}`, dataEnd),
		lastHour("D", `{"queryType":"flags"}`, dataEnd))
	require.NoError(t, answers["A"].Error)
	require.NotEmpty(t, seriesOf(answers["A"].Frames))
	require.ErrorContains(t, answers["B"].Error, "pool_in_use is no histogram")
	require.True(t, strings.HasPrefix(answers["B"].Error.Error(), "pool: "), answers["B"].Error)
	require.Len(t, seriesOf(answers["B"].Frames), len(seriesOf(answers["A"].Frames)))
	require.Error(t, answers["C"].Error)
	require.NoError(t, answers["D"].Error)
	require.Equal(t, 2*(len(hostile)+1), answers["D"].Frames[0].Rows())
}

// What our own caps cut is said, and an error in alert rules where the settings ask for it.
func testCaps(t *testing.T, url string) {
	d := datasourceOn(t, instance(url, `{"limits":{"maxSeries":2},"partialAsError":true}`), dataEnd)
	answer := ask(t, d, lastHour("A", latencyQuery, dataEnd))["A"]
	require.NoError(t, answer.Error)
	require.NotEmpty(t, answer.Frames)
	require.NotEmpty(t, noticesOf(answer.Frames))

	alert, err := d.QueryData(t.Context(), &backend.QueryDataRequest{
		Headers: map[string]string{backend.FromAlertHeaderName: "true"},
		Queries: []backend.DataQuery{lastHour("A", `{"queryType":"compare","format":"alert","flag":"checkout","signals":["latency"]}`, dataEnd)},
	})
	require.NoError(t, err)
	require.ErrorContains(t, alert.Responses["A"].Error, "no alert rule can rest on it")
	require.Empty(t, alert.Responses["A"].Frames)
}

func testResourcesOfAServer(t *testing.T, d *Datasource) {
	read := func(url string, into any) {
		t.Helper()
		answer := get(t, d, url)
		require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
		require.NoError(t, json.Unmarshal(answer.Body, into))
	}
	var flags model.FlagsResource
	read("flags", &flags)
	require.Len(t, flags.Flags, len(hostile)+1)
	for _, flag := range flags.Flags {
		require.Equal(t, "off", flag.Baseline)
		require.Len(t, flag.Variants, 2)
	}
	var names model.NamesResource
	read("variants?flag=checkout", &names)
	require.Equal(t, []string{"off", "on"}, names.Names)
	read("label-values?label=status", &names)
	require.Equal(t, []string{"200", "500"}, names.Names)
	read("label-values?label=route", &names)
	require.ElementsMatch(t, append([]string{"checkout"}, hostile...), names.Names)
	read("labels?metric=pool_in_use", &names)
	require.Equal(t, []string{"feature_flag_key", "feature_flag_variant", "instance", "job", "route"}, names.Names)
	var metrics model.MetricsResource
	read("metrics", &metrics)
	require.Contains(t, metrics.Metrics, model.MetricInfo{Name: "feature_flag_http_request_duration_seconds", Type: "histogram"})
	var version model.VersionResource
	read("version", &version)
	require.Equal(t, enginePrometheus, version.Engine)

	body := fmt.Sprintf(`{"query":%s,"from":%d,"to":%d,"intervalMs":15000,"maxDataPoints":100}`,
		latencyQuery, promtest.Epoch.UnixMilli(), dataEnd.UnixMilli())
	answer := callResource(t, d, &backend.CallResourceRequest{
		Path: "promql", URL: "promql", Method: http.MethodPost, Body: []byte(body),
	})
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
	var promql model.PromQLResource
	require.NoError(t, json.Unmarshal(answer.Body, &promql))
	require.Len(t, promql.Statements, 1)
	require.Contains(t, promql.Statements[0].Expr, `feature_flag_key="checkout"`)
}

func testHealthOfAServer(t *testing.T, url string) {
	result := health(t, datasourceOn(t, instance(url, ""), dataEnd), nil)
	require.Equal(t, backend.HealthStatusOk, result.Status, result.Message)
	require.Regexp(t, fmt.Sprintf(`^Prometheus\b.* answers\. It has data of %d flags\. It is scraped every 15s, as its samples show\.$`, len(hostile)+1), result.Message)

	for name, test := range map[string]struct{ jsonData, says string }{
		"other labels": {`{"preset":"otel"}`, "Prometheus has no series named http_server_request_duration_seconds_count in this range"},
		"flag labels":  {`{"split":{"mode":"flag_label","prefix":"ff_"}}`, `had a label that begins with "ff_"`},
		"info":         {`{"split":{"mode":"info","infoMetric":"release_info","on":["instance"]}}`, "joined with the info metric release_info"},
		"matchers": {`{"split":{"mode":"matchers","flags":[{"flag":"f","variants":[{"variant":"a","selector":"version=\"1\""}]}]}}`,
			"the selector of a (version=\"1\") finds none of them"},
		"matchers on another metric": {`{"preset":"prom-client","split":{"mode":"matchers","flags":[{"flag":"f","variants":[{"variant":"a","selector":"version=\"1\""}]}]}}`,
			"Prometheus has no series named http_request_duration_seconds_count"},
		"a label that is not there": {`{"split":{"mode":"labels","flagLabel":"toggle","variantLabel":"state"}}`,
			"carries no label toggle"},
		"no signals": {`{"preset":"none"}`, "Choose a preset or add a signal"},
	} {
		t.Run(name, func(t *testing.T) {
			result := health(t, datasourceOn(t, instance(url, test.jsonData), dataEnd), nil)
			require.Equal(t, backend.HealthStatusError, result.Status)
			require.Contains(t, strings.ToLower(result.Message), strings.ToLower(test.says))
		})
	}
	result = health(t, datasourceOn(t, instance(url+"/api/v1", ""), dataEnd), nil)
	require.Equal(t, backend.HealthStatusError, result.Status)
	require.Contains(t, result.Message, "Check the URL: it should end before /api/v1")
}

// testVerdicts asks for verdicts as panels and alert rules do, of plain and of hostile names.
func testVerdicts(t *testing.T, d *Datasource) {
	for _, flag := range append([]string{"checkout", "there is none"}, hostile...) {
		name, err := json.Marshal(flag)
		require.NoError(t, err)
		for _, format := range []string{"table", "alert"} {
			query := fmt.Sprintf(`{"queryType":"verdict","flag":%s,"baseline":"off","signals":["latency","errors"],"format":%q}`, name, format)
			answer := viewOf(t, d).answer(t.Context(), lastHour("A", query, dataEnd), format == "alert", nil)
			require.NoError(t, answer.Error, "%s of %q", format, flag)
			require.Equal(t, backend.Status(http.StatusOK), answer.Status)
			rows := 0
			for _, frame := range answer.Frames {
				rows += frame.Rows()
			}
			require.Equal(t, 2, rows, "a row a signal of the flag %q as %s", flag, format)
		}
	}
	crowd := viewOf(t, d).answer(t.Context(), lastHour("A", `{"queryType":"verdict","flag":"crowd","signals":["errors"]}`, dataEnd), false, nil)
	require.NoError(t, crowd.Error)
	for refused, says := range map[string]string{
		`{"queryType":"verdict","flag":"checkout","signals":["errors"],"alpha":5}`:       "alpha: 5 is out of bounds",
		`{"queryType":"verdict","flag":"checkout","signals":["errors"],"since":"later"}`: "since: ",
		`{"queryType":"verdict","flag":"checkout","signals":["unheard"]}`:                "is not in the catalogue",
	} {
		answer := viewOf(t, d).answer(t.Context(), lastHour("A", refused, dataEnd), false, nil)
		require.Equal(t, backend.Status(http.StatusBadRequest), answer.Status)
		require.ErrorContains(t, answer.Error, says)
	}
}

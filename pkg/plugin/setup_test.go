package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// previewOf is what settings yield that are not saved, on a datasource whose saved ones are empty.
func previewOf(t *testing.T, url, settings string, now time.Time) model.PreviewResource {
	t.Helper()
	answer := post(t, datasourceOn(t, instance(url, `{"preset":"none"}`), now), "preview", `{"settings":`+settings+`}`)
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
	var preview model.PreviewResource
	require.NoError(t, json.Unmarshal(answer.Body, &preview))
	return preview
}

// A preview shows what the answers of the same settings show once they are saved, in each way to split.
func TestPreviewIsWhatSavedSettingsYield(t *testing.T) {
	server := promtest.Start(t, promtest.Shop())
	for name, settings := range promtest.ShopSplits {
		t.Run(name, func(t *testing.T) {
			preview := previewOf(t, server.URL, settings, promtest.ShopEnd)
			require.Equal(t, "checkout", preview.Flag)
			require.Equal(t, "off", preview.Baseline)
			saved := datasourceOn(t, instance(server.URL, settings), promtest.ShopEnd)
			table := ask(t, saved, lastHour("A", `{"queryType":"compare","flag":"checkout","signals":["latency","errors","throughput"],"format":"table"}`, promtest.ShopEnd))["A"]
			require.NoError(t, table.Error)
			compared := 0
			for _, row := range preview.Rows {
				if !slices.Contains([]string{"latency", "errors", "throughput"}, row.Signal) {
					continue
				}
				require.NotNil(t, row.Value, "%+v", row)
				require.NotEmpty(t, row.Text)
				column := "variant_value"
				if row.Role == model.RoleBaseline {
					column = "baseline_value"
				}
				frame := table.Frames[0]
				for i := range frame.Rows() {
					signal, _ := frame.FieldByName("signal")
					stat, _ := frame.FieldByName("stat")
					if signal.At(i) != row.Signal || stat.At(i) != row.Stat {
						continue
					}
					field, _ := frame.FieldByName(column)
					require.InDelta(t, *field.At(i).(*float64), *row.Value, 1e-9, "%+v", row)
					compared++
				}
			}
			require.Equal(t, 6, compared)
		})
	}
}

// Each way to lack something has its own cause and its own sentence.
func TestPreviewSaysWhyThereIsNothing(t *testing.T) {
	server := promtest.Start(t, promtest.Shop())
	for name, test := range map[string]struct {
		signal string
		cause  model.Cause
		says   string
	}{
		"metric":   {`{"id":"x","kind":"rate","metric":"never_heard_of_total"}`, model.CauseMetricMissing, "no series named never_heard_of_total"},
		"label":    {`{"id":"x","kind":"rate","metric":"process_cpu_seconds_total"}`, model.CauseLabelMissing, "carries no label feature_flag_key"},
		"selector": {`{"id":"x","kind":"rate","metric":"pool_in_use","selector":"route=\"/nowhere\""}`, model.CauseSelectorEmpty, `route="/nowhere" finds none`},
		"summary":  {`{"id":"x","kind":"histogram","metric":"legacy_seconds"}`, model.CauseUnfit, "is a summary"},
		"plain":    {`{"id":"x","kind":"histogram","metric":"pool_in_use"}`, model.CauseUnfit, "is no histogram"},
	} {
		t.Run(name, func(t *testing.T) {
			preview := previewOf(t, server.URL, `{"signals":[`+test.signal+`]}`, promtest.ShopEnd)
			at := slices.IndexFunc(preview.Rows, func(r model.PreviewRow) bool { return r.Signal == "x" })
			require.GreaterOrEqual(t, at, 0, "%+v", preview.Rows)
			row := preview.Rows[at]
			require.Nil(t, row.Value)
			require.Equal(t, test.cause, row.Cause, row.Message)
			require.Contains(t, row.Message, test.says)
			require.True(t, slices.ContainsFunc(preview.Rows, func(r model.PreviewRow) bool { return r.Signal == "latency" && r.Value != nil }),
				"what one signal lacks does not take the others away")
		})
	}
	nothing := previewOf(t, server.URL, `{"split":{"mode":"flag_label","prefix":"toggle_"}}`, promtest.ShopEnd)
	require.Empty(t, nothing.Rows)
	require.Contains(t, nothing.Notices[0], "No flag was found")
}

// Settings that are tried are refused as saved ones are, by the name of the field, and nothing is asked.
func TestUnsavedSettingsAreCheckedAsSavedOnes(t *testing.T) {
	server := record(t)
	d := datasourceOn(t, instance(server.URL, `{}`), time.Now())
	for _, path := range []string{"detect", "doctor", "preview", "metrics", "signals", "labels", "label-values"} {
		for body, says := range map[string]string{
			`{"settings":{"split":{"mode":"magic"}}}`:             "split.mode: ",
			`{"settings":{"signals":[{"id":"x","kind":"rate"}]}}`: "signals[0].metric: ",
			`{"settings":{"limits":{"maxSeries":"many"}}}`:        "limits.maxSeries: ",
			`{"settings":[]}`:                         "settings: a JSON array does not fit",
			`{"settings":{"preset":"none"}} and more`: "body: there is text after",
			`nothing`: "body: this is no JSON",
			`{"settings":{"split":{"mode":"info","infoMetric":"x","on":[]}}}`: "split.on: ",
		} {
			answer := post(t, d, path, body)
			require.Equal(t, http.StatusBadRequest, answer.Status, "%s %s", path, body)
			requireError(t, answer, "plugin", says)
		}
	}
	require.Zero(t, server.count.Load(), "nothing was asked")
	answer := post(t, d, "preview", `{"from":2,"to":1}`)
	require.Equal(t, http.StatusBadRequest, answer.Status)
}

// Whatever settings are tried, only the URL that is saved is asked, with the saved headers.
func TestTriedSettingsNeverChooseTheServer(t *testing.T) {
	saved, other := record(t), record(t)
	d := datasourceOn(t, instance(saved.URL, `{}`), time.Now())
	for _, path := range []string{"detect", "doctor", "preview", "metrics"} {
		post(t, d, path, fmt.Sprintf(`{"url":%q,"settings":{"url":%q,"preset":"otel","oauthPassThru":true,"keepCookies":["session"]}}`, other.URL, other.URL))
	}
	require.NotZero(t, saved.count.Load())
	require.Zero(t, other.count.Load())
}

// Who may not edit the datasource tries nothing and looks through nothing.
func TestSetupIsForThoseWhoMayEdit(t *testing.T) {
	d := fakeDatasource(t, echo())
	for path, served := range endpoints {
		if !served[http.MethodPost].edits {
			continue
		}
		for _, user := range []*backend.User{nil, {Role: ""}, {Role: "Viewer"}, {Role: "Editor"}, {Role: "None"}, {Role: "admin"}} {
			answer := callResource(t, d, &backend.CallResourceRequest{
				Path: path, URL: path, Method: http.MethodPost, Body: []byte(`{}`), PluginContext: backend.PluginContext{User: user},
			})
			require.Equal(t, http.StatusForbidden, answer.Status, "%s as %+v", path, user)
			requireError(t, answer, "plugin", "the role Admin")
		}
	}
}

// The lists follow settings that are not saved.
func TestListsFollowUnsavedSettings(t *testing.T) {
	server := promtest.Start(t, promtest.Shop())
	d := datasourceOn(t, instance(server.URL, `{"preset":"none"}`), promtest.ShopEnd)
	var metrics model.MetricsResource
	require.NoError(t, json.Unmarshal(post(t, d, "metrics", `{"settings":{"split":{"mode":"labels","flagLabel":"version","variantLabel":"instance"}}}`).Body, &metrics))
	require.True(t, slices.ContainsFunc(metrics.Metrics, func(m model.MetricInfo) bool { return m.Name == "process_resident_memory_bytes" }), "%+v", metrics)
	require.NoError(t, json.Unmarshal(post(t, d, "metrics", `{"settings":{}}`).Body, &metrics))
	require.False(t, slices.ContainsFunc(metrics.Metrics, func(m model.MetricInfo) bool { return m.Name == "process_resident_memory_bytes" }))
	var catalogue model.SignalsResource
	require.NoError(t, json.Unmarshal(post(t, d, "signals", `{"settings":{"preset":"none","signals":[{"id":"own","kind":"rate","metric":"x"}]}}`).Body, &catalogue))
	require.Len(t, catalogue.Signals, 1)
	var values model.NamesResource
	require.NoError(t, json.Unmarshal(post(t, d, "label-values", `{"label":"route","metric":"pool_in_use","settings":{}}`).Body, &values))
	require.Equal(t, []string{"/cart", "/pay"}, values.Names)
}

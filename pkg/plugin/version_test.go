package plugin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// What engines answer to buildinfo, and what they are taken for. One that hides it is none the worse.
func TestEngines(t *testing.T) {
	good := func(data string) http.HandlerFunc {
		return says(200, "application/json", `{"status":"success","data":`+data+`}`)
	}
	for name, test := range map[string]struct {
		buildInfo http.HandlerFunc
		want      model.VersionResource
		health    string
	}{
		"Prometheus": {good(`{"version":"3.15.0","goVersion":"go1.26"}`),
			model.VersionResource{Engine: "Prometheus", Version: "3.15.0"}, "Prometheus 3.15.0 answers. It has data of 1 flag."},
		"Prometheus, built as a module": {good(`{"version":"","goVersion":"go1.26"}`),
			model.VersionResource{Engine: "Prometheus"}, "Prometheus answers. It has data of 1 flag."},
		"Mimir": {good(`{"application":"Grafana Mimir","version":"2.15.0","goVersion":"go1.24"}`),
			model.VersionResource{Engine: "Grafana Mimir", Version: "2.15.0"}, "Grafana Mimir 2.15.0 answers."},
		"VictoriaMetrics":        {good(`{}`), model.VersionResource{Engine: "VictoriaMetrics"}, "VictoriaMetrics answers."},
		"VictoriaMetrics, newer": {good(`{"version":"2.24.0"}`), model.VersionResource{Engine: "VictoriaMetrics", Version: "2.24.0"}, "VictoriaMetrics 2.24.0 answers."},
		"no such endpoint":       {http.NotFound, model.VersionResource{Engine: "unknown"}, "of an unknown engine answers."},
		"not allowed":            {says(405, "text/plain", ""), model.VersionResource{Engine: "unknown"}, "of an unknown engine answers."},
		"refused":                {says(403, "text/plain", ""), model.VersionResource{Engine: "unknown"}, "of an unknown engine answers."},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/buildinfo"):
					test.buildInfo(w, r)
				case strings.HasSuffix(r.URL.Path, "/query_range"):
					good(`{"resultType":"matrix","result":[{"metric":{"feature_flag_key":"f","feature_flag_variant":"on"},"values":[[1700000000,"1"]]}]}`)(w, r)
				default:
					good(`{"resultType":"vector","result":[]}`)(w, r)
				}
			}))
			t.Cleanup(server.Close)
			d := datasourceOn(t, instance(server.URL, ""), time.Time{})
			var version model.VersionResource
			require.NoError(t, json.Unmarshal(get(t, d, "version").Body, &version))
			require.Equal(t, test.want, version)
			result := health(t, d, nil)
			require.Equal(t, backend.HealthStatusOk, result.Status, result.Message)
			require.Contains(t, result.Message, test.health)
			require.NoError(t, json.Unmarshal(result.JSONDetails, &version))
			require.Equal(t, test.want, version)
		})
	}
}

func TestPluginVersionIsTold(t *testing.T) {
	server := record(t)
	answer := callResource(t, datasourceOn(t, instance(server.URL, ""), time.Time{}), &backend.CallResourceRequest{
		Path: "version", URL: "version", Method: http.MethodGet, PluginContext: backend.PluginContext{PluginVersion: "1.2.3"},
	})
	require.Contains(t, string(answer.Body), `"plugin":"1.2.3"`)
}

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "",
		"no URL is set":    "No URL is set.",
		"étage. Done.":     "Étage. Done.",
		"ends like this. ": "Ends like this.",
	} {
		require.Equal(t, want, sentence(text))
	}
}

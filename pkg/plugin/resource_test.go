package plugin

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// echo is an engine whose answers tell what it was asked.
func echo() *fakeEngine {
	names := func(all ...string) (model.NamesResource, error) { return model.NamesResource{Names: all}, nil }
	return &fakeEngine{
		flags: func() (model.FlagsResource, error) {
			return model.FlagsResource{Flags: []model.FlagInfo{{Flag: "checkout", Variants: []string{"off", "on"}}}}, nil
		},
		variants:    func(flag string) (model.NamesResource, error) { return names("variants of " + flag) },
		labels:      func(metric string) (model.NamesResource, error) { return names("labels of " + metric) },
		labelValues: func(label, metric string) (model.NamesResource, error) { return names(label, metric) },
		metrics: func() (model.MetricsResource, error) {
			return model.MetricsResource{Metrics: []model.MetricInfo{{Name: "m", Type: "counter"}}}, nil
		},
		backtest: func(r compare.Request) (model.BacktestResource, error) {
			return model.BacktestResource{Results: []model.BacktestResult{
				{Signal: r.Query.Signals[0], Splits: r.Query.Backtest.Splits},
			}}, nil
		},
		promQL: func(r compare.Request) ([]model.PromQLStatement, error) {
			return []model.PromQLStatement{{Signal: r.Query.Signals[0], Expr: "up", Step: r.Interval.String()}}, nil
		},
	}
}

func TestResources(t *testing.T) {
	d := fakeDatasource(t, echo())
	for url, want := range map[string]string{
		"flags":                                 `{"flags":[{"flag":"checkout","variants":["off","on"]}]}`,
		"variants?flag=a%2Fb%20%22c%22":         `{"names":["variants of a/b \"c\""]}`,
		"labels":                                `{"names":["labels of "]}`,
		"labels?metric=up":                      `{"names":["labels of up"]}`,
		"label-values?label=route":              `{"names":["route",""]}`,
		"label-values?label=http.route":         `{"names":["http.route",""]}`,
		"label-values?label=route&metric=up&x=": `{"names":["route","up"]}`,
		"metrics":                               `{"metrics":[{"name":"m","type":"counter"}]}`,
	} {
		t.Run(url, func(t *testing.T) {
			answer := get(t, d, url)
			require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
			require.JSONEq(t, want, string(answer.Body))
		})
	}
	var catalogue model.SignalsResource
	require.NoError(t, json.Unmarshal(get(t, d, "signals").Body, &catalogue))
	require.Equal(t, d.settings.Catalogue(), catalogue.Signals)
	var presets model.PresetsResource
	require.NoError(t, json.Unmarshal(get(t, d, "presets").Body, &presets))
	require.Equal(t, model.Presets(), presets.Presets)
}

func TestPromQLResource(t *testing.T) {
	post := func(body string) *backend.CallResourceResponse {
		return callResource(t, fakeDatasource(t, echo()), &backend.CallResourceRequest{
			Path: "promql", URL: "promql", Method: http.MethodPost, Body: []byte(body),
		})
	}
	answer := post(`{"query":` + latencyQuery + `,"from":1000,"to":2000,"intervalMs":15000,"maxDataPoints":100}`)
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
	require.JSONEq(t, `{"statements":[{"signal":"latency","expr":"up","step":"15s"}]}`, string(answer.Body))

	backtested := callResource(t, fakeDatasource(t, echo()), &backend.CallResourceRequest{
		Path: "backtest", URL: "backtest", Method: http.MethodPost,
		Body: []byte(`{"query":{"queryType":"backtest","flag":"a","signals":["errors"]},"from":1000,"to":2000}`),
	})
	require.Equal(t, http.StatusOK, backtested.Status, string(backtested.Body))
	require.Contains(t, string(backtested.Body), `"signal":"errors"`)
	require.Contains(t, string(backtested.Body), `"splits":100`)

	for body, says := range map[string]string{
		``:                                  "body: this is no JSON",
		`[]`:                                "body: a JSON array does not fit",
		`{"query":{"queryType":"compare"}}`: "flag: no flag is named",
		`{"query":` + latencyQuery + `,"from":2,"to":1}`: "to: the range ends before it begins",
		`{"query":` + latencyQuery + `,"from":"now"}`:    "from: a JSON string does not fit; give a number",
	} {
		t.Run(body, func(t *testing.T) {
			answer := post(body)
			require.Equal(t, http.StatusBadRequest, answer.Status)
			requireError(t, answer, "plugin", says)
		})
	}
	answer = post(strings.Repeat(" ", maxBody) + "{}")
	require.Equal(t, http.StatusRequestEntityTooLarge, answer.Status)
	requireError(t, answer, "plugin", "at most 1048576 are read")
}

func requireError(t *testing.T, answer *backend.CallResourceResponse, source, says string) {
	t.Helper()
	var failure model.ErrorResource
	require.NoError(t, json.Unmarshal(answer.Body, &failure))
	require.Equal(t, source, failure.Source)
	require.Contains(t, failure.Error, says)
}

// Only exact paths are served, whatever a proxy before us made of them.
func TestWhatIsNoResource(t *testing.T) {
	d := fakeDatasource(t, &fakeEngine{}) // any call of the engine would panic, and answer 500
	for _, test := range []struct{ path, url string }{
		{"", ""},
		{"/", "/"},
		{"/flags", "/flags"},
		{"flags/", "flags/"},
		{"Flags", "Flags"},
		{"api/v1/query", "api/v1/query"},
		{"../flags", "../flags"},
		{"./flags", "./flags"},
		{"flags/../promql", "flags/../promql"},
		{"//flags", "//flags"},
		{"flags", "//flags"},
		{"flags", "x/../flags"},
		{"flags", "%66lags"},
		{"flags", "flags%2f"},
		{"flags", "flags%2F..%2Fmetrics"},
		{"flags", "http://elsewhere.test/flags"},
		{"flags", "%zz"},
		{"flags%2f", "flags%2f"},
		{`flags\`, `flags\`},
		{"flags\x00", "flags%00"},
		{"api/v1/admin/tsdb/delete_series", "api/v1/admin/tsdb/delete_series?match[]=up"},
	} {
		t.Run(test.path+" as "+test.url, func(t *testing.T) {
			answer := callResource(t, d, &backend.CallResourceRequest{Path: test.path, URL: test.url, Method: http.MethodGet})
			require.Equal(t, http.StatusNotFound, answer.Status)
			requireError(t, answer, "plugin", "there is no such resource")
		})
	}
}

func TestMethods(t *testing.T) {
	for path, served := range endpoints {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", ""} {
			if _, known := served[method]; known {
				continue
			}
			answer := callResource(t, fakeDatasource(t, &fakeEngine{}), &backend.CallResourceRequest{Path: path, URL: path, Method: method})
			require.Equal(t, http.StatusMethodNotAllowed, answer.Status, "%s %s", method, path)
			require.Equal(t, served.allowed(), http.Header(answer.Headers).Get("Allow"))
			requireError(t, answer, "plugin", "answers "+served.allowed()+" only")
		}
	}
}

func TestWrongParameters(t *testing.T) {
	d := fakeDatasource(t, &fakeEngine{})
	long := strings.Repeat("x", 2000)
	for url, says := range map[string]string{
		"variants":                            "flag: it is missing",
		"variants?flag=":                      "flag: it is missing",
		"label-values":                        "label: the label's name is empty",
		"label-values?label=__name__":         "is reserved by Prometheus",
		"label-values?label=%ff":              "is no UTF-8",
		"label-values?label=" + long:          "is too long",
		"label-values?label=a&metric=%ff":     "metric: ",
		"labels?metric=" + long:               "metric: ",
		"label-values?label=a&metric=" + long: "is too long",
	} {
		t.Run(url[:min(len(url), 40)], func(t *testing.T) {
			answer := get(t, d, url)
			require.Equal(t, http.StatusBadRequest, answer.Status, string(answer.Body))
			requireError(t, answer, "plugin", says)
		})
	}
}

func TestResourcesFail(t *testing.T) {
	e := echo()
	e.flags = func() (model.FlagsResource, error) {
		return model.FlagsResource{}, &promapi.Error{
			Status: 429, Downstream: true, Kind: promapi.KindRateLimit, Message: "slow down", RetryAfter: 1500 * time.Millisecond,
		}
	}
	e.metrics = func() (model.MetricsResource, error) { panic("boom") }
	d := fakeDatasource(t, e)

	answer := get(t, d, "flags")
	require.Equal(t, http.StatusTooManyRequests, answer.Status)
	require.Equal(t, "2", http.Header(answer.Headers).Get("Retry-After"))
	requireError(t, answer, "downstream", "slow down")

	answer = get(t, d, "metrics")
	require.Equal(t, http.StatusInternalServerError, answer.Status)
	requireError(t, answer, "plugin", panicMessage)
	require.NotContains(t, string(answer.Body), "boom")
}

package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// instance is a datasource's settings as Grafana gives them.
func instance(url, jsonData string) backend.DataSourceInstanceSettings {
	return backend.DataSourceInstanceSettings{
		UID: "flaglens", Type: ID, Name: "Flaglens", URL: url, JSONData: json.RawMessage(jsonData),
	}
}

// datasourceOn makes a datasource on a server, whose clock stands at now; at the real time if now is zero.
func datasourceOn(t *testing.T, settings backend.DataSourceInstanceSettings, now time.Time) *Datasource {
	t.Helper()
	options := compare.Options{}
	if !now.IsZero() {
		options.Now = func() time.Time { return now }
	}
	d := newDatasource(context.Background(), settings, options)
	t.Cleanup(d.Dispose)
	return d
}

// fakeEngine answers with what its functions say; a function that is not set panics, as a fault of ours would.
type fakeEngine struct {
	run         func(ctx context.Context, r compare.Request) (data.Frames, error)
	promQL      func(r compare.Request) ([]model.PromQLStatement, error)
	flags       func() (model.FlagsResource, error)
	variants    func(flag string) (model.NamesResource, error)
	labels      func(metric string) (model.NamesResource, error)
	labelValues func(label, metric string) (model.NamesResource, error)
	metrics     func() (model.MetricsResource, error)
	backtest    func(r compare.Request) (model.BacktestResource, error)
}

func (f *fakeEngine) Backtest(_ context.Context, r compare.Request) (model.BacktestResource, error) {
	return f.backtest(r)
}

func (f *fakeEngine) Close() {}

func (f *fakeEngine) Why(context.Context, compare.Request, string) (cause model.Cause, said string, err error) {
	return model.CauseNoTraffic, "Nothing was counted.", nil
}

func (f *fakeEngine) ScrapeInterval(context.Context, time.Time, time.Time) (interval time.Duration, learnt bool) {
	return 0, false
}

func (f *fakeEngine) Run(ctx context.Context, r compare.Request) (data.Frames, error) {
	return f.run(ctx, r)
}

func (f *fakeEngine) PromQL(_ context.Context, r compare.Request) ([]model.PromQLStatement, error) {
	return f.promQL(r)
}
func (f *fakeEngine) Flags(context.Context) (model.FlagsResource, error) { return f.flags() }

func (f *fakeEngine) Variants(_ context.Context, flag string) (model.NamesResource, error) {
	return f.variants(flag)
}

func (f *fakeEngine) Labels(_ context.Context, metric string) (model.NamesResource, error) {
	return f.labels(metric)
}

func (f *fakeEngine) LabelValues(_ context.Context, label, metric string) (model.NamesResource, error) {
	return f.labelValues(label, metric)
}
func (f *fakeEngine) Metrics(context.Context) (model.MetricsResource, error) { return f.metrics() }

// fakeDatasource is one whose engine is faked.
func fakeDatasource(t *testing.T, e *fakeEngine) *Datasource {
	t.Helper()
	settings, err := vocabulary.BuiltIn().DecodeSettings(nil)
	require.NoError(t, err)
	views := kept.NewIdentities(1, 0, nil, func() (*view, error) { return &view{engine: e}, nil })
	return &Datasource{settings: settings, views: views, now: time.Now}
}

// viewOf is what a caller without credentials sees.
func viewOf(t *testing.T, d *Datasource) *view {
	t.Helper()
	_, v, err := d.as(t.Context(), http.Header{}, "")
	require.NoError(t, err)
	return v
}

// latencyQuery asks for the latency of a flag.
const latencyQuery = `{"queryType":"compare","flag":"checkout","signals":["latency"]}`

// lastHour is a query as Grafana sends it, over the hour before end.
func lastHour(refID, query string, end time.Time) backend.DataQuery {
	return backend.DataQuery{
		RefID: refID, JSON: json.RawMessage(query), MaxDataPoints: 1000, Interval: 15 * time.Second,
		TimeRange: backend.TimeRange{From: end.Add(-time.Hour), To: end},
	}
}

// ask runs queries and returns the answers by refID.
func ask(t *testing.T, d *Datasource, queries ...backend.DataQuery) backend.Responses {
	t.Helper()
	answer, err := d.QueryData(context.Background(), &backend.QueryDataRequest{Queries: queries})
	require.NoError(t, err)
	return answer.Responses
}

// callResource calls a resource with a URL as Grafana forms it.
func callResource(t *testing.T, d *Datasource, req *backend.CallResourceRequest) *backend.CallResourceResponse {
	t.Helper()
	var answers []*backend.CallResourceResponse
	err := d.CallResource(context.Background(), req, backend.CallResourceResponseSenderFunc(
		func(answer *backend.CallResourceResponse) error {
			answers = append(answers, answer)
			return nil
		}))
	require.NoError(t, err)
	require.Len(t, answers, 1)
	require.Equal(t, "application/json", http.Header(answers[0].Headers).Get("Content-Type"))
	return answers[0]
}

// get calls a resource: get(t, d, "variants?flag=x").
func get(t *testing.T, d *Datasource, url string) *backend.CallResourceResponse {
	t.Helper()
	path, _, _ := strings.Cut(url, "?")
	return callResource(t, d, &backend.CallResourceRequest{Path: path, URL: url, Method: http.MethodGet})
}

// recorder is a server that keeps the headers of the last request and answers every query with an empty vector.
type recorder struct {
	*httptest.Server
	seen  atomic.Pointer[http.Request]
	count atomic.Int64
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.count.Add(1)
	r.seen.Store(req.Clone(context.Background()))
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"vector","result":[]}}`))
}

func (r *recorder) header(key string) string { return r.seen.Load().Header.Get(key) }

func record(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// mustJSON writes a value as JSON.
func mustJSON(t *testing.T, value any) string {
	t.Helper()
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return string(raw)
}

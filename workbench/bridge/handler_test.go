package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

type fakeBackend struct {
	grpcplugin.DataClient
	grpcplugin.DiagnosticsClient

	down     error
	queried  *pluginv2.QueryDataRequest
	called   *pluginv2.CallResourceRequest
	response *backend.QueryDataResponse
	queryErr error
	health   *pluginv2.CheckHealthResponse
	parts    []*pluginv2.CallResourceResponse
}

func (f *fakeBackend) plugin() (plugin, error) {
	return plugin{data: f, resource: f, diagnostics: f}, f.down
}

func (f *fakeBackend) QueryData(_ context.Context, request *pluginv2.QueryDataRequest, _ ...grpc.CallOption) (*pluginv2.QueryDataResponse, error) {
	f.queried = request
	if f.queryErr != nil {
		return nil, f.queryErr
	}
	return backend.ToProto().QueryDataResponse(backend.DataFrameFormat_ARROW, f.response)
}

func (f *fakeBackend) CheckHealth(context.Context, *pluginv2.CheckHealthRequest, ...grpc.CallOption) (*pluginv2.CheckHealthResponse, error) {
	return f.health, nil
}

func (f *fakeBackend) CallResource(_ context.Context, request *pluginv2.CallResourceRequest, _ ...grpc.CallOption) (pluginv2.Resource_CallResourceClient, error) {
	f.called = request
	return &fakeStream{parts: f.parts}, nil
}

type fakeStream struct {
	grpc.ClientStream
	parts []*pluginv2.CallResourceResponse
}

func (s *fakeStream) Recv() (*pluginv2.CallResourceResponse, error) {
	if len(s.parts) == 0 {
		return nil, io.EOF
	}
	part := s.parts[0]
	s.parts = s.parts[1:]
	return part, nil
}

func ask(t *testing.T, fake *fakeBackend, settings string, request *http.Request) (int, string, http.Header) {
	t.Helper()
	sources := newDatasources()
	require.NoError(t, sources.put([]byte(settings), time.Now()))
	request.Host = "127.0.0.1:3000"
	recorder := httptest.NewRecorder()
	newHandler(sources, fake, "1.2.3", hclog.NewNullLogger()).ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String(), recorder.Header()
}

const (
	plainSettings = `{"uid":"flaglens","url":"http://localhost:9090"}`
	oneQuery      = `{"from":"now-1h","to":"now","queries":[{"refId":"A","datasource":{"uid":"flaglens"}}]}`
)

func queryRequest() *http.Request {
	return httptest.NewRequest(http.MethodPost, "/api/ds/query", strings.NewReader(oneQuery))
}

func TestQueryServesTheSDKsJSON(t *testing.T) {
	value := 0.25
	fake := &fakeBackend{response: &backend.QueryDataResponse{Responses: backend.Responses{"A": {
		Frames: data.Frames{data.NewFrame("f",
			data.NewField("Time", nil, []time.Time{time.UnixMilli(1000).UTC(), time.UnixMilli(2000).UTC()}),
			data.NewField("Value", data.Labels{"variant": "on"}, []*float64{&value, nil}))},
	}}}}
	status, body, _ := ask(t, fake, plainSettings, queryRequest())
	require.Equal(t, http.StatusOK, status, body)
	require.JSONEq(t, `{"results":{"A":{"status":200,"frames":[{"schema":{"name":"f","refId":"A","fields":[
		{"name":"Time","type":"time","typeInfo":{"frame":"time.Time"}},
		{"name":"Value","type":"number","typeInfo":{"frame":"float64","nullable":true},"labels":{"variant":"on"}}]},
		"data":{"values":[[1000,2000],[0.25,null]]}}]}}}`, body)
	require.Equal(t, "flaglens", fake.queried.GetPluginContext().GetDataSourceInstanceSettings().GetUid())
	require.Equal(t, "1.2.3", fake.queried.GetPluginContext().GetPluginVersion())
}

func TestQueryKeepsStatusAndSourceOfEachFailure(t *testing.T) {
	fake := &fakeBackend{response: &backend.QueryDataResponse{Responses: backend.Responses{
		"A": {Frames: data.Frames{data.NewFrame("good")}},
		"B": {Error: errors.New("refused"), Status: http.StatusBadGateway, ErrorSource: backend.ErrorSourceDownstream},
	}}}
	status, body, _ := ask(t, fake, plainSettings, queryRequest())
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, body, `"B":{"error":"refused","errorSource":"downstream","status":502,"frames":[]}`)
	require.Contains(t, body, `"name":"good"`)
}

func TestQueryMarksAlertsAndForwardsIdentityOnlyWhenAsked(t *testing.T) {
	for name, test := range map[string]struct {
		settings string
		want     map[string]string
	}{
		"by default": {plainSettings, map[string]string{"FromAlert": "true", "http_X-Panel-Id": "7"}},
		"forwarded": {`{"uid":"flaglens","jsonData":{"oauthPassThru":true}}`,
			map[string]string{"FromAlert": "true", "http_X-Panel-Id": "7", "Authorization": "Bearer t"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &fakeBackend{response: backend.NewQueryDataResponse()}
			request := queryRequest()
			request.Header.Set("FromAlert", "true")
			request.Header.Set("X-Panel-Id", "7")
			request.Header.Set("Authorization", "Bearer t")
			ask(t, fake, test.settings, request)
			require.Equal(t, test.want, fake.queried.GetHeaders())
		})
	}
}

func TestFailuresOfTheBackendAreTold(t *testing.T) {
	for name, test := range map[string]struct {
		fake       fakeBackend
		wantStatus int
		wantText   string
	}{
		"not running":  {fakeBackend{down: errBackendDown}, http.StatusBadGateway, "started again"},
		"just crashed": {fakeBackend{queryErr: grpcstatus.Error(codes.Unavailable, "EOF")}, http.StatusBadGateway, "started again"},
		"failed":       {fakeBackend{queryErr: grpcstatus.Error(codes.Unknown, "boom")}, http.StatusInternalServerError, "boom"},
		"too large":    {fakeBackend{queryErr: grpcstatus.Error(codes.ResourceExhausted, "big")}, http.StatusRequestEntityTooLarge, "larger"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body, _ := ask(t, &test.fake, plainSettings, queryRequest())
			require.Equal(t, test.wantStatus, status)
			require.Contains(t, body, test.wantText)
		})
	}
}

func TestResourcePassesPathsAsTheyAre(t *testing.T) {
	for target, want := range map[string]struct{ path, url string }{
		"/api/datasources/uid/flaglens/resources/flags":              {"flags", "flags"},
		"/api/datasources/uid/flaglens/resources/variants?flag=a%22": {"variants", "variants?flag=a%22"},
		"/api/datasources/uid/flaglens/resources/../../api/v1/x":     {"../../api/v1/x", "../../api/v1/x"},
		"/api/datasources/uid/flaglens/resources//flags":             {"/flags", "/flags"},
	} {
		t.Run(target, func(t *testing.T) {
			fake := &fakeBackend{parts: []*pluginv2.CallResourceResponse{{Code: 200, Body: []byte("[]")}}}
			ask(t, fake, plainSettings, httptest.NewRequest(http.MethodGet, target, nil))
			require.Equal(t, want.path, fake.called.GetPath())
			require.Equal(t, want.url, fake.called.GetUrl())
		})
	}
}

func TestResourceCopiesTheAnswer(t *testing.T) {
	fake := &fakeBackend{parts: []*pluginv2.CallResourceResponse{
		{Code: http.StatusTeapot, Body: []byte("one "), Headers: map[string]*pluginv2.StringList{
			"content-type": {Values: []string{"text/plain"}}, "Set-Cookie": {Values: []string{"a=b"}},
		}},
		{Body: []byte("two")},
	}}
	request := httptest.NewRequest(http.MethodPost, "/api/datasources/uid/flaglens/resources/promql", strings.NewReader("q"))
	request.Header.Set("Cookie", "session=1")
	request.Header.Set("Authorization", "Bearer t")
	status, body, header := ask(t, fake, plainSettings, request)
	require.Equal(t, http.StatusTeapot, status)
	require.Equal(t, "one two", body)
	require.Equal(t, "text/plain", header.Get("Content-Type"))
	require.Equal(t, "sandbox", header.Get("Content-Security-Policy"))
	require.Empty(t, header.Get("Set-Cookie"))
	require.Equal(t, "q", string(fake.called.GetBody()))
	require.NotContains(t, fake.called.GetHeaders(), "Cookie")
	require.NotContains(t, fake.called.GetHeaders(), "Authorization")
}

func TestHealthAnswersAsGrafana(t *testing.T) {
	for name, test := range map[string]struct {
		health     *pluginv2.CheckHealthResponse
		wantStatus int
		wantBody   string
	}{
		"good": {&pluginv2.CheckHealthResponse{Status: pluginv2.CheckHealthResponse_OK, Message: "fine", JsonDetails: []byte(`{"engine":"x"}`)},
			http.StatusOK, `{"status":"OK","message":"fine","details":{"engine":"x"}}`},
		"bad": {&pluginv2.CheckHealthResponse{Status: pluginv2.CheckHealthResponse_ERROR, Message: "unreachable"},
			http.StatusBadRequest, `{"status":"ERROR","message":"unreachable"}`},
	} {
		t.Run(name, func(t *testing.T) {
			status, body, _ := ask(t, &fakeBackend{health: test.health}, plainSettings,
				httptest.NewRequest(http.MethodGet, "/api/datasources/uid/flaglens/health", nil))
			require.Equal(t, test.wantStatus, status)
			require.JSONEq(t, test.wantBody, body)
		})
	}
}

func TestWhatIsNotServed(t *testing.T) {
	for target, want := range map[string]int{
		"GET /api/ds/query":                              http.StatusMethodNotAllowed,
		"POST /api/datasources/uid/flaglens/health":      http.StatusMethodNotAllowed,
		"GET /api/datasources/uid/unknown/health":        http.StatusNotFound,
		"GET /api/datasources/uid/flaglens/other":        http.StatusNotFound,
		"GET /api/datasources/uid/flaglens/resourcesful": http.StatusNotFound,
		"GET /": http.StatusNotFound,
	} {
		t.Run(target, func(t *testing.T) {
			method, path, _ := strings.Cut(target, " ")
			status, _, _ := ask(t, &fakeBackend{}, plainSettings, httptest.NewRequest(method, path, nil))
			require.Equal(t, want, status)
		})
	}
}

func TestForeignHostNamesAreRefused(t *testing.T) {
	handler := newHandler(newDatasources(), &fakeBackend{}, "", hclog.NewNullLogger())
	for host, want := range map[string]int{
		"evil.example:3000": http.StatusForbidden, "localhost:1": http.StatusNotFound, "[::1]:1": http.StatusNotFound,
	} {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.Host = host
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		require.Equal(t, want, recorder.Code, host)
	}
}

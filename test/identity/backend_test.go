// Package identity tests what of a datasource is kept apart for whom: on the real backend process, over the protocol by
// which Grafana speaks to it, in front of real Prometheus servers.
package identity

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/stretchr/testify/require"
)

// process is a running backend.
type process struct {
	data        grpcplugin.DataClient
	resource    grpcplugin.ResourceClient
	diagnostics grpcplugin.DiagnosticsClient
}

// start runs the backend that FLAGLENS_BACKEND names, else one that is built for the test.
func start(t *testing.T) *process {
	t.Helper()
	binary := os.Getenv("FLAGLENS_BACKEND")
	if binary == "" {
		binary = filepath.Join(t.TempDir(), "gpx_flaglens")
		build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "github.com/flaglens/flaglens/pkg") //nolint:gosec // a path of our own
		output, err := build.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: grpcplugin.ProtocolVersion,
			MagicCookieKey:  grpcplugin.MagicCookieKey, MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: {
			"data": &grpcplugin.DataGRPCPlugin{}, "resource": &grpcplugin.ResourceGRPCPlugin{},
			"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		}},
		//nolint:gosec // The binary is the one that the test was given; go-plugin ends it.
		Cmd:              exec.CommandContext(context.Background(), binary),
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
	})
	t.Cleanup(client.Kill)
	rpc, err := client.Client()
	require.NoError(t, err)
	return &process{
		data:        service[grpcplugin.DataClient](t, rpc, "data"),
		resource:    service[grpcplugin.ResourceClient](t, rpc, "resource"),
		diagnostics: service[grpcplugin.DiagnosticsClient](t, rpc, "diagnostics"),
	}
}

func service[T any](t *testing.T, rpc goplugin.ClientProtocol, name string) T {
	t.Helper()
	raw, err := rpc.Dispense(name)
	require.NoError(t, err)
	found, ok := raw.(T)
	require.True(t, ok, "%s is a %T", name, raw)
	return found
}

// source is a datasource of a running backend.
type source struct {
	process  *process
	settings backend.DataSourceInstanceSettings
}

// datasource configures a datasource; secure are its headers of its own, by name.
func (p *process) datasource(uid, url, jsonData string, headers map[string]string) source {
	fields := map[string]any{}
	if err := json.Unmarshal([]byte(jsonData), &fields); err != nil {
		panic(err)
	}
	secure := map[string]string{}
	for name, value := range headers {
		fields["httpHeaderName1"], secure["httpHeaderValue1"] = name, value
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return source{p, backend.DataSourceInstanceSettings{
		UID: uid, Type: "flaglens-datasource", Name: uid, URL: url, JSONData: raw, DecryptedSecureJSONData: secure,
		Updated: time.Unix(1_700_000_000, 0),
	}}
}

func (s source) context() backend.PluginContext {
	settings := s.settings
	return backend.PluginContext{PluginID: settings.Type, PluginVersion: "1.2.3", DataSourceInstanceSettings: &settings}
}

// caller is who asks: the headers that Grafana sends along.
type caller map[string]string

// query runs queries by their refID.
func (s source) query(t *testing.T, who caller, queries map[string]string, from, to time.Time) backend.Responses {
	t.Helper()
	request := &backend.QueryDataRequest{PluginContext: s.context(), Headers: who}
	for refID, query := range queries {
		request.Queries = append(request.Queries, backend.DataQuery{
			RefID: refID, JSON: json.RawMessage(query), MaxDataPoints: 300, Interval: time.Minute,
			TimeRange: backend.TimeRange{From: from, To: to},
		})
	}
	answer, err := s.process.data.QueryData(t.Context(), backend.ToProto().QueryDataRequest(request))
	require.NoError(t, err)
	responses, err := backend.FromProto().QueryDataResponse(answer)
	require.NoError(t, err)
	require.Len(t, responses.Responses, len(queries))
	return responses.Responses
}

// call calls a resource: call(t, who, "variants?flag=x", "").
func (s source) call(t *testing.T, who caller, url, body string) (status int, answer string) {
	t.Helper()
	request := &backend.CallResourceRequest{
		PluginContext: s.context(), Path: pathOf(url), URL: url, Method: http.MethodGet, Headers: map[string][]string{},
	}
	if body != "" {
		request.Method, request.Body = http.MethodPost, []byte(body)
	}
	for name, value := range who {
		request.Headers[name] = []string{value}
	}
	stream, err := s.process.resource.CallResource(t.Context(), backend.ToProto().CallResourceRequest(request))
	require.NoError(t, err)
	part, err := stream.Recv()
	require.NoError(t, err)
	return int(part.GetCode()), string(part.GetBody())
}

// health is what a health check says.
func (s source) health(t *testing.T, who caller) string {
	t.Helper()
	answer, err := s.process.diagnostics.CheckHealth(t.Context(), &pluginv2.CheckHealthRequest{
		PluginContext: backend.ToProto().PluginContext(s.context()), Headers: who,
	})
	require.NoError(t, err)
	return answer.GetMessage()
}

package plugin

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/datasourcetest"
	"github.com/stretchr/testify/require"
)

// TestOverTheProtocol asks the datasource as Grafana does, behind gRPC and all of the SDK's own middleware. It is one test
// with one server, since the SDK registers its metrics once a process.
func TestOverTheProtocol(t *testing.T) {
	client := serve(t)
	t.Run("headers of the caller", func(t *testing.T) { testCallersHeaders(t, client) })
	t.Run("errors", func(t *testing.T) { testErrorsOverTheProtocol(t, client) })
}

func serve(t *testing.T) *datasourcetest.TestPluginClient {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	plugin, err := datasourcetest.Manage(New, datasourcetest.ManageOpts{Address: address})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, plugin.Shutdown()) })
	return plugin.Client
}

func contextOf(settings backend.DataSourceInstanceSettings) backend.PluginContext {
	settings.ID = 1
	settings.Updated = time.Unix(1_700_000_000, 0)
	return backend.PluginContext{PluginID: ID, PluginVersion: "1.2.3", DataSourceInstanceSettings: &settings}
}

// What the SDK would hand on by itself never reaches the server; what the settings allow does.
func testCallersHeaders(t *testing.T, client *datasourcetest.TestPluginClient) {
	browser := map[string][]string{
		"Authorization": {"Bearer of-the-user"}, "Cookie": {"session=secret; kept=1"},
		"Accept-Encoding": {"br"}, "X-Scope-Orgid": {"another-tenant"},
	}
	for name, test := range map[string]struct {
		jsonData, authorization, cookie string
	}{
		"nothing allowed": {`{}`, "", ""},
		"tokens":          {`{"oauthPassThru":true}`, "Bearer of-the-user", ""},
		"a cookie":        {`{"keepCookies":["kept"]}`, "", "kept=1"},
	} {
		t.Run(name, func(t *testing.T) {
			server := record(t)
			settings := contextOf(instance(server.URL, test.jsonData))
			settings.DataSourceInstanceSettings.UID = name
			var status int
			err := client.CallResource(context.Background(), &backend.CallResourceRequest{
				PluginContext: settings, Path: "labels", URL: "labels?metric=up", Method: http.MethodGet, Headers: browser,
			}, backend.CallResourceResponseSenderFunc(func(answer *backend.CallResourceResponse) error {
				status = answer.Status
				return nil
			}))
			require.NoError(t, err)
			require.NotZero(t, status)
			require.Equal(t, test.authorization, server.header("Authorization"))
			require.Equal(t, test.cookie, server.header("Cookie"))
			require.Equal(t, "gzip", server.header("Accept-Encoding"))
			require.Empty(t, server.header("X-Scope-OrgID"))
		})
	}
}

// Status, source and words of an error survive the protocol, and a server that is down takes neither the other queries nor
// the process with it.
func testErrorsOverTheProtocol(t *testing.T, client *datasourcetest.TestPluginClient) {
	down := record(t)
	down.Close()
	settings := contextOf(instance(down.URL, ""))
	answer, err := client.QueryData(context.Background(), &backend.QueryDataRequest{
		PluginContext: settings,
		Queries: []backend.DataQuery{
			lastHour("unreachable", latencyQuery, time.Now()),
			lastHour("wrong", `{"queryType":"compare","flag":"checkout"}`, time.Now()),
			lastHour("future", latencyQuery, time.Now().Add(48*time.Hour)),
		},
	})
	require.NoError(t, err)
	unreachable, wrong, future := answer.Responses["unreachable"], answer.Responses["wrong"], answer.Responses["future"]
	require.ErrorContains(t, unreachable.Error, "no connection to Prometheus")
	require.EqualValues(t, http.StatusBadGateway, unreachable.Status)
	require.Equal(t, backend.ErrorSourceDownstream, unreachable.ErrorSource)
	require.ErrorContains(t, wrong.Error, "signals: no signal is named")
	require.EqualValues(t, http.StatusBadRequest, wrong.Status)
	require.Equal(t, backend.ErrorSourcePlugin, wrong.ErrorSource)
	require.NoError(t, future.Error)
	require.Contains(t, noticesOf(future.Frames), "lies in the future")

	result, err := client.CheckHealth(context.Background(), &backend.CheckHealthRequest{PluginContext: settings})
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusError, result.Status)
	require.Contains(t, result.Message, "No connection to Prometheus")
}

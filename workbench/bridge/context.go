package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"runtime"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/useragent"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// grafanaVersion is the version whose shapes the bridge serves.
const grafanaVersion = "13.1.0"

// forwardedHeaders are those that Grafana hands on with a query: who asks, from where.
var forwardedHeaders = []string{
	"X-Datasource-Uid", "X-Dashboard-Uid", "X-Dashboard-Title", "X-Panel-Id", "X-Panel-Title",
	"X-Query-Group-Id", "X-Grafana-From-Expr", "X-Rule-Uid", "X-Rule-Name", "X-Rule-Folder",
}

// fromAlertHeader is how Grafana's alerting marks its queries.
const fromAlertHeader = "FromAlert"

// pluginContext describes the caller as Grafana would: the one user of the workbench may do everything.
func pluginContext(settings backend.DataSourceInstanceSettings, version, host string) backend.PluginContext {
	agent, err := useragent.New(grafanaVersion, runtime.GOOS, runtime.GOARCH)
	if err != nil {
		agent = useragent.Empty()
	}
	return backend.PluginContext{
		Namespace:                  "default",
		PluginID:                   datasourcePluginID,
		PluginVersion:              version,
		User:                       &backend.User{Login: "workbench", Name: "Workbench", Email: "workbench@localhost", Role: "Admin"},
		DataSourceInstanceSettings: &settings,
		GrafanaConfig:              config.NewGrafanaCfg(map[string]string{config.AppURL: "http://" + host + "/"}),
		UserAgent:                  agent,
	}
}

// inOrganisation names the only organisation in the number that plugins of older SDKs go by.
func inOrganisation(context *pluginv2.PluginContext) {
	context.OrgId = 1
}

// callerHeaders returns what Grafana hands on of the caller's headers with a query or a health check, keyed
// as it does: the identity and FromAlert under their own names, the rest behind the prefix that the SDK
// turns into HTTP headers.
func callerHeaders(from http.Header, settings backend.DataSourceInstanceSettings) map[string]string {
	request := &backend.QueryDataRequest{Headers: identityHeaders(from, settings)}
	if value := from.Get(fromAlertHeader); value != "" {
		request.Headers[fromAlertHeader] = value
	}
	for _, key := range forwardedHeaders {
		if value := from.Get(key); value != "" {
			request.SetHTTPHeader(key, value)
		}
	}
	return request.Headers
}

// identityHeaders returns the caller's tokens, where the datasource asks for them; else nothing.
func identityHeaders(from http.Header, settings backend.DataSourceInstanceSettings) map[string]string {
	identity := map[string]string{}
	var wanted struct {
		Forward bool `json:"oauthPassThru"`
	}
	if err := json.Unmarshal(settings.JSONData, &wanted); err != nil || !wanted.Forward {
		return identity
	}
	for _, key := range []string{backend.OAuthIdentityTokenHeaderName, backend.OAuthIdentityIDTokenHeaderName} {
		if value := from.Get(key); value != "" {
			identity[key] = value
		}
	}
	return identity
}

// readPluginVersion reads the version from the plugin.json beside the binary; empty if there is none.
func readPluginVersion(binary string) string {
	content, err := os.ReadFile(filepath.Join(filepath.Dir(binary), "plugin.json"))
	if err != nil {
		return ""
	}
	var manifest struct {
		Info struct {
			Version string `json:"version"`
		} `json:"info"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return ""
	}
	return manifest.Info.Version
}

package main

import (
	"encoding/json"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// health answers as Grafana does: 200 when the backend says OK, else 400 with its message.
func (h *handler) health(w http.ResponseWriter, r *http.Request, settings backend.DataSourceInstanceSettings) {
	services, err := h.plugins.plugin()
	if err != nil {
		h.writeFailure(w, r, err)
		return
	}
	request := &backend.CheckHealthRequest{
		PluginContext: pluginContext(settings, h.version, r.Host),
		Headers:       callerHeaders(r.Header, settings),
	}
	answer, err := services.diagnostics.CheckHealth(r.Context(), toProtoHealth(request))
	if err != nil {
		h.writeFailure(w, r, err)
		return
	}
	result := backend.FromProto().CheckHealthResponse(answer)
	payload := map[string]any{"status": result.Status.String(), "message": result.Message}
	if len(result.JSONDetails) > 0 {
		payload["details"] = json.RawMessage(result.JSONDetails)
	}
	status := http.StatusOK
	if result.Status != backend.HealthStatusOk {
		status = http.StatusBadRequest
	}
	writeJSON(w, status, payload)
}

// toProtoHealth converts what the SDK has no conversion for.
func toProtoHealth(request *backend.CheckHealthRequest) *pluginv2.CheckHealthRequest {
	message := &pluginv2.CheckHealthRequest{
		PluginContext: backend.ToProto().PluginContext(request.PluginContext),
		Headers:       request.Headers,
	}
	inOrganisation(message.GetPluginContext())
	return message
}

package main

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// hopByHop headers concern one connection only and are never copied. Cookies of this page are none of the
// backend's business, and lengths are set by whoever writes the body.
var hopByHop = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Proxy-Authorization": true, "Te": true,
	"Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "Cookie": true, "Set-Cookie": true, "Content-Length": true,
}

// resource hands the request to the backend's resource handler and streams back what it answers.
func (h *handler) resource(w http.ResponseWriter, r *http.Request, settings backend.DataSourceInstanceSettings, path string) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	services, err := h.plugins.plugin()
	if err != nil {
		h.writeFailure(w, r, err)
		return
	}
	target := url.URL{Path: path, RawQuery: r.URL.RawQuery}
	request := &backend.CallResourceRequest{
		PluginContext: pluginContext(settings, h.version, r.Host),
		Path:          path,
		Method:        r.Method,
		URL:           target.String(),
		Headers:       map[string][]string{},
		Body:          body,
	}
	for key, values := range r.Header {
		if !hopByHop[key] && !isIdentity(key) {
			request.Headers[key] = values
		}
	}
	for key, value := range identityHeaders(r.Header, settings) {
		request.Headers[key] = []string{value}
	}
	message := backend.ToProto().CallResourceRequest(request)
	inOrganisation(message.GetPluginContext())
	stream, err := services.resource.CallResource(r.Context(), message)
	if err != nil {
		h.writeFailure(w, r, err)
		return
	}
	h.copyResource(w, r, stream)
}

func (h *handler) copyResource(w http.ResponseWriter, r *http.Request, stream pluginv2.Resource_CallResourceClient) {
	for first := true; ; first = false {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			if first {
				writeMessage(w, http.StatusInternalServerError, "the backend sent no answer")
			}
			return
		}
		if err != nil {
			if first {
				h.writeFailure(w, r, err)
				return
			}
			// The status is gone already: cutting the connection is what still tells the caller.
			h.logger.Error("the backend's answer broke off", "path", r.URL.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
		if first {
			writeResourceHeader(w, part)
		}
		if _, err := w.Write(part.GetBody()); err != nil {
			h.logger.Debug("the caller went away", "path", r.URL.Path)
			return
		}
	}
}

func writeResourceHeader(w http.ResponseWriter, part *pluginv2.CallResourceResponse) {
	for key, values := range part.GetHeaders() {
		canonical := http.CanonicalHeaderKey(key)
		if hopByHop[canonical] {
			continue
		}
		for _, value := range values.GetValues() {
			w.Header().Add(canonical, value)
		}
	}
	if w.Header().Get("Content-Type") == "" && part.GetCode() != http.StatusNoContent {
		w.Header().Set("Content-Type", "application/json")
	}
	// As in Grafana: an answer that a plugin makes must not run as a page of this origin.
	w.Header().Set("Content-Security-Policy", "sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(int(part.GetCode()))
}

func isIdentity(key string) bool {
	return strings.EqualFold(key, backend.OAuthIdentityTokenHeaderName) ||
		strings.EqualFold(key, backend.OAuthIdentityIDTokenHeaderName)
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

const (
	queryPath         = "/api/ds/query"
	datasourcesPrefix = "/api/datasources/uid/"
	maxRequestBody    = 32 << 20
)

// handler serves Grafana's HTTP shapes. It routes by itself, since http.ServeMux would clean paths and so
// keep hostile ones (`..`, `//`) from the backend that has to refuse them.
type handler struct {
	sources *datasources
	plugins pluginSource
	version string
	logger  hclog.Logger
}

func newHandler(sources *datasources, plugins pluginSource, version string, logger hclog.Logger) *handler {
	return &handler{sources: sources, plugins: plugins, version: version, logger: logger}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isLoopbackHost(r.Host) {
		// A page elsewhere whose name was rebound to loopback ends here.
		writeMessage(w, http.StatusForbidden, "only requests to a loopback address are served")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequestBody)
	switch {
	case r.URL.Path == queryPath:
		if allowMethod(w, r, http.MethodPost) {
			h.query(w, r)
		}
	case strings.HasPrefix(r.URL.Path, datasourcesPrefix):
		h.datasource(w, r, strings.TrimPrefix(r.URL.Path, datasourcesPrefix))
	default:
		writeMessage(w, http.StatusNotFound, "not found")
	}
}

func (h *handler) datasource(w http.ResponseWriter, r *http.Request, rest string) {
	uid, action, _ := strings.Cut(rest, "/")
	settings, ok := h.sources.get(uid)
	if !ok {
		writeMessage(w, http.StatusNotFound, "Data source not found")
		return
	}
	switch {
	case action == "health":
		if allowMethod(w, r, http.MethodGet) {
			h.health(w, r, settings)
		}
	case action == "resources":
		h.resource(w, r, settings, "")
	case strings.HasPrefix(action, "resources/"):
		h.resource(w, r, settings, strings.TrimPrefix(action, "resources/"))
	default:
		writeMessage(w, http.StatusNotFound, "not found")
	}
}

func isLoopbackHost(hostport string) bool {
	host := hostport
	if name, _, err := net.SplitHostPort(hostport); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func allowMethod(w http.ResponseWriter, r *http.Request, method string) bool {
	if r.Method == method {
		return true
	}
	w.Header().Set("Allow", method)
	writeMessage(w, http.StatusMethodNotAllowed, "method not allowed")
	return false
}

// writeFailure answers for a call that the backend did not answer.
func (h *handler) writeFailure(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		h.logger.Debug("the caller went away", "path", r.URL.Path)
		w.WriteHeader(statusClientClosedRequest)
		return
	}
	code := grpcstatus.Code(err)
	switch {
	case errors.Is(err, errBackendDown), code == codes.Unavailable:
		writeMessage(w, http.StatusBadGateway,
			"The plugin's backend is not running; it is being started again. Try once more in a few seconds. "+detail(err))
	case code == codes.Unimplemented:
		writeMessage(w, http.StatusNotFound, "the backend does not offer this service")
	case code == codes.ResourceExhausted:
		writeMessage(w, http.StatusRequestEntityTooLarge, "the request is larger than the backend accepts")
	default:
		writeMessage(w, http.StatusInternalServerError, "An error occurred within the plugin: "+detail(err))
	}
}

func detail(err error) string {
	if status, ok := grpcstatus.FromError(err); ok {
		return "(" + status.Message() + ")"
	}
	return "(" + err.Error() + ")"
}

// statusClientClosedRequest is what nginx and Grafana log for a caller that did not wait.
const statusClientClosedRequest = 499

func writeMessage(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]any{"message": message})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, fmt.Sprintf("encode the answer: %v", err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// readBody reads the whole body, answering 413 for one beyond the cap.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		return body, true
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		writeMessage(w, http.StatusRequestEntityTooLarge, "the request body is too large")
	} else {
		writeMessage(w, http.StatusBadRequest, "the request body could not be read")
	}
	return nil, false
}

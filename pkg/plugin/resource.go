package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/model"
)

// maxBody bounds the body of a resource call.
const maxBody = 1 << 20

// CallResource serves the editors: exact paths and methods, JSON answers. Whatever is not 2xx is a model.ErrorResource.
func (d *Datasource) CallResource(
	ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender,
) (err error) {
	logger := backend.Logger.FromContext(ctx)
	defer func() {
		if cause := recover(); cause != nil {
			logger.Error("A resource panicked", "path", req.Path, "cause", cause, "stack", string(debug.Stack()))
			err = refuse(sender, fault{status: http.StatusInternalServerError, message: panicMessage})
		}
	}()
	served, ok := endpoints[req.Path]
	found, known := served[req.Method]
	target, badURL := url.Parse(req.URL)
	switch {
	case !ok, badURL != nil, !sameResource(target, req.Path):
		return refuse(sender, fault{status: http.StatusNotFound, message: "there is no such resource"})
	case !known:
		return send(sender, http.StatusMethodNotAllowed, http.Header{"Allow": {served.allowed()}},
			model.ErrorResource{Error: "this resource answers " + served.allowed() + " only", Source: string(backend.ErrorSourcePlugin)})
	case found.edits && !mayEdit(req.PluginContext):
		return refuse(sender, fault{status: http.StatusForbidden, message: notAllowed})
	case len(req.Body) > maxBody:
		return refuse(sender, faultOf(tooLarge("the body", len(req.Body), maxBody)))
	}
	asked := call{params: target.Query(), body: req.Body, plugin: req.PluginContext}
	if !found.always {
		if ctx, asked.view, err = d.as(ctx, req.GetHTTPHeaders(), alertOf(req)); err != nil {
			return refuse(sender, faultOf(err))
		}
	}
	answer, err := found.answer(ctx, d, asked)
	if err != nil {
		f := faultOf(err)
		logger.Debug("A resource could not be answered", "path", req.Path, "status", f.status, "error", err)
		return refuse(sender, f)
	}
	return send(sender, http.StatusOK, nil, answer)
}

// alertOf is the header FromAlert of a call, as the SDK hands it on.
func alertOf(req *backend.CallResourceRequest) string {
	if values := req.Headers[backend.FromAlertHeaderName]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// sameResource refuses a URL that a proxy before us may have read otherwise than we do: one whose path is not, letter by
// letter, that of the resource.
func sameResource(target *url.URL, path string) bool {
	return target.Host == "" && strings.TrimPrefix(target.EscapedPath(), "/") == path
}

// refuse answers with an error.
func refuse(sender backend.CallResourceResponseSender, f fault) error {
	headers := http.Header{}
	if f.retryAfter > 0 {
		headers.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.retryAfter.Seconds()))))
	}
	return send(sender, f.status, headers, model.ErrorResource{Error: f.message, Source: string(f.source())})
}

func send(sender backend.CallResourceResponseSender, status int, headers http.Header, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write the answer of a resource: %w", err)
	}
	if headers == nil {
		headers = http.Header{}
	}
	headers.Set("Content-Type", "application/json")
	if err := sender.Send(&backend.CallResourceResponse{Status: status, Headers: headers, Body: body}); err != nil {
		return fmt.Errorf("send the answer of a resource: %w", err)
	}
	return nil
}

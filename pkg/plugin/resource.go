package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
)

// maxBody bounds the body of a resource call.
const maxBody = 1 << 20

// resource answers one endpoint of the editors.
type resource func(d *Datasource, ctx context.Context, params url.Values, body []byte) (any, error)

// resources is the whole of what can be called: exact paths, one method each. Nothing of a caller's path ever becomes a
// part of an upstream URL.
var resources = map[string]struct {
	method string
	answer resource
}{
	"flags": {http.MethodGet, func(d *Datasource, ctx context.Context, _ url.Values, _ []byte) (any, error) {
		return d.engine.Flags(ctx)
	}},
	"variants": {http.MethodGet, func(d *Datasource, ctx context.Context, params url.Values, _ []byte) (any, error) {
		if params.Get("flag") == "" {
			return nil, &model.InvalidError{Field: "flag", Message: "is missing; name the flag whose variants are wanted"}
		}
		return d.engine.Variants(ctx, params.Get("flag"))
	}},
	"labels": {http.MethodGet, func(d *Datasource, ctx context.Context, params url.Values, _ []byte) (any, error) {
		return d.engine.Labels(ctx, params.Get("metric"))
	}},
	"label-values": {http.MethodGet, func(d *Datasource, ctx context.Context, params url.Values, _ []byte) (any, error) {
		return d.engine.LabelValues(ctx, params.Get("label"), params.Get("metric"))
	}},
	"metrics": {http.MethodGet, func(d *Datasource, ctx context.Context, _ url.Values, _ []byte) (any, error) {
		return d.engine.Metrics(ctx)
	}},
	"signals": {http.MethodGet, func(d *Datasource, _ context.Context, _ url.Values, _ []byte) (any, error) {
		return model.SignalsResource{Signals: d.settings.Catalogue()}, nil
	}},
	"presets": {http.MethodGet, func(*Datasource, context.Context, url.Values, []byte) (any, error) {
		return model.PresetsResource{Presets: model.Presets()}, nil
	}},
	"version": {http.MethodGet, func(d *Datasource, ctx context.Context, _ url.Values, _ []byte) (any, error) {
		info, err := d.client.BuildInfo(ctx)
		if err != nil {
			return model.VersionResource{Engine: "unknown"}, nil
		}
		return model.VersionResource{Engine: engineOf(info), Version: info.Version}, nil
	}},
	"promql": {http.MethodPost, promQL},
}

func promQL(d *Datasource, ctx context.Context, _ url.Values, body []byte) (any, error) {
	request, err := model.DecodePromQLRequest(body)
	if err != nil {
		return nil, err
	}
	statements, err := d.engine.PromQL(ctx, compare.Request{
		Query: request.Query, From: time.UnixMilli(request.From), To: time.UnixMilli(request.To),
		Interval: time.Duration(request.IntervalMS) * time.Millisecond, MaxDataPoints: request.MaxDataPoints,
	})
	return model.PromQLResource{Statements: statements}, err
}

// CallResource serves the editors.
func (d *Datasource) CallResource(
	ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender,
) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			backend.Logger.Error("A resource met a fault", "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
			err = refuse(sender, http.StatusInternalServerError, "plugin", "the backend met a fault of its own")
		}
	}()
	known, ok := resources[req.Path]
	switch {
	case !ok:
		return refuse(sender, http.StatusNotFound, "plugin", "there is no such resource")
	case req.Method != known.method:
		return refuse(sender, http.StatusMethodNotAllowed, "plugin", "use "+known.method)
	case len(req.Body) > maxBody:
		return refuse(sender, http.StatusRequestEntityTooLarge, "plugin", "the request is larger than 1 MiB")
	}
	target, err := url.Parse(req.URL)
	if err != nil {
		return refuse(sender, http.StatusBadRequest, "plugin", "the address cannot be read")
	}
	if d.problem != nil && req.Path != "presets" {
		f := failureOf(d.problem)
		return refuse(sender, f.status, string(f.source), f.message)
	}
	answer, err := known.answer(d, ctx, target.Query(), req.Body)
	if err != nil {
		f := failureOf(err)
		return refuse(sender, f.status, string(f.source), f.message)
	}
	return send(sender, http.StatusOK, answer)
}

func refuse(sender backend.CallResourceResponseSender, status int, source, message string) error {
	return send(sender, status, model.ErrorResource{Error: message, Source: source})
}

func send(sender backend.CallResourceResponseSender, status int, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write the answer of a resource: %w", err)
	}
	return sender.Send(&backend.CallResourceResponse{
		Status: status, Headers: map[string][]string{"Content-Type": {"application/json"}}, Body: body,
	})
}

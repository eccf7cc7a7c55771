package plugin

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
)

// call is a resource call as an endpoint sees it: nothing of the caller's path or headers.
type call struct {
	params url.Values
	body   []byte
	plugin backend.PluginContext
	// view is nil where the answer is always given.
	view *view
}

// endpoint answers one resource with what is sent as JSON.
type endpoint struct {
	method string
	answer func(ctx context.Context, d *Datasource, c call) (any, error)
	// always is set where the answer needs neither settings that can be used nor the server.
	always bool
}

// endpoints is the whole of what can be called: exact paths, one method each. Nothing of a caller's path ever becomes a
// part of an upstream URL.
var endpoints = map[string]endpoint{
	"flags":        {method: http.MethodGet, answer: flags},
	"variants":     {method: http.MethodGet, answer: variants},
	"labels":       {method: http.MethodGet, answer: labels},
	"label-values": {method: http.MethodGet, answer: labelValues},
	"metrics":      {method: http.MethodGet, answer: metrics},
	"signals":      {method: http.MethodGet, answer: signals},
	"presets":      {method: http.MethodGet, answer: presets, always: true},
	"version":      {method: http.MethodGet, answer: version},
	"promql":       {method: http.MethodPost, answer: promQL},
	"backtest":     {method: http.MethodPost, answer: backtest},
}

func flags(ctx context.Context, _ *Datasource, c call) (any, error) { return c.view.engine.Flags(ctx) }

func variants(ctx context.Context, _ *Datasource, c call) (any, error) {
	flag := c.params.Get("flag")
	if flag == "" {
		return nil, &model.InvalidError{Field: "flag", Message: "it is missing; name the flag whose variants are wanted"}
	}
	return c.view.engine.Variants(ctx, flag)
}

func labels(ctx context.Context, _ *Datasource, c call) (any, error) {
	metric, err := metricOf(c.params)
	if err != nil {
		return nil, err
	}
	return c.view.engine.Labels(ctx, metric)
}

func labelValues(ctx context.Context, _ *Datasource, c call) (any, error) {
	metric, err := metricOf(c.params)
	if err != nil {
		return nil, err
	}
	label := c.params.Get("label")
	if err := model.CheckLabelName(label); err != nil {
		return nil, err
	}
	return c.view.engine.LabelValues(ctx, label, metric)
}

// metricOf is the metric that a list is narrowed to; empty for none.
func metricOf(params url.Values) (string, error) {
	metric := params.Get("metric")
	if metric == "" {
		return "", nil
	}
	return metric, model.CheckMetricName(metric)
}

func metrics(ctx context.Context, _ *Datasource, c call) (any, error) {
	return c.view.engine.Metrics(ctx)
}

func signals(_ context.Context, d *Datasource, _ call) (any, error) {
	return model.SignalsResource{Signals: d.settings.Catalogue()}, nil
}

func presets(context.Context, *Datasource, call) (any, error) {
	return model.PresetsResource{Presets: model.Presets()}, nil
}

func version(ctx context.Context, _ *Datasource, c call) (any, error) {
	return c.view.version(ctx, c.plugin.PluginVersion), nil
}

func promQL(ctx context.Context, _ *Datasource, c call) (any, error) {
	request, err := requestIn(c.body)
	if err != nil {
		return nil, err
	}
	statements, err := c.view.engine.PromQL(ctx, request)
	return model.PromQLResource{Statements: statements}, err
}

func backtest(ctx context.Context, _ *Datasource, c call) (any, error) {
	request, err := requestIn(c.body)
	if err != nil {
		return nil, err
	}
	return c.view.engine.Backtest(ctx, request)
}

// requestIn reads a query with its range from the body of a call.
func requestIn(body []byte) (compare.Request, error) {
	request, err := model.DecodePromQLRequest(body)
	if err != nil {
		return compare.Request{}, err
	}
	return compare.Request{
		Query: request.Query, From: time.UnixMilli(request.From), To: time.UnixMilli(request.To),
		Interval: time.Duration(request.IntervalMS) * time.Millisecond, MaxDataPoints: request.MaxDataPoints,
	}, nil
}

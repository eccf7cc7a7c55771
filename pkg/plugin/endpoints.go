package plugin

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	answer func(ctx context.Context, d *Datasource, c call) (any, error)
	// always is set where the answer needs neither settings that can be used nor the server.
	always bool
	// edits is set where settings can be tried that are not saved, or more is looked at than the settings name: that is for
	// those who may save them.
	edits bool
}

// byMethod are what answers a path, by method; a path has one or two.
type byMethod map[string]endpoint

// allowed are the methods as a header names them.
func (m byMethod) allowed() string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }

// endpoints is the whole of what can be called: exact paths and methods. Nothing of a caller's path ever becomes a part of an
// upstream URL. What is posted beside a list asks for it under settings that are not saved yet.
var endpoints = map[string]byMethod{
	"flags":        {http.MethodGet: {answer: flags}},
	"variants":     {http.MethodGet: {answer: variants}},
	"labels":       {http.MethodGet: {answer: labels}, http.MethodPost: {answer: tried(labelsTried), edits: true}},
	"label-values": {http.MethodGet: {answer: labelValues}, http.MethodPost: {answer: tried(labelValuesTried), edits: true}},
	"metrics":      {http.MethodGet: {answer: metrics}, http.MethodPost: {answer: tried(metricsTried), edits: true}},
	"signals":      {http.MethodGet: {answer: signals}, http.MethodPost: {answer: tried(signalsTried), edits: true}},
	"presets":      {http.MethodGet: {answer: presets, always: true}},
	"version":      {http.MethodGet: {answer: version}},
	"promql":       {http.MethodPost: {answer: promQL}},
	"backtest":     {http.MethodPost: {answer: backtest}},
	"preview":      {http.MethodPost: {answer: previewed, edits: true}},
	"detect":       {http.MethodPost: {answer: tried(detected), edits: true}},
	"doctor":       {http.MethodPost: {answer: tried(doctored), edits: true}},
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

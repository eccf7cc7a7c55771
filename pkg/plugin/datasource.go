// Package plugin is the only package that touches the SDK's handlers: it reads a datasource's settings, and answers
// queries, health checks and the editors' resources through the engine of pkg/compare.
package plugin

import (
	"context"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/detect"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// ID is the datasource's type as plugin.json names it.
const ID = "flaglens-datasource"

// engine answers what the handlers are asked; compare.Engine is one.
type engine interface {
	Run(ctx context.Context, r compare.Request) (data.Frames, error)
	PromQL(ctx context.Context, r compare.Request) ([]model.PromQLStatement, error)
	ScrapeInterval(ctx context.Context, from, to time.Time) (interval time.Duration, learnt bool)
	Backtest(ctx context.Context, r compare.Request) (model.BacktestResource, error)
	Flags(ctx context.Context) (model.FlagsResource, error)
	Variants(ctx context.Context, flag string) (model.NamesResource, error)
	Labels(ctx context.Context, metric string) (model.NamesResource, error)
	LabelValues(ctx context.Context, label, metric string) (model.NamesResource, error)
	Metrics(ctx context.Context) (model.MetricsResource, error)
	Why(ctx context.Context, r compare.Request, signal string) (model.Cause, string, error)
	Close()
}

// client is all that the setup asks of a Prometheus; promapi.Client is one.
type client interface {
	server
	detect.Client
}

// server is what health check and version ask of a Prometheus themselves; promapi.Client is one.
type server interface {
	Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error)
	BuildInfo(ctx context.Context) (promapi.BuildInfo, error)
}

// Datasource is one configured instance. It is safe for concurrent use, and replaced whenever its settings change. What
// it holds itself is the same for everyone; what is kept of what was read hangs below views.
type Datasource struct {
	settings   model.Settings
	words      vocabulary.Vocabulary
	forwarding forwarding
	salt       salt
	http       *http.Client
	views      *kept.Identities[*view]
	now        func() time.Time
	// broken is why the settings cannot be used; everything that is asked is answered with it.
	broken error
}

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// New makes the instance of a datasource. Settings that cannot be used make an instance that says so wherever it is
// asked, since the SDK tells a failed factory's error only in the log.
func New(ctx context.Context, settings backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	return newDatasource(ctx, settings, compare.Options{}), nil
}

func newDatasource(ctx context.Context, instance backend.DataSourceInstanceSettings, options compare.Options) *Datasource {
	options.Words = options.Words.OrBuiltIn()
	if options.Now == nil {
		options.Now = time.Now
	}
	settings, err := options.Words.DecodeSettings(instance.JSONData)
	if err != nil {
		return &Datasource{broken: err}
	}
	connection, err := connect(ctx, instance, settings)
	if err != nil {
		return &Datasource{settings: settings, broken: err}
	}
	makeClient := func(transport *http.Client, settings model.Settings) (*promapi.Client, error) {
		return promapi.NewClient(transport, instance.URL, promapi.Options{
			Method: settings.HTTPMethod, Timeout: min(connection.timeout, settings.Timeout()),
			MaxSeries: settings.Limits.MaxSeries, MaxBytes: settings.Limits.MaxBytes,
			GeneratedPromQL: true,
		})
	}
	if _, err := makeClient(connection.http, settings); err != nil {
		return &Datasource{settings: settings, broken: err}
	}
	options.Room = compare.NewRoom(options.Now)
	return &Datasource{
		settings:   settings,
		words:      options.Words,
		forwarding: connection.forwarding,
		salt:       newSalt(),
		http:       connection.http,
		views:      newViews(connection, makeClient, settings, options),
		now:        options.Now,
	}
}

// Dispose gives up what an instance that was replaced has kept, and closes its connections; requests under way end in
// their own time.
func (d *Datasource) Dispose() {
	if d.views != nil {
		d.views.Close()
	}
	if d.http != nil {
		d.http.CloseIdleConnections()
	}
}

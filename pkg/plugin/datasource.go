// Package plugin is the face that Grafana sees: one SDK handler a file. It is the only package that knows the SDK's
// handlers, and holds no logic of its own.
package plugin

import (
	"context"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// ID is the datasource's, as in its plugin.json.
const ID = "flaglens-datasource"

// Datasource is one configured datasource. problem is what is wrong with its settings: it is told by every handler, since
// an instance that cannot be made would answer everything with the same bare 500.
type Datasource struct {
	settings model.Settings
	client   *promapi.Client
	engine   *compare.Engine
	problem  error
}

var (
	_ backend.QueryDataHandler    = (*Datasource)(nil)
	_ backend.CheckHealthHandler  = (*Datasource)(nil)
	_ backend.CallResourceHandler = (*Datasource)(nil)
)

// New makes a datasource from its settings. Authentication, TLS, headers and forwarded identity are the SDK's.
func New(ctx context.Context, instance backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	settings, err := model.DecodeSettings(instance.JSONData)
	if err != nil {
		return &Datasource{problem: err}, nil
	}
	options, err := instance.HTTPClientOptions(ctx)
	if err != nil {
		return &Datasource{problem: fmt.Errorf("the HTTP settings are not valid: %w", err)}, nil
	}
	options.Timeouts.Timeout = settings.Timeout()
	httpClient, err := httpclient.New(options)
	if err != nil {
		return &Datasource{problem: fmt.Errorf("the HTTP settings are not valid: %w", err)}, nil
	}
	client, err := promapi.NewClient(httpClient, instance.URL, promapi.Options{
		Method: settings.HTTPMethod, Timeout: settings.Timeout(), GeneratedPromQL: true,
		MaxSeries: settings.Limits.MaxSeries, MaxBytes: settings.Limits.MaxBytes,
	})
	if err != nil {
		return &Datasource{problem: err}, nil
	}
	return &Datasource{
		settings: settings, client: client, engine: compare.New(client, settings, compare.Options{}),
	}, nil
}

package plugin

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/detect"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/setup"
)

// trialTimeout bounds all that one call of the setup asks.
const trialTimeout = 45 * time.Second

// roleAdmin is the role whose users may edit data sources.
const roleAdmin = "Admin"

// mayEdit tells whether a caller may try settings: whoever may save them could read the same by saving. Grafana tells a plugin
// no more of a user's rights than the role.
func mayEdit(caller backend.PluginContext) bool {
	return caller.User != nil && caller.User.Role == roleAdmin
}

// notAllowed is what others are told.
const notAllowed = "setting up a data source is for those who may edit it: the role Admin in this organisation"

// trial is the datasource under settings that are tried.
type trial struct {
	setup.Trial
	engine engine
	server server
	client detect.Client
}

// try is what a call of the setup sees: the engine under the settings that it sends, or the datasource's own. done gives up
// what was kept for it.
func (d *Datasource) try(v *view, settings *model.Settings) (t trial, done func(), err error) {
	t = trial{
		Trial:  setup.Trial{Engine: v.engine, Settings: d.settings, Words: d.words, Now: d.now},
		engine: v.engine, server: v.server, client: v.client,
	}
	if settings == nil {
		return t, func() {}, nil
	}
	client, made, err := v.with(*settings)
	if err != nil {
		return trial{}, nil, err
	}
	t.Engine, t.engine, t.Settings = made, made, *settings
	t.client, t.server = client, client
	return t, made.Close, nil
}

// tried answers a call under the settings that it sends.
func tried(
	answer func(ctx context.Context, v *view, t trial, asked model.SetupRequest) (any, error),
) func(ctx context.Context, d *Datasource, c call) (any, error) {
	return func(ctx context.Context, d *Datasource, c call) (any, error) {
		asked, err := model.DecodeSetup(c.body, d.words)
		if err != nil {
			return nil, err
		}
		return d.under(ctx, c, asked.Settings, func(ctx context.Context, t trial) (any, error) {
			return answer(ctx, c.view, t, asked)
		})
	}
}

// under answers within a time under the settings of a call.
func (d *Datasource) under(
	ctx context.Context, c call, settings *model.Settings, answer func(ctx context.Context, t trial) (any, error),
) (any, error) {
	t, done, err := d.try(c.view, settings)
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	return answer(ctx, t)
}

func previewed(ctx context.Context, d *Datasource, c call) (any, error) {
	asked, err := model.DecodePreview(c.body, d.words)
	if err != nil {
		return nil, err
	}
	return d.under(ctx, c, asked.Settings, func(ctx context.Context, t trial) (any, error) { return t.Preview(ctx, asked) })
}

func detected(ctx context.Context, v *view, t trial, _ model.SetupRequest) (any, error) {
	found, err := detect.New(t.client, t.Settings, detect.Options{Words: t.Words, Now: t.Now}).Detect(ctx)
	if err != nil {
		return nil, err
	}
	version := v.version(ctx, "")
	found.Engine, found.Version = version.Engine, version.Version
	return found, nil
}

func doctored(ctx context.Context, v *view, t trial, _ model.SetupRequest) (any, error) {
	return t.Doctor(ctx, v.version(ctx, ""), t.client), nil
}

func metricsTried(ctx context.Context, _ *view, t trial, _ model.SetupRequest) (any, error) {
	return t.engine.Metrics(ctx)
}

func signalsTried(_ context.Context, _ *view, t trial, _ model.SetupRequest) (any, error) {
	return model.SignalsResource{Signals: t.Settings.Catalogue()}, nil
}

func labelsTried(ctx context.Context, _ *view, t trial, asked model.SetupRequest) (any, error) {
	if asked.Metric != "" {
		if err := model.CheckMetricName(asked.Metric); err != nil {
			return nil, err
		}
	}
	return t.engine.Labels(ctx, asked.Metric)
}

func labelValuesTried(ctx context.Context, _ *view, t trial, asked model.SetupRequest) (any, error) {
	if asked.Metric != "" {
		if err := model.CheckMetricName(asked.Metric); err != nil {
			return nil, err
		}
	}
	if err := model.CheckLabelName(asked.Label); err != nil {
		return nil, err
	}
	return t.engine.LabelValues(ctx, asked.Label, asked.Metric)
}

package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

const (
	// healthLookBack is how far back a series counts as being there.
	healthLookBack = 6 * time.Hour
	// healthPoints keeps the question for them cheap: windows of hours, hardly any points.
	healthPoints = 2
)

// CheckHealth says whether the datasource can be used: the settings, the server, series with the labels that the settings name,
// and every signal of the catalogue, of which it names the first that cannot be read. What is wrong is said in words with how to fix it; an error is never returned.
func (d *Datasource) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	ctx, v, err := d.as(ctx, req.GetHTTPHeaders(), req.Headers[backend.FromAlertHeaderName])
	if d.broken != nil {
		return unhealthy("The settings cannot be used: " + d.broken.Error()), nil
	}
	if err != nil {
		return unhealthy(sentence(err.Error())), nil
	}
	now := d.now()
	// Whatever has an API of Prometheus can answer this, also where everything else is kept from us.
	if _, err := v.server.Query(ctx, promapi.InstantQuery{Expr: "1", Time: now}); err != nil {
		return unhealthy(sentence(err.Error())), nil
	}
	found, err := v.engine.Run(ctx, compare.Request{
		Query: model.Query{QueryType: model.QueryFlags},
		From:  now.Add(-healthLookBack), To: now, MaxDataPoints: healthPoints,
	})
	if err != nil {
		return unhealthy("Prometheus answers, but the flags could not be read: " + sentence(err.Error())), nil
	}
	flags := countFlags(found)
	if flags == 0 {
		return unhealthy("Prometheus answers, but " + d.words.Modes.Of(*d.settings.Split).Nothing(*d.settings.Split, d.settings.Preset)), nil
	}
	version := v.version(ctx, req.PluginContext.PluginVersion)
	t, done, err := d.try(v, nil)
	if err != nil {
		return unhealthy(sentence(err.Error())), nil
	}
	defer done()
	failing, why, err := t.FirstFailing(ctx, now.Add(-healthLookBack), now)
	switch {
	case err != nil:
		return unhealthy("Prometheus answers, but the signals could not be read: " + sentence(err.Error())), nil
	case failing != "":
		return unhealthy(fmt.Sprintf("%s But the signal %s cannot be read: %s", healthyMessage(version, flags), failing, sentence(why))), nil
	}
	details, err := json.Marshal(version)
	if err != nil {
		return nil, fmt.Errorf("write the details of a health check: %w", err)
	}
	return &backend.CheckHealthResult{
		Status: backend.HealthStatusOk, Message: healthyMessage(version, flags) + d.scraped(ctx, v, now), JSONDetails: details,
	}, nil
}

// scraped says how often traffic is scraped, where its samples told.
func (d *Datasource) scraped(ctx context.Context, v *view, now time.Time) string {
	interval, learnt := v.engine.ScrapeInterval(ctx, now.Add(-healthLookBack), now)
	if !learnt {
		return ""
	}
	return fmt.Sprintf(" It is scraped every %s, as its samples show.", prommodel.Duration(interval))
}

func healthyMessage(version model.VersionResource, flags int) string {
	engine := version.Engine
	if engine == engineUnknown {
		engine = "A Prometheus API of an unknown engine"
	}
	if version.Version != "" {
		engine += " " + version.Version
	}
	noun := "flags"
	if flags == 1 {
		noun = "flag"
	}
	return fmt.Sprintf("%s answers. It has data of %d %s.", engine, flags, noun)
}

func unhealthy(message string) *backend.CheckHealthResult {
	return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: message}
}

// countFlags counts the flags of an inventory.
func countFlags(inventory data.Frames) int {
	flags := map[string]bool{}
	for _, frame := range inventory {
		field, _ := frame.FieldByName("flag")
		if field == nil {
			continue
		}
		for row := range field.Len() {
			if flag, ok := field.ConcreteAt(row); ok {
				if name, isText := flag.(string); isText {
					flags[name] = true
				}
			}
		}
	}
	return len(flags)
}

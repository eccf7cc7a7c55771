package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// CheckHealth tells whether the server can be asked and has flags, else what is wrong and how to mend it.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if d.problem != nil {
		return unhealthy("%s", d.problem), nil
	}
	engine, err := d.engineName(ctx)
	if err != nil {
		return unhealthy("%s", err), nil
	}
	answer, err := d.engine.Flags(ctx)
	if err != nil {
		return unhealthy("%s answers, but its flags cannot be read: %s", engine, err), nil
	}
	if len(answer.Flags) == 0 {
		return unhealthy("%s answers, but has no series that can be split: %s", engine, d.missingSplit()), nil
	}
	return &backend.CheckHealthResult{
		Status:  backend.HealthStatusOk,
		Message: fmt.Sprintf("%s answers, with %s.", engine, counted(len(answer.Flags), "flag")),
	}, nil
}

// engineName asks the server who it is. One that hides its build information is asked a question instead.
func (d *Datasource) engineName(ctx context.Context) (string, error) {
	info, err := d.client.BuildInfo(ctx)
	if err == nil {
		return strings.TrimSpace(engineOf(info) + " " + info.Version), nil
	}
	var refused *promapi.Error
	if !errors.As(err, &refused) || refused.Kind != promapi.KindNotFound && refused.Kind != promapi.KindMethod &&
		refused.Kind != promapi.KindBadData {
		return "", err
	}
	if _, err := d.client.Query(ctx, promapi.InstantQuery{Expr: "1", Time: time.Now()}); err != nil {
		return "", err
	}
	return "A Prometheus API", nil
}

// missingSplit says what was looked for, and what to do about it.
func (d *Datasource) missingSplit() string {
	const mend = ". Instrument a service, or correct the way to split in these settings."
	switch split := d.settings.Split; split.Mode {
	case model.SplitFlagLabel:
		return fmt.Sprintf("no metric of the catalogue has a label that begins with %q%s", split.Prefix, mend)
	case model.SplitInfo:
		return fmt.Sprintf("the info metric %s has no series with the label %s%s", split.InfoMetric, split.FlagLabel, mend)
	case model.SplitMatchers:
		return "these settings name no flag. Add one with its variants."
	default:
		return fmt.Sprintf("no metric of the catalogue carries the labels %s and %s%s", split.FlagLabel, split.VariantLabel, mend)
	}
}

// engineOf names the server by what it says of itself.
func engineOf(info promapi.BuildInfo) string {
	switch {
	case info.Application != "":
		return info.Application
	case info.GoVersion == "":
		return "VictoriaMetrics"
	default:
		return "Prometheus"
	}
}

// counted is "1 flag" or "3 flags".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func unhealthy(format string, args ...any) *backend.CheckHealthResult {
	return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: fmt.Sprintf(format, args...)}
}

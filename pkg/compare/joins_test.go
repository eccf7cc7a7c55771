package compare

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/split"
)

// What a recording rule asks of a process whose info series overlap, at any minute: the newer one has it from when it is there,
// of two that always were there neither has, and never does the rule fail.
func TestRulesJoinOneVariantAtATime(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Script{Every: time.Minute, Series: `
		requests_total{instance="upgraded"} 0+60x120
		info{instance="upgraded",flag="checkout",variant="off"} 1x75
		info{instance="upgraded",flag="checkout",variant="on"} _x60 1x59
		requests_total{instance="rolled back"} 0+60x120
		info{instance="rolled back",flag="checkout",variant="off"} 1x59 stale _x9 1x50
		info{instance="rolled back",flag="checkout",variant="on"} _x60 1x9 stale
		requests_total{instance="both"} 0+60x120
		info{instance="both",flag="checkout",variant="off"} 1x120
		info{instance="both",flag="checkout",variant="on"} 1x120
		requests_total{instance=""} 0+6000x120
		info{flag="checkout",variant="on"} 1x120
	`}))
	way := split.BuiltIn().Split(model.Split{
		Mode: model.SplitInfo, InfoMetric: "info", FlagLabel: "flag", VariantLabel: "variant", On: []string{"instance"},
	})
	way.Scrape = time.Minute
	// In requests a second of all processes.
	for _, test := range []struct {
		minute  int
		off, on float64
	}{{30, 2, 0}, {59, 2, 0}, {62, 0, 2}, {66, 0, 2}, {69, 0, 2}, {72, 1, 1}, {80, 1, 1}, {110, 1, 1}} {
		for variant, want := range map[string]float64{"off": test.off, "on": test.on} {
			expr, err := promql.Scope{Split: way, Flag: "checkout", Variants: []string{variant}}.Recording().
				Count("requests_total", promql.Func{Name: "rate", Window: 4 * time.Minute})
			require.NoError(t, err)
			result, err := client.Query(context.Background(), promapi.InstantQuery{
				Expr: expr, Time: promtest.Epoch.Add(time.Duration(test.minute) * time.Minute),
			})
			require.NoError(t, err, "minute %d", test.minute)
			got := 0.0
			if len(result.Series) > 0 {
				got = result.Series[0].Floats[0].V
			}
			require.InDelta(t, want, got, 0.01, "%s in minute %d", variant, test.minute)
		}
	}
}

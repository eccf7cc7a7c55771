package compare

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// tolerance is the relative difference that two ways of adding the same numbers up may have.
const tolerance = 1e-9

// truth is how a person would ask Prometheus for a stat, with %s for the matchers and %d or %g filled in by hand, over a step
// and one scrape.
var truth = []struct{ signal, stat, expr string }{
	{"latency", "p50", `histogram_quantile(0.5, sum by (le) (rate(feature_flag_http_request_duration_seconds_bucket{%s}[1m15s])))`},
	{"latency", "p95", `histogram_quantile(0.95, sum by (le) (rate(feature_flag_http_request_duration_seconds_bucket{%s}[1m15s])))`},
	{"latency", "p99.9", `histogram_quantile(0.999, sum by (le) (rate(feature_flag_http_request_duration_seconds_bucket{%s}[1m15s])))`},
	{"latency", "mean", `sum(rate(feature_flag_http_request_duration_seconds_sum{%[1]s}[1m15s])) / sum(rate(feature_flag_http_request_duration_seconds_count{%[1]s}[1m15s]))`},
	{"native", "p50", `histogram_quantile(0.5, sum(rate(native_seconds{%s}[1m15s])))`},
	{"native", "p95", `histogram_quantile(0.95, sum(rate(native_seconds{%s}[1m15s])))`},
	{"native", "p99.9", `histogram_quantile(0.999, sum(rate(native_seconds{%s}[1m15s])))`},
	{"native", "mean", `histogram_avg(sum(rate(native_seconds{%s}[1m15s])))`},
	{"native-rate", "rate", `histogram_count(sum(rate(native_seconds{%s}[1m15s])))`},
	{"native-errors", "ratio", `histogram_count(sum(rate(native_seconds{status=~"5..",%[1]s}[1m15s]))) / histogram_count(sum(rate(native_seconds{%[1]s}[1m15s])))`},
	{"errors", "ratio", `sum(rate(feature_flag_http_request_duration_seconds_count{status=~"5..",%[1]s}[1m15s])) / sum(rate(feature_flag_http_request_duration_seconds_count{%[1]s}[1m15s]))`},
	{"throughput", "rate", `sum(rate(feature_flag_http_request_duration_seconds_count{%s}[1m15s]))`},
	{"pool", "value", `avg(pool_in_use{%s})`},
	{"duration", "mean", `sum(rate(feature_flag_http_request_duration_seconds_sum{%[1]s}[1m15s])) / sum(rate(feature_flag_http_request_duration_seconds_count{%[1]s}[1m15s]))`},
}

func allSignals() []string {
	return []string{"latency", "native", "native-rate", "native-errors", "errors", "throughput", "pool", "duration"}
}

// What we compute equals what Prometheus computes, at every point, for every kind of signal, bare and filtered.
func TestCompareEqualsPrometheus(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	engine := engineOn(t, client, promtest.ShopSplits["labels"])
	for name, with := range map[string]struct {
		filters []model.Filter
		matcher string
	}{
		"bare": {nil, ""},
		"filtered": {[]model.Filter{
			{Key: "route", Operator: model.OpMatch, Value: "/c.*"}, {Key: "instance", Operator: model.OpNotEqual, Value: "a"},
		}, `,route=~"/c.*",instance!="a"`},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := engine.Run(context.Background(), asked(model.Query{
				QueryType: model.QueryCompare, Flag: "checkout", Signals: allSignals(), Quantiles: []float64{0.5, 0.95, 0.999}, Filters: with.filters,
			}))
			require.NoError(t, err)
			require.Empty(t, noticesOf(answer))
			got := valuesOf(t, answer)
			for _, want := range truth {
				baseline := evaluate(t, client, fmt.Sprintf(want.expr, `feature_flag_variant="off"`+with.matcher))
				feature := evaluate(t, client, fmt.Sprintf(want.expr, `feature_flag_variant="on"`+with.matcher))
				requireSame(t, baseline, got[key("off", "baseline", want.signal, want.stat)], want.signal+" "+want.stat+" of off")
				requireSame(t, feature, got[key("on", "feature", want.signal, want.stat)], want.signal+" "+want.stat+" of on")
				requireSame(t, apart(baseline, feature, func(b, f float64) float64 { return f - b }),
					got[key("on", "difference", want.signal, want.stat)], want.signal+" "+want.stat+" difference")
				requireSame(t, apart(baseline, feature, func(b, f float64) float64 { return f / b }),
					got[key("on", "ratio", want.signal, want.stat)], want.signal+" "+want.stat+" ratio")
			}
			off := evaluate(t, client, fmt.Sprintf(truth[11].expr, `feature_flag_variant="off"`+with.matcher))
			on := evaluate(t, client, fmt.Sprintf(truth[11].expr, `feature_flag_variant="on"`+with.matcher))
			requireSame(t, apart(off, on, func(b, f float64) float64 { return f / (f + b) }), got[key("on", "feature", "throughput", "share")], "share of on")
		})
	}
}

func key(variant, role, signal, stat string) string {
	return fmt.Sprintf("flag=checkout, role=%s, signal=%s, stat=%s, variant=%s", role, signal, stat, variant)
}

// evaluate asks Prometheus for one series on the grid of asked; NaN where it has no point.
func evaluate(t *testing.T, client *counting, expr string) []float64 {
	t.Helper()
	result, err := client.Client.QueryRange(context.Background(), promapi.RangeQuery{
		Expr: expr, Start: promtest.Epoch, End: promtest.ShopEnd, Step: time.Minute,
	})
	require.NoError(t, err)
	require.Len(t, result.Series, 1, expr)
	out := make([]float64, promtest.ShopScrapes/4+1)
	for i := range out {
		out[i] = math.NaN()
	}
	for _, point := range result.Series[0].Floats {
		out[(point.T-promtest.Epoch.UnixMilli())/time.Minute.Milliseconds()] = point.V
	}
	return out
}

func apart(baseline, feature []float64, of func(b, f float64) float64) []float64 {
	out := make([]float64, len(baseline))
	for i := range out {
		out[i] = of(baseline[i], feature[i])
	}
	return out
}

func requireSame(t *testing.T, want []float64, got []*float64, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	numbers := 0
	for i := range want {
		if math.IsNaN(want[i]) {
			require.Nil(t, got[i], "%s at point %d", what, i)
			continue
		}
		numbers++
		require.NotNil(t, got[i], "%s at point %d", what, i)
		require.InDelta(t, want[i], *got[i], tolerance*math.Max(1e-3, math.Abs(want[i])), "%s at point %d", what, i)
	}
	require.Greater(t, numbers, len(want)/2, "%s: there must be something to compare", what)
}

// The four ways to split give the same answers on the same data, in every format.
func TestSplitsAgree(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	queries := map[string]model.Query{
		"series":  {QueryType: model.QueryCompare, Signals: allSignals()},
		"grouped": {QueryType: model.QueryCompare, Signals: []string{"latency", "errors", "throughput"}, GroupBy: []string{"route"}},
		"table":   {QueryType: model.QueryCompare, Signals: allSignals(), Format: model.FormatTable},
		"alert":   {QueryType: model.QueryCompare, Signals: allSignals(), Format: model.FormatAlert},
		"split":   {QueryType: model.QuerySplit, Signals: allSignals(), Stats: []string{"p95", "rate", "share"}},
		"heatmap": {QueryType: model.QueryDistribution, Signals: []string{"latency"}},
		"cdf":     {QueryType: model.QueryDistribution, Signals: []string{"native"}, Format: model.FormatCDF},
		"shift":   {QueryType: model.QueryDistribution, Signals: []string{"latency"}, Format: model.FormatShift},
		"one variant": {
			QueryType: model.QueryCompare, Signals: []string{"latency", "throughput"}, Variants: []string{"on"},
			Filters: []model.Filter{{Key: "route", Operator: model.OpEqual, Value: "/pay"}},
		},
	}
	for name, query := range queries {
		t.Run(name, func(t *testing.T) {
			query.Flag = "checkout"
			want := ""
			for _, split := range []string{"labels", "flag_label", "info", "matchers"} {
				answer, err := engineOn(t, client, promtest.ShopSplits[split]).Run(context.Background(), asked(query))
				require.NoError(t, err, split)
				require.Empty(t, noticesOf(answer), split)
				got := rounded(t, answer)
				require.Greater(t, strings.Count(got, "\n"), 3, "the answer holds data")
				if want == "" {
					want = got
				}
				requireAlike(t, want, got, split)
			}
		})
	}
}

// requireAlike holds one way to split against the labels. The info metric's is read in steps where it is read over a whole
// range, so its counts may differ by what an increase extrapolates to the edges; their proportions may not.
func requireAlike(t *testing.T, want, got, split string) {
	t.Helper()
	if split != "info" {
		require.Equal(t, want, got, "%s against labels", split)
		return
	}
	wanted, words := strings.Fields(want), strings.Fields(got)
	require.Len(t, words, len(wanted))
	for i := range wanted {
		number, err := strconv.ParseFloat(wanted[i], 64)
		if err != nil {
			require.Equal(t, wanted[i], words[i], "word %d of\n%s", i, got)
			continue
		}
		value, err := strconv.ParseFloat(words[i], 64)
		require.NoError(t, err)
		require.InDelta(t, number, value, 0.01*math.Abs(number), "number %d of\n%s\nagainst\n%s", i, got, want)
	}
}

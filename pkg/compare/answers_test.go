package compare

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

func TestOneRequestServesAHistogram(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	engine := engineOn(t, client, promtest.ShopSplits["labels"])
	query := model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"throughput", "latency"},
		Quantiles: []float64{0.1, 0.5, 0.9, 0.95, 0.99, 0.999},
	}
	answer, err := engine.Run(context.Background(), asked(query))
	require.NoError(t, err)
	require.EqualValues(t, 2, client.ranges.Load(), "every quantile, the mean and the throughput come from one request; one tells which bounds the series have")
	require.EqualValues(t, 5, client.instants.Load(), "one to tell how often it is scraped, one what the metric is, two whether its counts can be true, one whether anything arrives")
	require.EqualValues(t, 2, client.names.Load(), "one for the variants, and one for what the metric may have been before")

	stats := []string{}
	for _, frame := range answer {
		labels := frame.Fields[1].Labels
		stats = append(stats, labels["signal"]+" "+labels["stat"]+" "+labels["role"])
	}
	require.Equal(t, []string{
		"throughput rate baseline", "throughput rate feature", "throughput rate difference", "throughput rate ratio",
		"throughput share baseline", "throughput share feature",
		"latency p10 baseline", "latency p10 feature", "latency p10 difference", "latency p10 ratio",
	}, stats[:10], "signals as asked, stats in order, within them baseline, feature, difference, ratio")

	_, err = engine.Run(context.Background(), asked(query))
	require.NoError(t, err)
	require.EqualValues(t, 5, client.instants.Load(), "what a metric is is remembered, and what its counts are")
	require.EqualValues(t, 4, client.ranges.Load())
}

func TestSplitAnswersWithoutDifferences(t *testing.T) {
	engine := engineOn(t, clientOf(t, promtest.Start(t, promtest.Shop())), promtest.ShopSplits["labels"])
	for name, test := range map[string]struct {
		roles []model.Role
		want  []string
	}{
		"all":      {nil, []string{"baseline", "feature"}},
		"baseline": {[]model.Role{model.RoleBaseline}, []string{"baseline"}},
		"ratio":    {[]model.Role{model.RoleFeature, model.RoleRatio}, []string{"feature"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := engine.Run(context.Background(), asked(model.Query{
				QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"latency"}, Stats: []string{"p95"}, Roles: test.roles,
			}))
			require.NoError(t, err)
			var roles []string
			for _, frame := range answer {
				require.Equal(t, data.FrameTypeTimeSeriesMulti, frame.Meta.Type)
				require.Contains(t, frame.Meta.ExecutedQueryString, "feature_flag_http_request_duration_seconds_bucket")
				roles = append(roles, frame.Fields[1].Labels["role"])
			}
			require.Equal(t, test.want, roles)
		})
	}
}

// What a person would ask Prometheus for the whole range, at its end.
func TestTableEqualsPrometheus(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	answer, err := engineOn(t, client, promtest.ShopSplits["labels"]).Run(context.Background(), asked(model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency", "errors", "throughput", "pool"}, Format: model.FormatTable,
	}))
	require.NoError(t, err)
	require.Len(t, answer, 1)
	table := answer[0]
	require.Equal(t, data.FrameTypeNumericLong, table.Meta.Type)
	require.Equal(t, []string{"p50", "p95", "p99", "mean", "ratio", "rate", "share", "value"}, column(t, table, "stat"))
	for row, exprs := range map[int][2]string{
		1: {
			`histogram_quantile(0.95, sum by (le) (increase(feature_flag_http_request_duration_seconds_bucket{feature_flag_variant="off"}[1h])))`,
			`histogram_quantile(0.95, sum by (le) (increase(feature_flag_http_request_duration_seconds_bucket{feature_flag_variant="on"}[1h])))`,
		},
		4: {
			`sum(increase(feature_flag_http_request_duration_seconds_count{feature_flag_variant="off",status="500"}[1h])) / sum(increase(feature_flag_http_request_duration_seconds_count{feature_flag_variant="off"}[1h]))`,
			`sum(increase(feature_flag_http_request_duration_seconds_count{feature_flag_variant="on",status="500"}[1h])) / sum(increase(feature_flag_http_request_duration_seconds_count{feature_flag_variant="on"}[1h]))`,
		},
		5: {
			`sum(rate(feature_flag_http_request_duration_seconds_count{feature_flag_variant="off"}[1h]))`,
			`sum(rate(feature_flag_http_request_duration_seconds_count{feature_flag_variant="on"}[1h]))`,
		},
		7: {`avg(avg_over_time(pool_in_use{feature_flag_variant="off"}[1h]))`, `avg(avg_over_time(pool_in_use{feature_flag_variant="on"}[1h]))`},
	} {
		off, on := once(t, client, exprs[0]), once(t, client, exprs[1])
		require.InEpsilon(t, off, number(t, table, "baseline_value", row), tolerance)
		require.InEpsilon(t, on, number(t, table, "variant_value", row), tolerance)
		require.InDelta(t, on-off, number(t, table, "difference", row), tolerance)
		require.InEpsilon(t, on/off, number(t, table, "ratio", row), tolerance)
	}
	lower, upper := number(t, table, "variant_lower", 1), number(t, table, "variant_upper", 1)
	require.Equal(t, []float64{1, 2.5}, []float64{lower, upper}, "the bucket that p95 lies in")
	require.Equal(t, "null", column(t, table, "variant_lower")[4], "a ratio lies in no bucket")
	require.Equal(t, []string{"null", "null"}, []string{column(t, table, "difference")[6], column(t, table, "ratio")[6]}, "shares are not compared")
}

func once(t *testing.T, client *counting, expr string) float64 {
	t.Helper()
	result, err := client.Client.Query(context.Background(), promapi.InstantQuery{Expr: expr, Time: promtest.ShopEnd})
	require.NoError(t, err)
	require.Len(t, result.Series, 1, expr)
	return result.Series[0].Floats[0].V
}

func number(t *testing.T, frame *data.Frame, name string, row int) float64 {
	t.Helper()
	field, at := frame.FieldByName(name)
	require.GreaterOrEqual(t, at, 0, name)
	value, ok := field.At(row).(*float64)
	require.True(t, ok)
	require.NotNil(t, value, "%s in row %d", name, row)
	return *value
}

func TestDistribution(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	engine := engineOn(t, client, promtest.ShopSplits["labels"])
	run := func(format model.Format, quantiles ...float64) data.Frames {
		answer, err := engine.Run(context.Background(), asked(model.Query{
			QueryType: model.QueryDistribution, Flag: "checkout", Signals: []string{"latency"}, Format: format, Quantiles: quantiles,
		}))
		require.NoError(t, err)
		return answer
	}
	heat := run("")
	require.Len(t, heat, 2)
	for i, variant := range []string{"off", "on"} {
		require.EqualValues(t, "heatmap-rows", heat[i].Meta.Type)
		var names []string
		total := 0.0
		for _, field := range heat[i].Fields[1:] {
			require.Equal(t, variant, field.Labels["variant"])
			names = append(names, field.Name)
			total += number(t, heat[i], field.Name, 30)
		}
		require.Equal(t, []string{"0.1", "0.25", "1", "2.5", "+Inf"}, names)
		want := evaluate(t, client, `sum(rate(feature_flag_http_request_duration_seconds_count{feature_flag_variant="`+variant+`"}[1m]))`)
		require.InEpsilon(t, want[30], total, tolerance, "the buckets together are the traffic")
	}

	cdf := run(model.FormatCDF)[0]
	require.Equal(t, []string{"baseline", "baseline", "baseline", "baseline", "baseline", "feature", "feature", "feature", "feature", "feature"}, column(t, cdf, "role"))
	require.InDelta(t, 1, number(t, cdf, "share", 4), tolerance)
	require.InEpsilon(t, once(t, client, `sum(increase(feature_flag_http_request_duration_seconds_bucket{feature_flag_variant="off",le="0.25"}[1h]))`),
		number(t, cdf, "count", 1), tolerance)

	shift := run(model.FormatShift)[0]
	require.Equal(t, len(model.ShiftQuantiles), shift.Rows())
	shift = run(model.FormatShift, 0.25, 0.75)[0]
	require.Equal(t, []string{"0.25", "0.75"}, column(t, shift, "quantile"), "the query's own quantiles")
	require.InEpsilon(t,
		once(t, client, `histogram_quantile(0.75, sum by (le) (increase(feature_flag_http_request_duration_seconds_bucket{feature_flag_variant="on"}[1h])))
			- histogram_quantile(0.75, sum by (le) (increase(feature_flag_http_request_duration_seconds_bucket{feature_flag_variant="off"}[1h])))`),
		number(t, shift, "difference", 1), tolerance)
}

// A signal that cannot be read takes no other away, and is named.
func TestPartOfAQueryFails(t *testing.T) {
	engine := engineOn(t, clientOf(t, promtest.Start(t, promtest.Shop())), promtest.ShopSplits["labels"])
	answer, err := engine.Run(context.Background(), asked(model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"legacy", "legacy-rate", "plain", "errors"}, Stats: []string{"p95", "rate", "ratio"},
	}))
	var wrong *model.InvalidError
	require.True(t, errors.As(err, &wrong))
	require.ErrorContains(t, err, "legacy: ")
	require.ErrorContains(t, err, "legacy_seconds is a summary")
	require.ErrorContains(t, err, "cannot be added up")
	require.ErrorContains(t, err, "pool_in_use is no histogram")
	got := valuesOf(t, answer)
	require.Contains(t, got, key("on", "feature", "errors", "ratio"))
	require.Contains(t, got, key("on", "feature", "legacy-rate", "rate"), "the count of a summary is a counter all the same")
	require.NotContains(t, got, key("on", "feature", "legacy", "p95"))

	answer, err = engine.Run(context.Background(), asked(model.Query{
		QueryType: model.QueryDistribution, Flag: "checkout", Signals: []string{"latency", "legacy"},
	}))
	require.ErrorContains(t, err, "legacy_seconds is a summary")
	require.Len(t, answer, 2)
}

func TestRefusedQueries(t *testing.T) {
	engine := engineOn(t, nil, strings.Replace(promtest.ShopSplits["labels"], "{", `{"timeInterval":"15s",`, 1))
	for name, test := range map[string]struct {
		query model.Query
		says  []string
	}{
		"unknown signal": {
			model.Query{QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latencies"}},
			[]string{`"latencies" is not in the catalogue`, "latency, errors, throughput"},
		},
		"no distribution": {
			model.Query{QueryType: model.QueryDistribution, Flag: "checkout", Signals: []string{"errors"}},
			[]string{"errors: ", "no histogram"},
		},
		"validated again": {
			model.Query{QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency"}, Quantiles: []float64{1.5}},
			[]string{"quantiles[0]", "outside 0..1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := engine.Run(context.Background(), asked(test.query))
			var wrong *model.InvalidError
			require.True(t, errors.As(err, &wrong), "%v", err)
			for _, says := range test.says {
				require.ErrorContains(t, err, says)
			}
			require.Empty(t, answer)
		})
	}
}

// failing answers every question with the same error.
type failing struct {
	Client
	err error
}

func (f failing) LabelValues(context.Context, string, promapi.MetaQuery) (values, warnings []string, err error) {
	return nil, nil, f.err
}

func (f failing) Query(context.Context, promapi.InstantQuery) (*promapi.Result, error) {
	return nil, f.err
}

func TestServerErrorsArePassedOn(t *testing.T) {
	down := &promapi.Error{Status: 502, Downstream: true, Kind: promapi.KindConnection, Message: "no connection to Prometheus"}
	engine := engineOn(t, failing{err: down}, promtest.ShopSplits["labels"])
	answer, err := engine.Run(context.Background(), asked(model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency", "throughput", "errors"},
	}))
	require.Empty(t, answer)
	var got *promapi.Error
	require.True(t, errors.As(err, &got))
	require.Equal(t, down, got)
	require.ErrorContains(t, err, "latency, throughput: no connection to Prometheus")
}

// partial is a client whose answers are not whole.
type partial struct {
	*counting
	cut bool
}

func (p partial) Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error) {
	result, err := p.counting.Query(ctx, q)
	if err == nil {
		result.Partial, result.Cut = true, p.cut
		result.Warnings = append(result.Warnings, "a store did not answer", "the answer was cut at 2 series.")
	}
	return result, err
}

// Whatever an alert rule asks, it gets an error where what was read is cut, and a person the answer with a notice.
func TestEveryQueryTypeHonoursAlertRules(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	for _, query := range []model.Query{
		{QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"errors"}},
		{QueryType: model.QueryDistribution, Flag: "checkout", Signals: []string{"latency"}},
		{QueryType: model.QueryFlags}, {QueryType: model.QueryFlags, Stats: []string{model.StatVerdict}},
		{QueryType: model.QueryVerdict, Flag: "checkout", Signals: []string{"errors"}},
		{QueryType: model.QueryBacktest, Flag: "checkout", Signals: []string{"errors"}},
		{QueryType: model.QueryChanges, Flag: "checkout"},
	} {
		t.Run(fmt.Sprint(query.QueryType, query.Stats), func(t *testing.T) {
			request := asked(query)
			request.FromAlert = true
			_, err := engineOn(t, partial{client, true}, promtest.ShopSplits["labels"]).Run(context.Background(), request)
			require.Error(t, err)
		})
	}
}

func TestRangesThatCannotBeAnswered(t *testing.T) {
	for _, query := range []model.Query{
		{QueryType: model.QueryVerdict, Flag: "checkout", Signals: []string{"errors"}},
		{QueryType: model.QueryBacktest, Flag: "checkout", Signals: []string{"errors"}},
		{QueryType: model.QueryChanges, Flag: "checkout"}, {QueryType: model.QueryFlags},
	} {
		t.Run(string(query.QueryType), func(t *testing.T) {
			engine := engineOn(t, nil, promtest.ShopSplits["labels"])
			reversed := asked(query)
			reversed.From, reversed.To = reversed.To, reversed.From
			_, err := engine.Run(context.Background(), reversed)
			require.ErrorContains(t, err, "ends before it begins")
			ahead := asked(query)
			ahead.From, ahead.To = promtest.ShopEnd.Add(time.Hour), promtest.ShopEnd.Add(2*time.Hour)
			answer, err := engine.Run(context.Background(), ahead)
			require.NoError(t, err)
			requireNotice(t, answer, "lies in the future")
		})
	}
}

package compare

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

func TestNamesForTheEditors(t *testing.T) {
	ctx := context.Background()
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	both := []model.FlagInfo{{Flag: "checkout", Baseline: "off", Variants: []string{"off", "on"}}}
	for split, want := range map[string][]model.FlagInfo{
		"labels": both, "flag_label": both, "matchers": both,
		"info": {both[0], {Flag: "other", Variants: []string{"x"}}},
	} {
		engine := engineOn(t, client, promtest.ShopSplits[split])
		flags, err := engine.Flags(ctx)
		require.NoError(t, err, split)
		require.Equal(t, want, flags.Flags, split)
		require.Empty(t, flags.Notices, split)
		variants, err := engine.Variants(ctx, "checkout")
		require.NoError(t, err, split)
		require.Equal(t, []string{"off", "on"}, variants.Names, split)
	}

	engine := engineOn(t, client, promtest.ShopSplits["labels"])
	variants, err := engine.Variants(ctx, "nope")
	require.NoError(t, err)
	require.Equal(t, []string{}, variants.Names, "a list, not null")

	labels, err := engine.Labels(ctx, "feature_flag_http_request_duration_seconds")
	require.NoError(t, err)
	require.Equal(t, []string{"feature_flag_key", "feature_flag_variant", "flag_checkout", "instance", "job", "route", "status", "version"}, labels.Names)
	labels, err = engine.Labels(ctx, "never_heard_of")
	require.NoError(t, err)
	require.Equal(t, []string{}, labels.Names)
	labels, err = engine.Labels(ctx, "")
	require.NoError(t, err)
	require.Contains(t, labels.Names, "route", "without a metric the labels of the whole catalogue")

	values, err := engine.LabelValues(ctx, "route", "")
	require.NoError(t, err)
	require.Equal(t, []string{"/cart", "/pay"}, values.Names)
	_, err = engine.LabelValues(ctx, "__name__", "")
	require.ErrorContains(t, err, "reserved")
}

func TestMetricsThatCanBeSplit(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	for split, want := range map[string][]string{
		"labels": {"feature_flag_http_request_duration_seconds histogram", "legacy_seconds unknown", "pool_in_use unknown", "release_info unknown"},
		"info":   {"feature_flag_http_request_duration_seconds histogram", "process_cpu_seconds_total unknown"},
	} {
		metrics, err := engineOn(t, client, promtest.ShopSplits[split]).Metrics(context.Background())
		require.NoError(t, err)
		var got []string
		for _, metric := range metrics.Metrics {
			got = append(got, metric.Name+" "+metric.Type)
		}
		for _, metric := range want {
			require.Contains(t, got, metric, split)
		}
		require.NotContains(t, strings.Join(got, " "), "_bucket")
		if split == "labels" {
			require.NotContains(t, strings.Join(got, " "), "process_cpu", "what carries no flag cannot be split by it")
		}
	}
}

func TestPreview(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	preview := func(split string, query model.Query) []model.PromQLStatement {
		statements, err := engineOn(t, client, promtest.ShopSplits[split]).PromQL(context.Background(), asked(query))
		require.NoError(t, err)
		return statements
	}
	query := model.Query{QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency", "throughput", "native-rate"}}
	got := preview("labels", query)
	require.Len(t, got, 3)
	require.Equal(t, "1m", got[0].Step)
	require.Equal(t, got[0].Expr, got[1].Expr, "the throughput comes with the latency")
	require.Contains(t, got[2].Expr, "histogram_count(rate(native_seconds{")
	require.Zero(t, client.ranges.Load(), "nothing of it is sent")

	query.Format = model.FormatTable
	got = preview("labels", query)
	require.Empty(t, got[0].Step, "an instant query has no step")
	require.Contains(t, got[0].Expr, "increase(feature_flag_http_request_duration_seconds_bucket{")

	got = preview("labels", model.Query{QueryType: model.QueryFlags})
	require.Len(t, got, 1)
	for _, split := range []string{"flag_label", "matchers"} {
		got = preview(split, model.Query{QueryType: model.QueryFlags})
		require.Len(t, got, 1, "one flag, one statement")
		require.Contains(t, got[0].Expr, "feature_flag_http_request_duration_seconds_count")
	}
	_, err := engineOn(t, client, promtest.ShopSplits["labels"]).PromQL(context.Background(), asked(model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"legacy"},
	}))
	require.ErrorContains(t, err, "legacy: ")
}

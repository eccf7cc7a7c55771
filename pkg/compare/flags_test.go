package compare

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// several flags: one that began late, one that ended, one whose second variant never had traffic.
func severalFlags() promtest.Script {
	const metric = "feature_flag_http_request_duration_seconds_count"
	var text strings.Builder
	add := func(flag, variant, points string) {
		fmt.Fprintf(&text, "%s{feature_flag_key=%q,feature_flag_variant=%q,flag_%s=%q,route=\"/\"} %s\n", metric, flag, variant, flag, variant, points)
	}
	add("old", "control", "0+30x240")
	add("old", "v10", "0+10x240")
	add("old", "v2", "0+20x240")
	add("late", "off", "_x119 0+10x120")
	add("late", "on", "0+10x120 stale")
	add("quiet", "off", "0+5x240")
	add("quiet", "on", "0x240")
	return promtest.Script{Every: promtest.ShopScrape, Series: text.String()}
}

func TestFlags(t *testing.T) {
	client := clientOf(t, promtest.Start(t, severalFlags()))
	for split, settings := range map[string]string{"labels": `{}`, "flag_label": promtest.ShopSplits["flag_label"]} {
		t.Run(split, func(t *testing.T) {
			answer, err := engineOn(t, client, settings).Run(context.Background(), asked(model.Query{QueryType: model.QueryFlags}))
			require.NoError(t, err)
			require.Len(t, answer, 1)
			table := answer[0]
			require.Equal(t, []string{"late", "late", "old", "old", "old", "quiet", "quiet"}, column(t, table, "flag"))
			require.Equal(t, []string{"off", "on", "control", "v2", "v10", "off", "on"}, column(t, table, "variant"), "the baseline first, then in natural order")
			require.Equal(t, []string{"baseline", "feature", "baseline", "feature", "feature", "baseline", "feature"}, column(t, table, "role"))
			for row, want := range map[int]float64{2: 0.5, 3: 1. / 3, 4: 1. / 6, 5: 1, 6: 0} {
				field, _ := table.FieldByName("share")
				share, ok := field.At(row).(*float64)
				require.True(t, ok)
				require.InDelta(t, want, *share, 0.01)
			}
			first, last := column(t, table, "first_seen"), column(t, table, "last_seen")
			require.Equal(t, "00:30", first[0][:5], "late:off was born in the middle")
			require.Equal(t, "01:00", last[0][:5])
			require.Equal(t, "00:01", first[1][:5], "a rate needs two samples")
			require.Equal(t, "00:30", last[1][:5], "late:on ended there")
			require.Equal(t, []string{"null", "null"}, []string{first[6], last[6]}, "a series that starts at zero is no user")
			require.LessOrEqual(t, client.ranges.Swap(0), int64(3))
		})
	}
}

// A coarse step over a long range must not hide what was born a minute ago: the last time asked is the end of the range.
func TestFlagsThatAreNew(t *testing.T) {
	client := clientOf(t, promtest.Start(t, severalFlags()))
	request := asked(model.Query{QueryType: model.QueryFlags})
	request.From, request.To = promtest.Epoch.Add(-6*time.Hour), promtest.Epoch.Add(3*time.Minute)
	request.MaxDataPoints = 2
	answer, err := engineOn(t, client, `{}`).Run(context.Background(), request)
	require.NoError(t, err)
	require.Contains(t, column(t, answer[0], "flag"), "quiet")
}

func TestFlagsFilteredAndAbsent(t *testing.T) {
	client := clientOf(t, promtest.Start(t, severalFlags()))
	query := model.Query{QueryType: model.QueryFlags, Filters: []model.Filter{{Key: "feature_flag_key", Operator: model.OpMatch, Value: "l.*"}}}
	answer, err := engineOn(t, client, `{}`).Run(context.Background(), asked(query))
	require.NoError(t, err)
	require.Equal(t, []string{"late", "late"}, column(t, answer[0], "flag"))

	answer, err = engineOn(t, client, `{"preset":"otel"}`).Run(context.Background(), asked(model.Query{QueryType: model.QueryFlags}))
	require.NoError(t, err)
	requireNotice(t, answer, "No flag had traffic on http_server_request_duration_seconds_count")

	_, err = engineOn(t, client, `{"preset":"none"}`).Run(context.Background(), asked(model.Query{QueryType: model.QueryFlags}))
	require.ErrorContains(t, err, "choose a preset or add a signal")
}

func TestFlagsBySplit(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	for split, want := range map[string][]string{
		"labels": {"checkout off 0.469", "checkout on 0.531"}, "flag_label": {"checkout off 0.469", "checkout on 0.531"},
		"matchers": {"checkout off 0.469", "checkout on 0.531"}, "info": {"checkout off 0.469", "checkout on 0.531", "other x 1.000"},
	} {
		answer, err := engineOn(t, client, promtest.ShopSplits[split]).Run(context.Background(), asked(model.Query{QueryType: model.QueryFlags}))
		require.NoError(t, err, split)
		var got []string
		for row, flag := range column(t, answer[0], "flag") {
			field, _ := answer[0].FieldByName("share")
			share, ok := field.At(row).(*float64)
			require.True(t, ok)
			got = append(got, fmt.Sprintf("%s %s %.3f", flag, column(t, answer[0], "variant")[row], *share))
		}
		require.Equal(t, want, got, split)
	}
}

// tenThousand is one flag with 10,000 variants, of which the last in name have the most traffic.
func tenThousand() promtest.Script {
	var text strings.Builder
	for i := range 10_000 {
		traffic := 1
		if i >= 9_990 {
			traffic = 100
		}
		fmt.Fprintf(&text, "feature_flag_http_request_duration_seconds_count{feature_flag_key=\"huge\",feature_flag_variant=\"v%[1]d\",status=\"200\"} 0+%[2]dx11\n"+
			"feature_flag_http_request_duration_seconds_bucket{feature_flag_key=\"huge\",feature_flag_variant=\"v%[1]d\",status=\"200\",le=\"+Inf\"} 0+%[2]dx11\n", i, traffic)
	}
	text.WriteString("feature_flag_http_request_duration_seconds_count{feature_flag_key=\"huge\",feature_flag_variant=\"off\",status=\"200\"} 0+5x11\n")
	return promtest.Script{Every: promtest.ShopScrape, Series: text.String()}
}

func TestTenThousandVariantsAreCut(t *testing.T) {
	client := clientOf(t, promtest.Start(t, tenThousand()))
	engine := engineOn(t, client, `{"limits":{"maxVariants":20}}`)
	end := promtest.Epoch.Add(11 * promtest.ShopScrape)
	engine.now = func() time.Time { return end }
	request := Request{
		Query: model.Query{QueryType: model.QueryCompare, Flag: "huge", Signals: []string{"throughput", "errors"}},
		From:  end.Add(-2 * time.Minute), To: end,
	}
	started := time.Now()
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	require.Less(t, time.Since(started), 20*time.Second)
	requireNotice(t, answer, `Flag "huge" has 10001 variants`, "The 20 with the most traffic")
	variants := map[string]bool{}
	for _, frame := range answer {
		variants[frame.Fields[1].Labels["variant"]] = true
	}
	require.Len(t, variants, 21, "twenty features and the baseline")
	require.True(t, variants["off"])
	for i := 9_990; i < 10_000; i++ {
		require.True(t, variants[fmt.Sprintf("v%d", i)], "the busiest are kept")
	}
	requireShares(t, answer)

	request.Query.Signals = []string{"latency", "throughput"}
	answer, err = engine.Run(context.Background(), request)
	require.NoError(t, err)
	requireShares(t, answer)

	request.Query = model.Query{QueryType: model.QueryFlags}
	answer, err = engine.Run(context.Background(), request)
	require.NoError(t, err)
	requireNotice(t, answer, `Flag "huge" has 10001 variants`)
	require.Equal(t, 20, answer[0].Rows())
	require.Equal(t, "off", column(t, answer[0], "variant")[0])

	flags, err := engine.Flags(context.Background())
	require.NoError(t, err)
	require.Len(t, flags.Flags, 1)
	require.Equal(t, "off", flags.Flags[0].Baseline)
	require.Len(t, flags.Flags[0].Variants, 1000)
	require.Contains(t, flags.Notices[0], "10001 variants")
}

func requireShares(t *testing.T, answer data.Frames) {
	t.Helper()
	share := valuesOf(t, answer)["flag=huge, role=feature, signal=throughput, stat=share, variant=v9999"]
	require.NotNil(t, share[len(share)-1])
	require.InDelta(t, 100./(9_990+10*100+5), *share[len(share)-1], 1e-4, "a share of all traffic, not of what is shown")
}

// Where each variant is a selector, a share is one of all that are listed, too, and not of those that are shown.
func TestSharesOfMatchersThatAreCut(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	all := `{"split":{"mode":"matchers","flags":[{"flag":"checkout","variants":[
		{"variant":"off","selector":"version=\"1\""},{"variant":"c","selector":"instance=\"c\""},
		{"variant":"d","selector":"instance=\"d\""}]}]}%s}`
	for name, groupBy := range map[string][]string{"together": nil, "by route": {"route"}} {
		t.Run(name, func(t *testing.T) {
			request := asked(model.Query{
				QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"throughput"}, Stats: []string{"share"}, GroupBy: groupBy,
			})
			whole, err := engineOn(t, client, fmt.Sprintf(all, "")).Run(context.Background(), request)
			require.NoError(t, err)
			cut, err := engineOn(t, client, fmt.Sprintf(all, `,"limits":{"maxVariants":1}`)).Run(context.Background(), request)
			require.NoError(t, err)
			requireNotice(t, cut, `Flag "checkout" has 3 variants`)
			want, got := valuesOf(t, whole), valuesOf(t, cut)
			require.Less(t, len(got), len(want))
			require.NotEmpty(t, got)
			for labels, shares := range got {
				require.Contains(t, want, labels)
				require.Len(t, shares, len(want[labels]))
				for i, share := range shares {
					if share == nil {
						require.Nil(t, want[labels][i])
						continue
					}
					require.InDelta(t, *want[labels][i], *share, tolerance, labels)
				}
			}
		})
	}
}

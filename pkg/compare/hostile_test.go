package compare

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

var hostile = []string{
	`quote"s`, `back\slash`, "new\nline", `{braces="x"}`, "🚀 emoji", `$1`, `<script>alert(1)</script>`, `a.*|b`, `"} or up{`, "Ünï", `1`,
}

// Names with anything in them come back as they were, in every way to split that can carry them.
func TestHostileNamesRoundTrip(t *testing.T) {
	var text strings.Builder
	var flags []model.MatcherFlag
	for i, name := range hostile {
		for j, variant := range []string{"off", name} {
			set := fmt.Sprintf(`feature_flag_key=%q,feature_flag_variant=%q,"flag.%d"=%q,route=%q,version="%d"`, name, variant, i, variant, name, j)
			fmt.Fprintf(&text, "{\"requests/%d_total\",%s} 0+%dx20\n", i, set, j+1)
		}
		flags = append(flags, model.MatcherFlag{Flag: name, Variants: []model.MatcherVariant{
			{Variant: "off", Selector: `version="0"`}, {Variant: name, Selector: `version="1"`},
		}})
	}
	client := clientOf(t, promtest.Start(t, promtest.Script{Every: promtest.ShopScrape, Series: text.String()}))
	end := promtest.Epoch.Add(20 * promtest.ShopScrape)
	for i, name := range hostile {
		for mode, split := range map[string]*model.Split{
			"labels": {Mode: model.SplitLabels}, "flag_label": {Mode: model.SplitFlagLabel, Prefix: "flag."},
			"matchers": {Mode: model.SplitMatchers, Flags: flags},
		} {
			t.Run(mode+" "+name, func(t *testing.T) {
				flag := name
				if mode == "flag_label" {
					flag = fmt.Sprint(i)
				}
				settings := settingsOf(t, "{}")
				settings.Split = split
				if mode == "labels" {
					settings.Split = settingsOf(t, "{}").Split
				}
				settings.Signals = []model.Signal{{ID: "requests", Name: "Requests", Kind: model.KindRate, Metric: fmt.Sprintf("requests/%d_total", i)}}
				engine := closing(t, New(client, settings, Options{Now: func() time.Time { return end }}))
				answer, err := engine.Run(context.Background(), Request{
					Query: model.Query{
						QueryType: model.QueryCompare, Flag: flag, Signals: []string{"requests"}, GroupBy: []string{"route"},
						Variants: []string{name}, Filters: []model.Filter{{Key: "route", Operator: model.OpEqual, Value: name}},
					},
					From: promtest.Epoch, To: end, Interval: time.Minute,
				})
				require.NoError(t, err)
				require.Empty(t, noticesOf(answer))
				require.Len(t, answer, 6)
				for _, frame := range answer {
					labels := frame.Fields[1].Labels
					require.Equal(t, name, labels["route"])
					if labels["role"] != "baseline" {
						require.Equal(t, name, labels["variant"])
					}
					if labels["role"] == "ratio" {
						require.InDelta(t, 2, *frame.Fields[1].At(4).(*float64), tolerance) //nolint:forcetypeassert // a value field
					}
				}
			})
		}
	}
}

func TestGroupByEqualsPrometheus(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	answer, err := engineOn(t, client, promtest.ShopSplits["labels"]).Run(context.Background(), asked(model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency", "errors", "throughput"}, GroupBy: []string{"route", "instance"},
	}))
	require.NoError(t, err)
	got := valuesOf(t, answer)
	one := `feature_flag_variant="on",route="/pay",instance="c"`
	requireSame(t,
		evaluate(t, client, `histogram_quantile(0.95, sum by (le) (rate(feature_flag_http_request_duration_seconds_bucket{`+one+`}[1m])))`),
		got["flag=checkout, instance=c, role=feature, route=/pay, signal=latency, stat=p95, variant=on"], "p95 of one route on one instance")
	requireSame(t,
		evaluate(t, client, `sum(rate(feature_flag_http_request_duration_seconds_count{status="500",`+one+`}[1m])) / sum(rate(feature_flag_http_request_duration_seconds_count{`+one+`}[1m]))`),
		got["flag=checkout, instance=c, role=feature, route=/pay, signal=errors, stat=ratio, variant=on"], "its errors")
	share := got["flag=checkout, instance=c, role=feature, route=/pay, signal=throughput, stat=share, variant=on"]
	require.NotNil(t, share[30])
	require.InDelta(t, 1, *share[30], tolerance, "on is all that runs on c")
}

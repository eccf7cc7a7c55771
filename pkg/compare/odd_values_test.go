package compare

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// oddScrapes are forty minutes, twice a minute.
const oddScrapes = 80

var oddEnd = promtest.Epoch.Add(oddScrapes * rolloutScrape)

// odd are values that labels really have, and that break what is careless.
var odd = []string{
	"o\ufffdn", "\ufffd", "\ufffd\ufffd|x", "new\nline", `quote"d`, `it's`, "`tick`", `back\slash`, `\ufffd`, "<script>alert(1)</script>", `.*`, `(a+)+$`,
	"on|off", "a\x00b", "\u202enoʇ\u2066", "🚀", "e\u0301", "é", " on ", "{{ .x }}", "$1", "NaN", "x" + strings.Repeat("y", 20_000),
}

// quoted writes a value as PromQL reads it.
func quoted(value string) string {
	return strings.ReplaceAll(fmt.Sprintf("%q", value), "\ufffd", `\ufffd`)
}

// variety is a flag with the given variants beside off, of which the i-th has i+10 requests a scrape and those that are bad fail.
func variety(text *strings.Builder, flag string, bad string, variants ...string) {
	for i, variant := range append([]string{"off"}, variants...) {
		for _, status := range []string{"200", "500"} {
			fast, slow := i+50, 5
			if status == "500" {
				fast, slow = 0, 1
				if variant == bad {
					slow = 40
				}
			}
			const name = "feature_flag_http_request_duration_seconds"
			set := fmt.Sprintf(`job="shop",instance="a",feature_flag_key=%s,feature_flag_variant=%s,status=%q`, quoted(flag), quoted(variant), status)
			for _, bucket := range []struct {
				le string
				n  int
			}{{"0.1", fast}, {"1", fast + slow}, {"+Inf", fast + slow}} {
				fmt.Fprintf(text, "%s_bucket{%s,le=%q} 0+%dx%d\n", name, set, bucket.le, bucket.n, oddScrapes)
			}
			fmt.Fprintf(text, "%s_count{%s} 0+%dx%d\n", name, set, fast+slow, oddScrapes)
			fmt.Fprintf(text, "%s_sum{%s} 0+%dx%d\n", name, set, fast+slow, oddScrapes)
		}
	}
}

// everyType asks a flag in every way there is.
func everyType(flag string) map[string]Request {
	requests := map[string]Request{}
	add := func(name string, query model.Query) {
		query.Flag = flag
		requests[name] = Request{Query: query, From: promtest.Epoch, To: oddEnd, Interval: time.Minute, MaxDataPoints: 100}
	}
	both := []string{"errors", "latency"}
	add("verdict", model.Query{QueryType: model.QueryVerdict, Signals: both, Since: model.SinceRange})
	add("verdict alert", model.Query{QueryType: model.QueryVerdict, Signals: both, Since: model.SinceRange, Format: model.FormatAlert})
	add("split", model.Query{QueryType: model.QuerySplit, Signals: both})
	add("compare", model.Query{QueryType: model.QueryCompare, Signals: both, Format: model.FormatTable})
	add("compare alert", model.Query{QueryType: model.QueryCompare, Signals: both, Format: model.FormatAlert})
	add("distribution", model.Query{QueryType: model.QueryDistribution, Signals: []string{"latency"}})
	add("cdf", model.Query{QueryType: model.QueryDistribution, Signals: []string{"latency"}, Format: model.FormatCDF})
	add("shift", model.Query{QueryType: model.QueryDistribution, Signals: []string{"latency"}, Format: model.FormatShift})
	add("changes", model.Query{QueryType: model.QueryChanges})
	add("flags", model.Query{QueryType: model.QueryFlags, Stats: []string{"verdict"}})
	add("backtest", model.Query{
		QueryType: model.QueryBacktest, Signals: []string{"errors"}, Since: model.Since(fmt.Sprint(oddEnd.Add(-5 * time.Minute).UnixMilli())),
		Backtest: &model.BacktestOptions{Splits: 1, Seed: 1, Hours: 1},
	})
	return requests
}

// variantsIn are all variants that an answer names in a field or a label.
func variantsIn(frames data.Frames) []string {
	var found []string
	for _, frame := range frames {
		for _, field := range frame.Fields {
			if v, ok := field.Labels["variant"]; ok {
				found = append(found, v)
			}
			if field.Name == "variant" {
				for i := range field.Len() {
					if v, ok := field.ConcreteAt(i); ok {
						found = append(found, v.(string)) //nolint:forcetypeassert // a text field
					}
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func oddEngine(t *testing.T, client Client, jsonData string) *Engine {
	t.Helper()
	return closing(t, New(client, settingsOf(t, jsonData), Options{Now: func() time.Time { return oddEnd }}))
}

// Whatever the variants are called, each is matched and judged, and none takes the others away.
func TestOddVariantsAreJudged(t *testing.T) {
	var text strings.Builder
	variety(&text, "odd", "o\ufffdn", odd...)
	for _, name := range odd {
		variety(&text, name, name, name)
	}
	client := clientOf(t, promtest.Start(t, promtest.Script{Every: rolloutScrape, Series: text.String()}))
	engine := oddEngine(t, client, rolloutSettings)
	t.Run("together", func(t *testing.T) {
		for name, request := range everyType("odd") {
			answer, err := engine.Run(context.Background(), request)
			require.NoError(t, err, name)
			switch name {
			case "changes", "backtest":
			default:
				require.Subset(t, variantsIn(answer), odd, name)
			}
			if name == "verdict" {
				requireRegressed(t, answer, odd, "o\ufffdn")
			}
		}
	})
	for _, name := range odd {
		t.Run(fmt.Sprintf("flag %.20q", name), func(t *testing.T) {
			for kind, request := range everyType(name) {
				answer, err := engine.Run(context.Background(), request)
				require.NoError(t, err, kind)
				if kind != "changes" && kind != "backtest" {
					require.Contains(t, variantsIn(answer), name, kind)
				}
				if kind == "verdict" {
					requireRegressed(t, answer, []string{name}, name)
				}
			}
			request := everyType(name)["verdict"]
			request.Query.Variants = []string{name}
			request.Query.Filters = []model.Filter{{Key: "feature_flag_variant", Operator: model.OpNotEqual, Value: "\ufffd?"}}
			answer, err := engine.Run(context.Background(), request)
			require.NoError(t, err)
			requireRegressed(t, answer, []string{name}, name)
		})
	}
}

// requireRegressed fails unless there is a row of each variant, of which the errors of one alone regressed.
func requireRegressed(t *testing.T, answer data.Frames, variants []string, bad string) {
	t.Helper()
	states := map[string]any{}
	for _, row := range table(t, answer) {
		if row["signal"] == "errors" {
			states[row["variant"].(string)] = row["state"] //nolint:forcetypeassert // a text field
		}
		require.NotContains(t, []any{"no data", "withheld"}, row["state"], "%.40q: %v", row["variant"], row["reason"])
	}
	require.Len(t, states, len(variants))
	for _, variant := range variants {
		require.Equal(t, variant == bad, states[variant] == "regressed", "%.40q is %v", variant, states[variant])
	}
}

// A flag with more variants than are judged has verdicts of those with the most traffic, and says what is left out.
func TestManyVariantsAreJudged(t *testing.T) {
	variants := make([]string, 60)
	for i := range variants {
		variants[i] = fmt.Sprintf("v%d", i)
	}
	var text strings.Builder
	variety(&text, "many", "v42", variants...)
	client := clientOf(t, promtest.Start(t, promtest.Script{Every: rolloutScrape, Series: text.String()}))
	for _, test := range []struct {
		settings string
		judged   int
	}{
		{`{"timeInterval":"30s"}`, 50},
		{`{"timeInterval":"30s","limits":{"maxVariants":60}}`, 60},
		{`{"timeInterval":"30s","limits":{"maxVariants":59}}`, 59},
		{`{"timeInterval":"30s","limits":{"maxVariants":1000}}`, 60},
		{`{"timeInterval":"30s","limits":{"maxVariants":20}}`, 20},
	} {
		t.Run(fmt.Sprint(test.judged), func(t *testing.T) {
			engine := oddEngine(t, client, test.settings)
			for name, request := range everyType("many") {
				answer, err := engine.Run(context.Background(), request)
				require.NoError(t, err, name)
				shown := variantsIn(answer)
				switch name {
				case "changes", "backtest":
					continue
				case "flags":
					require.NotEmpty(t, shown)
				default:
					require.Contains(t, shown, "v59", name)
					require.Equal(t, test.judged == 60, slices.Contains(shown, "v0"), "%s: the busiest are kept", name)
				}
				if test.judged < 60 && name != "flags" {
					requireNotice(t, answer, `Flag "many" has 61 variants`, fmt.Sprintf("The %d with the most traffic", test.judged), "choose variants in the query, or raise the limit")
				}
				if name == "verdict" {
					requireRegressed(t, answer, variants[60-test.judged:], "v42")
				}
			}
			request := everyType("many")["verdict"]
			request.Query.Variants = []string{"v0"}
			answer, err := engine.Run(context.Background(), request)
			require.NoError(t, err)
			requireRegressed(t, answer, []string{"v0"}, "v42")
			require.Empty(t, noticesOf(answer), "what was asked for is there")
		})
	}
	t.Run("flags with verdicts", func(t *testing.T) {
		answer, err := oddEngine(t, client, rolloutSettings).Run(context.Background(), everyType("many")["flags"])
		require.NoError(t, err)
		for _, row := range table(t, answer) {
			require.Equal(t, row["variant"] != "off", row["verdict"] != "", "%v has a row and so a verdict", row["variant"])
		}
	})
}

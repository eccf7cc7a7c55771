package promql_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	. "github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/split"
)

var update = flag.Bool("update", false, "write the golden files anew; review what changed")

// splits are the four ways, of the same flag.
var splits = built([]model.Split{
	{Mode: model.SplitLabels, FlagLabel: "feature_flag_key", VariantLabel: "feature_flag_variant"},
	{Mode: model.SplitFlagLabel, Prefix: "flag_"},
	{Mode: model.SplitInfo, FlagLabel: "flag", VariantLabel: "variant", InfoMetric: "release_info", On: []string{"job", "instance"}},
	{Mode: model.SplitMatchers, Flags: []model.MatcherFlag{
		{Flag: "search", Variants: []model.MatcherVariant{{Variant: "on", Selector: `version="9"`}}},
		{Flag: "checkout", Variants: []model.MatcherVariant{
			{Variant: "off", Selector: `version="1"`},
			{Variant: "on", Selector: `{version="2",region=~"eu.*"}`},
			{Variant: "$1", Selector: `version="3"`},
		}},
	}},
})

// built are splits of the settings as expressions take them.
func built(all []model.Split) []Split {
	ready := make([]Split, len(all))
	for i, one := range all {
		ready[i] = split.BuiltIn().Split(one)
	}
	return ready
}

// scopes are what a query may add.
var scopes = []struct {
	name  string
	scope Scope
}{
	{"bare", Scope{}},
	{"filtered and grouped", Scope{
		Selector: `method!="HEAD"`,
		Filters: []model.Filter{
			{Key: "route", Operator: model.OpMatch, Value: "/cart|/pay"},
			{Key: "method", Operator: model.OpEqual, Value: "GET"},
			{Key: "http.host", Operator: model.OpNotEqual, Value: ""},
		},
		GroupBy: []string{"route", "http.host"},
	}},
	{"two variants", Scope{Variants: []string{"on", "off"}}},
	{"one variant", Scope{Variants: []string{"on"}}},
	{"one variant beside all", Scope{
		Variants: []string{"on"}, GroupBy: []string{"route"}, Total: &Counter{Metric: "request_seconds_count", Fn: rate},
	}},
}

// statements are what signals of every kind ask.
var statements = []struct {
	name  string
	build func(Scope) (string, error)
}{
	{"histogram, classic", func(s Scope) (string, error) { return s.Buckets(Buckets{Metric: "request_seconds", Count: true}, rate) }},
	{"histogram, classic, over the range", func(s Scope) (string, error) {
		return s.Buckets(Buckets{Metric: "request_seconds"}, Func{Name: "increase", Window: 6 * time.Hour})
	}},
	{"histogram, native", func(s Scope) (string, error) { return s.Native("request_seconds", rate) }},
	{"rate", func(s Scope) (string, error) { return s.Sum("requests_total", rate) }},
	{"rate of a native histogram's count", func(s Scope) (string, error) {
		return s.Sum("request_seconds", Func{Name: "rate", Window: time.Minute, Count: true})
	}},
	{"ratio", func(s Scope) (string, error) { return s.Ratio("requests_total", Bad{Selector: `status=~"5.."`}, rate) }},
	{"mean", func(s Scope) (string, error) { return s.Mean("basket_sum", "basket_count", rate) }},
	{"gauge", func(s Scope) (string, error) { return s.Average("pool_in_use", Func{}) }},
	{"gauge over the range", func(s Scope) (string, error) {
		return s.Average("pool_in_use", Func{Name: "avg_over_time", Window: time.Hour})
	}},
	{"busiest", func(s Scope) (string, error) { return s.Top("requests_total", 50, rate) }},
	{"two classes", func(s Scope) (string, error) {
		return s.Buckets(Buckets{Metric: "request_seconds", Count: true, Beside: true}, rated)
	}},
	{"raw of two classes", func(s Scope) (string, error) {
		return s.RawBuckets(Buckets{Metric: "request_seconds", Count: true, Beside: true}, []float64{0.25})
	}},
	{"ratio over two classes", func(s Scope) (string, error) {
		return s.Ratio("request_seconds_count", Bad{Selector: `status=~"5.."`},
			Func{Name: "rate", Window: window, Beside: &Beside{Native: "request_seconds"}})
	}},
	{"held", func(s Scope) (string, error) { return s.Held(Buckets{Metric: "request_seconds", Beside: true}, window) }},
	{"raw ratio", func(s Scope) (string, error) {
		return s.Ratio("requests_total", Bad{Selector: `status=~"5.."`}, Func{})
	}},
	{"raw ratio of a native histogram's count", func(s Scope) (string, error) {
		return s.Ratio("request_seconds", Bad{Selector: `status=~"5.."`}, Func{Count: true})
	}},
	{"histogram, ranges", func(s Scope) (string, error) {
		return s.Buckets(Buckets{Metric: "request_seconds", Ranges: true, Count: true}, rate)
	}},
	{"raw buckets", func(s Scope) (string, error) {
		return s.Raw().Buckets(Buckets{Metric: "request_seconds", Count: true}, []float64{0.25, 1, 1e6})
	}},
	{"raw buckets without edges", func(s Scope) (string, error) { return s.Raw().Buckets(Buckets{Metric: "request_seconds"}, nil) }},
	{"raw buckets without +Inf", func(s Scope) (string, error) {
		return s.Raw().Buckets(Buckets{Metric: "request_seconds", Count: true, Open: true}, []float64{0.25})
	}},
	{"raw ranges", func(s Scope) (string, error) {
		return s.Raw().Buckets(Buckets{Metric: "request_seconds", Ranges: true}, []float64{0.25})
	}},
	{"all buckets", func(s Scope) (string, error) {
		return s.Raw().AllBuckets(Buckets{Metric: "request_seconds", Count: true, Open: true}, rate)
	}},
	{"all ranges", func(s Scope) (string, error) {
		return s.Raw().AllBuckets(Buckets{Metric: "request_seconds", Ranges: true, Count: true}, rate)
	}},
	{"raw native histogram", func(s Scope) (string, error) { return s.Raw().Native("request_seconds") }},
	{"raw mean", func(s Scope) (string, error) { return s.Raw().Mean("basket_sum", "basket_count") }},
	{"raw counter", func(s Scope) (string, error) { return s.Sum("requests_total", Func{}) }},
	{"raw gauge", func(s Scope) (string, error) { return s.Raw().Gauge("pool_in_use") }},
	{"falls", func(s Scope) (string, error) {
		return byProcess(s).Falls(Events{Metric: "requests_total"}, time.Hour, 7, 50)
	}},
	{"falls of a classic histogram", func(s Scope) (string, error) {
		return byProcess(s).Falls(AllBuckets("request_seconds"), time.Hour, 7, 50)
	}},
	{"standing", func(s Scope) (string, error) {
		return byProcess(s).Standing(Events{Metric: "requests_total"}, []string{"replica"}, []string{"exported_instance"})
	}},
	{"overflowed", func(s Scope) (string, error) {
		return byProcess(s).Overflowed(Events{Metric: "request_seconds", Native: true}, time.Hour)
	}},
	{"compared", func(s Scope) (string, error) {
		return byProcess(s).Compared(Events{Metric: "requests_total"}, []string{"replica"})
	}},
	{"stored", func(s Scope) (string, error) {
		all, err := byProcess(s).Stored(Events{Metric: "requests_total"}, labels.FromStrings("job", `shop"}`), time.Hour)
		if len(all) == 0 {
			return "", err
		}
		return all[0], err
	}},
	{"raw counter, stored twice", func(s Scope) (string, error) {
		s.Copies = []string{"replica", "prometheus_replica"}
		return s.Sum("requests_total", Func{})
	}},
	{"UTF-8 name", func(s Scope) (string, error) { return s.Sum("http.server/requests ü", rate) }},
}

// byProcess tells processes apart as those who collect do.
func byProcess(s Scope) Scope {
	s.GroupBy = []string{"instance", "job"}
	return s
}

var rate = Func{Name: "rate", Window: time.Minute}

func TestStatements(t *testing.T) {
	for _, split := range splits {
		t.Run(string(split.Split.Mode), func(t *testing.T) {
			var text strings.Builder
			for _, statement := range statements {
				for _, with := range scopes {
					scope := with.scope
					scope.Split, scope.Flag = split, "checkout"
					expr, err := statement.build(scope)
					require.NoError(t, err)
					fmt.Fprintf(&text, "%s, %s:\n  %s\n", statement.name, with.name, expr)
				}
			}
			requireGolden(t, string(split.Split.Mode), text.String())
		})
	}
}

func TestDiscovery(t *testing.T) {
	var text strings.Builder
	add := func(name string, expr string, err error) {
		require.NoError(t, err)
		fmt.Fprintf(&text, "%s:\n  %s\n", name, expr)
	}
	expr, err := Form("request_seconds", "", 0)
	add("form", expr, err)
	expr, err = Form("request_seconds", `reporter="destination"`, 6*time.Hour)
	add("form of what a selector selects, lately", expr, err)
	expr, err = Name("http.requests")
	add("name", expr, err)
	for _, split := range splits {
		scope := scopes[1].scope
		scope.Split, scope.Flag = split, "checkout"
		if split.Split.Mode != model.SplitMatchers {
			expr, err = scope.Series().Selector("requests_total")
			add("variants, "+string(split.Split.Mode), expr, err)
		}
		if split.Split.Mode == model.SplitLabels || split.Split.Mode == model.SplitInfo {
			expr, err = FlagSelector(split, "requests_total")
			add("flags, "+string(split.Split.Mode), expr, err)
			expr, err = Inventory(split, "requests_total", `method!="HEAD"`, scope.Filters, rate)
			add("inventory, "+string(split.Split.Mode), expr, err)
			expr, err = Pairs(split, "requests_total", 6*time.Hour)
			add("pairs, "+string(split.Split.Mode), expr, err)
		}
	}
	expr, err = StartTimes(labels.FromStrings("job", "shop", "instance", `a"}`), time.Hour)
	add("start times", expr, err)
	expr, err = Shares("feature_flag_allocation_ratio", "feature_flag_key", "feature_flag_variant", `checkout"} or up{`)
	add("shares", expr, err)
	expr, err = Reasons("feature_flag_evaluation_success_total", "feature_flag_key", "reason", "checkout", rate)
	add("reasons", expr, err)
	_, err = Reasons("feature_flag_evaluation_success_total", "feature_flag_key", "reason", "checkout", Func{})
	require.ErrorContains(t, err, "over a window")
	expr, err = FlagSelector(splits[0], "")
	add("metrics that carry flags", expr, err)
	requireGolden(t, "discovery", text.String())
}

func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test ./pkg/promql -update and review the file")
	require.Equal(t, string(want), got)
}

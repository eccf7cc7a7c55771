package promql_test

import (
	"slices"
	"testing"
	"time"

	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	. "github.com/flaglens/flaglens/pkg/promql"
)

// hostile is text that would become PromQL if it were glued in, or break it.
var hostile = []string{
	`"} or up{`, `\`, `\"`, "line\nbreak", "tab\tand\rreturn", "`", `'`, `{}`, `$1`, `${name}`, "$$", `.*|(`, "🚀", "ü", `<script>alert(1)</script>`,
	"# comment", "\x00", "\ufffd", "o\ufffdn|\ufffd\ufffd", `\ufffd`, "\u202e", "\n", `a"b\c` + "\n" + `{d="e"}`, " ", "by", "on", "%s",
}

func TestHostileTextStaysText(t *testing.T) {
	for _, text := range hostile {
		t.Run(text, func(t *testing.T) {
			for _, split := range hostileSplits(text) {
				scope := Scope{
					Split: split, Flag: text, Variants: []string{text, "on"}, GroupBy: []string{text},
					Filters: []model.Filter{{Key: text, Operator: model.OpEqual, Value: text}, {Key: "plain", Operator: model.OpNotEqual, Value: text}},
				}
				for _, statement := range statements {
					expr, err := statement.build(scope)
					require.NoError(t, err)
					for _, selector := range selectorsOf(t, expr) {
						requireMetric(t, selector)
						if slices.Contains(texts(selector), `otel_metric_overflow="true"`) {
							// Series of overflow have none of the labels that filters are about.
							continue
						}
						if metricOf(selector) == "release_info" {
							require.Contains(t, texts(selector), labels.MustNewMatcher(labels.MatchEqual, "flag", text).String())
							continue
						}
						require.Contains(t, texts(selector), labels.MustNewMatcher(labels.MatchEqual, text, text).String())
						require.Contains(t, texts(selector), labels.MustNewMatcher(labels.MatchNotEqual, "plain", text).String())
					}
				}
			}
		})
	}
}

func hostileSplits(text string) []Split {
	return built([]model.Split{
		{Mode: model.SplitLabels, FlagLabel: "flag", VariantLabel: "variant"},
		{Mode: model.SplitFlagLabel, Prefix: "flag_"},
		{Mode: model.SplitInfo, FlagLabel: "flag", VariantLabel: "variant", InfoMetric: "release_info", On: []string{text}},
		{Mode: model.SplitMatchers, Flags: []model.MatcherFlag{{Flag: text, Variants: []model.MatcherVariant{
			{Variant: text, Selector: labels.MustNewMatcher(labels.MatchEqual, "v", text).String()},
			{Variant: "on", Selector: `v="2"`},
		}}}},
	})
}

// requireMetric fails where an expression reads anything that no statement asks for.
func requireMetric(t *testing.T, selector *parser.VectorSelector) {
	t.Helper()
	require.Contains(t, []string{
		"request_seconds", "request_seconds_bucket", "request_seconds_sum", "request_seconds_count", "requests_total", "basket_sum", "basket_count",
		"pool_in_use", "http.server/requests ü", "release_info",
	}, metricOf(selector))
}

func metricOf(selector *parser.VectorSelector) string {
	for _, matcher := range selector.LabelMatchers {
		if matcher.Name == prommodel.MetricNameLabel && matcher.Type == labels.MatchEqual {
			return matcher.Value
		}
	}
	return ""
}

func texts(selector *parser.VectorSelector) []string {
	var out []string
	for _, matcher := range selector.LabelMatchers {
		out = append(out, matcher.String())
	}
	return out
}

// selectorsOf reads an expression as a server does.
func selectorsOf(t *testing.T, expr string) []*parser.VectorSelector {
	t.Helper()
	read, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	require.NoError(t, err, expr)
	var selectors []*parser.VectorSelector
	parser.Inspect(read, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			selectors = append(selectors, selector)
		}
		return nil
	})
	return selectors
}

// A filter on a label that is matched already narrows the series further: neither matcher gives way.
func TestFiltersNeverReplaceMatchers(t *testing.T) {
	scope := Scope{
		Split: splits[0], Flag: "checkout", Selector: `status!="404"`,
		Filters: []model.Filter{
			{Key: "status", Operator: model.OpEqual, Value: "200"},
			{Key: "feature_flag_key", Operator: model.OpEqual, Value: "search"},
			{Key: "status", Operator: model.OpEqual, Value: "200"},
		},
	}
	expr, err := scope.Ratio("requests_total", Bad{Selector: `status=~"5.."`}, rate)
	require.NoError(t, err)
	selectors := selectorsOf(t, expr)
	require.Len(t, selectors, 2)
	for i, want := range []int{4, 3} {
		status := slices.DeleteFunc(texts(selectors[i]), func(m string) bool { return m[:6] != "status" })
		require.Len(t, status, want-1, "the selector's, the filter's once and the signal's own")
		require.Contains(t, texts(selectors[i]), `feature_flag_key="checkout"`)
		require.Contains(t, texts(selectors[i]), `feature_flag_key="search"`)
	}
}

// The same question is the same text, whatever the order in which it is asked: engines cache by it.
func TestOrderDoesNotMatter(t *testing.T) {
	for _, split := range splits {
		for _, statement := range statements {
			one := scopes[1].scope
			one.Split, one.Flag, one.Variants = split, "checkout", []string{"on", "off"}
			other := one
			other.Filters, other.GroupBy, other.Variants = slices.Clone(one.Filters), slices.Clone(one.GroupBy), slices.Clone(one.Variants)
			slices.Reverse(other.Filters)
			slices.Reverse(other.GroupBy)
			slices.Reverse(other.Variants)
			first, err := statement.build(one)
			require.NoError(t, err)
			second, err := statement.build(other)
			require.NoError(t, err)
			require.Equal(t, first, second)
		}
	}
}

// No function looks back over nothing: what a caller forgot is said by its name, and never reaches a server.
func TestWindowsArePositive(t *testing.T) {
	scope := Scope{Split: splits[0], Flag: "checkout"}
	for _, window := range []time.Duration{0, -time.Minute, time.Nanosecond, time.Millisecond - 1} {
		fn := Func{Name: "rate", Window: window}
		for name, build := range map[string]func() (string, error){
			"sum":       func() (string, error) { return scope.Sum("x_total", fn) },
			"buckets":   func() (string, error) { return scope.Buckets(Buckets{Metric: "x", Count: true}, fn) },
			"top":       func() (string, error) { return scope.Top("x_total", 5, fn) },
			"inventory": func() (string, error) { return Inventory(splits[0], "x_total", "", nil, fn) },
			"pairs":     func() (string, error) { return Pairs(splits[0], "x_total", window) },
			"reasons":   func() (string, error) { return Reasons("x_total", "flag", "reason", "a", fn) },
		} {
			_, err := build()
			require.ErrorContains(t, err, "is not positive", "%s over %s", name, window)
		}
	}
	_, err := scope.Sum("x_total", Func{Name: "rate", Window: time.Millisecond})
	require.NoError(t, err)
}

func TestBuildErrors(t *testing.T) {
	_, err := Scope{Split: splits[3], Flag: "unknown"}.Sum("x", rate)
	require.ErrorContains(t, err, `flag "unknown" has no variants`)
	_, err = Scope{Split: Split{Split: model.Split{Mode: "magic"}}, Flag: "a"}.Sum("x", rate)
	require.ErrorContains(t, err, `split mode "magic"`)
	_, err = Scope{Split: splits[0], Flag: "a", Filters: []model.Filter{{Key: "a", Operator: "~", Value: ""}}}.Sum("x", rate)
	require.ErrorContains(t, err, "filter on a")
	_, err = Scope{Split: splits[0], Flag: "a", Selector: "a="}.Sum("x", rate)
	require.ErrorContains(t, err, "read selector")
}

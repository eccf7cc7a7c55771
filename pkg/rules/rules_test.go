package rules

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// request is the demo's, with one more signal of each kind.
func request(change func(*Request)) Request {
	r := Request{
		Settings: json.RawMessage(`{
			"baselines": {"checkout": "off"},
			"signals": [
				{"id": "hits", "kind": "ratio", "direction": "higher", "metric": "cache_total", "bad": "hit=\"true\"", "margin": {"absolute": 0.01}},
				{"id": "basket", "kind": "mean", "direction": "higher", "metric": "basket_sum", "countMetric": "basket_count"},
				{"id": "pool", "kind": "gauge", "direction": "lower", "metric": "pool_used"}
			]}`),
		Window: "5m", StandardErrors: 3,
		Flags:    []Flag{{Flag: "checkout", Variants: []string{"on", "blue"}}},
		Features: []FeatureSignal{{Signal: "errors", MinCount: 100}, {Signal: "latency", MinCount: 100}},
		Existing: []ExistingSignal{{Signal: "errors", Limit: 0.02, MinCount: 100}},
	}
	if change != nil {
		change(&r)
	}
	return r
}

func express(t *testing.T, r Request) FlagRules {
	t.Helper()
	answer, err := Express(r, vocabulary.BuiltIn())
	require.NoError(t, err)
	require.Len(t, answer.Flags, 1)
	return answer.Flags[0]
}

func TestExpress(t *testing.T) {
	rules := express(t, request(nil))
	require.Equal(t, "off", rules.Baseline)
	require.Equal(t, []string{"on", "blue"}, rules.Variants)
	// Two signals of three variants, each a count, a value and two bounds; the limit needs no series of its own.
	require.Len(t, rules.Recordings, 2*3*4)
	require.Len(t, rules.Features, 2)
	require.Equal(t, "p95", rules.Features[1].Stat)
	require.Equal(t, Margin{Relative: 0.1, Absolute: 0.001}, rules.Features[0].Margin)
	require.Len(t, rules.Existing, 1)
	require.NotEmpty(t, rules.Absent)
}

// TestRecordedBeforeRead checks the order of the recordings, which Prometheus evaluates one after another.
func TestRecordedBeforeRead(t *testing.T) {
	seen := map[string]bool{}
	for _, recording := range express(t, request(nil)).Recordings {
		for _, selector := range selectors(t, recording.Expr) {
			if strings.HasPrefix(selector.Name, "flaglens:") {
				require.True(t, seen[selector.String()], "%s reads %s", recording.Record, selector)
			}
		}
		seen[series(recording)] = true
	}
}

// TestExistingReadsBaselinesAlone: what a feature does cannot reach a rule of the existing application.
func TestExistingReadsBaselinesAlone(t *testing.T) {
	rules := express(t, request(func(r *Request) {
		r.Features = nil
		r.Existing = []ExistingSignal{{Signal: "errors", Limit: 0.02}, {Signal: "latency", Limit: 1, Quantile: 0.99}}
	}))
	for _, recording := range rules.Recordings {
		require.Equal(t, "baseline", recording.Labels["role"])
		require.Equal(t, "off", recording.Labels["variant"])
		for _, selector := range selectors(t, recording.Expr) {
			if !strings.HasPrefix(selector.Name, "flaglens:") {
				require.Contains(t, selector.String(), `feature_flag_variant="off"`)
			}
		}
	}
	require.Equal(t, "p99", rules.Existing[1].Stat)
	for _, expr := range []string{rules.Existing[0].Expr, rules.Existing[1].Expr, rules.Absent} {
		for _, selector := range selectors(t, expr) {
			require.Contains(t, selector.String(), `role="baseline"`)
		}
	}
}

func TestKindsOfSignals(t *testing.T) {
	rules := express(t, request(func(r *Request) {
		r.Features = []FeatureSignal{{Signal: "hits"}, {Signal: "basket"}, {Signal: "pool"}}
		r.Existing = []ExistingSignal{{Signal: "pool", Limit: 0.9}, {Signal: "basket", Limit: 10}, {Signal: "throughput", Limit: 1}}
	}))
	hits := rules.Features[0]
	require.Contains(t, hits.Expr, `flaglens:signal_upper:rate5m{flag="checkout",role="feature",signal="hits",stat="ratio"} <`)
	require.Contains(t, hits.Expr, `+ -0.01`)
	for _, rule := range rules.Features[1:] {
		require.Empty(t, rule.Expr)
		require.Contains(t, rule.Why, "only the verdict")
	}
	require.Contains(t, rules.Existing[0].Expr, "> 0.9")
	require.NotContains(t, rules.Existing[0].Expr, "signal_count")
	require.Contains(t, rules.Existing[1].Expr, "< 10")
	require.Contains(t, rules.Existing[2].Expr, `signal="throughput"`)
}

// TestEmptyListsAreLists: where there is nothing to record, the generator still gets a list.
func TestEmptyListsAreLists(t *testing.T) {
	answer, err := Express(request(func(r *Request) {
		r.Features, r.Existing = []FeatureSignal{{Signal: "pool"}}, nil
	}), vocabulary.BuiltIn())
	require.NoError(t, err)
	raw, err := json.Marshal(answer)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "null")
}

func TestNativeHistograms(t *testing.T) {
	rules := express(t, request(func(r *Request) { r.NativeHistograms = true }))
	native := 0
	for _, recording := range rules.Recordings {
		classic, both := regexp.MustCompile(`seconds_(bucket|count)\b`), regexp.MustCompile(`seconds\{`)
		if classic.MatchString(recording.Expr) {
			require.Regexp(t, both, recording.Expr, "what has no classic series is read too")
			native++
		}
	}
	require.Positive(t, native)
}

func TestSplitByMatchers(t *testing.T) {
	rules := express(t, request(func(r *Request) {
		r.Settings = json.RawMessage(`{"split": {"mode": "matchers", "flags": [{"flag": "checkout", "variants": [
			{"variant": "off", "selector": "version=\"1\""}, {"variant": "on", "selector": "version=\"2\""}]}]}}`)
		r.Flags = []Flag{{Flag: "checkout", Baseline: "off", Variants: []string{"on"}}}
	}))
	require.Contains(t, rules.Recordings[0].Expr, `{version="1"}`)
}

func TestErrors(t *testing.T) {
	tests := map[string]struct {
		change func(*Request)
		want   string
	}{
		"broken settings":    {func(r *Request) { r.Settings = json.RawMessage(`{"preset": "x"}`) }, "preset"},
		"no window":          {func(r *Request) { r.Window = "" }, "window"},
		"window of words":    {func(r *Request) { r.Window = "five minutes" }, "window"},
		"negative errors":    {func(r *Request) { r.StandardErrors = -1 }, "standardErrors"},
		"no flag":            {func(r *Request) { r.Flags[0].Flag = "" }, "flags[0].flag"},
		"no baseline":        {func(r *Request) { r.Flags[0].Flag = "other" }, "flags[0].baseline"},
		"no variants":        {func(r *Request) { r.Flags[0].Variants = nil }, "flags[0].variants"},
		"empty variant":      {func(r *Request) { r.Flags[0].Variants = []string{""} }, "flags[0].variants"},
		"baseline a feature": {func(r *Request) { r.Flags[0].Variants = []string{"off"} }, "off is the baseline"},
		"no such signal":     {func(r *Request) { r.Features[0].Signal = "x" }, "features[0].signal"},
		"neutral signal":     {func(r *Request) { r.Features[0].Signal = "throughput" }, "neither better nor worse"},
		"no such limit":      {func(r *Request) { r.Existing[0].Signal = "x" }, "existing[0].signal"},
		"negative limit":     {func(r *Request) { r.Existing[0].Limit = -1 }, "existing[0].limit"},
		"negative minimum":   {func(r *Request) { r.Features[0].MinCount = -1 }, "features[0].minCount"},
		"minimum of limit":   {func(r *Request) { r.Existing[0].MinCount = -1 }, "existing[0].minCount"},
		"negative margin":    {func(r *Request) { r.Features[0].Margin = &Margin{Relative: -1} }, "features[0].margin.relative"},
		"quantile of one":    {func(r *Request) { r.Features[1].Quantile = 1 }, "features[1].quantile"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Express(request(test.change), vocabulary.BuiltIn())
			require.ErrorContains(t, err, test.want)
			var invalid *model.InvalidError
			require.ErrorAs(t, err, &invalid)
		})
	}
}

func TestDecode(t *testing.T) {
	_, err := Decode([]byte(`{"window": "5m", "flags": []}`))
	require.NoError(t, err)
	_, err = Decode([]byte(`{"windows": "5m"}`))
	require.ErrorContains(t, err, "windows")
	_, err = Decode([]byte(`{`))
	require.Error(t, err)
}

func selectors(t *testing.T, expr string) []*parser.VectorSelector {
	t.Helper()
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	require.NoError(t, err)
	var found []*parser.VectorSelector
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			found = append(found, selector)
		}
		return nil
	})
	return found
}

// series writes a recording as the selector that reads it.
func series(r Recording) string {
	return promql.Recorded{Metric: r.Record, Labels: r.Labels}.String()
}

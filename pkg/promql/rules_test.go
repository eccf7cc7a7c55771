package promql_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	. "github.com/flaglens/flaglens/pkg/promql"
)

var (
	window   = 5 * time.Minute
	rated    = Func{Name: "rate", Window: window}
	grown    = Func{Name: "increase", Window: window}
	recorded = func(name, role string) Recorded {
		return Recorded{Metric: name, Labels: map[string]string{"flag": "checkout", "role": role}}
	}
)

// recordings are what recording rules of every kind of signal hold.
var recordings = []struct {
	name  string
	build func(Scope) (string, error)
}{
	{"count", func(s Scope) (string, error) { return s.Recording().Count("request_seconds_count", grown) }},
	{"native count", func(s Scope) (string, error) {
		return s.Recording().Count("request_seconds_count", Func{
			Name: "increase", Window: window, Beside: &Beside{Native: "request_seconds", Half: NativesFirst},
		})
	}},
	{"share", func(s Scope) (string, error) {
		return s.Recording().Share("request_seconds_count", Bad{Selector: `status=~"5.."`}, rated)
	}},
	{"mean", func(s Scope) (string, error) { return s.Recording().Mean("basket_sum", "basket_count", false, rated) }},
	{"mean of counters that are born apart", func(s Scope) (string, error) {
		return s.Recording().Mean("errors_total", "requests_total", true, rated)
	}},
	{"average", func(s Scope) (string, error) {
		return s.Recording().Average("memory_bytes", Func{Name: "avg_over_time", Window: window})
	}},
	{"quantile", func(s Scope) (string, error) {
		return s.Recording().Quantile(Histogram{Metric: "request_seconds", Fn: rated}, 0.95)
	}},
	{"native quantile", func(s Scope) (string, error) {
		return s.Recording().Quantile(Histogram{Metric: "request_seconds", Native: true, Fn: rated}, 0.95)
	}},
	{"quantile bound", func(s Scope) (string, error) {
		return s.Recording().QuantileBound(Histogram{Metric: "request_seconds", Fn: rated}, 0.95, -3, recorded("n", "feature"))
	}},
}

// TestRecordings holds the expressions of recording rules against a golden file, in each way to split.
func TestRecordings(t *testing.T) {
	var out strings.Builder
	for _, split := range splits {
		for _, recording := range recordings {
			scope := Scope{
				Split: split, Flag: "checkout", Variants: []string{"on"}, Selector: `method!="HEAD"`, GroupBy: []string{"route"},
			}
			expr, err := recording.build(scope)
			require.NoError(t, err, recording.name)
			fmt.Fprintf(&out, "# %s, %s\n%s\n", split.Split.Mode, recording.name, expr)
		}
	}
	file := filepath.Join("testdata", "recordings.golden")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}

func TestRecordingErrors(t *testing.T) {
	labelled := splits[0]
	tests := map[string]struct {
		scope Scope
		want  string
	}{
		"no variant":       {Scope{Split: labelled, Flag: "checkout"}, "one variant, not 0"},
		"two variants":     {Scope{Split: labelled, Flag: "checkout", Variants: []string{"a", "b"}}, "one variant, not 2"},
		"no such variant":  {Scope{Split: splits[3], Flag: "checkout", Variants: []string{"x"}}, `no variant "x"`},
		"broken selector":  {Scope{Split: labelled, Flag: "checkout", Variants: []string{"on"}, Selector: "a="}, "selector"},
		"no way to split":  {Scope{Split: Split{Split: model.Split{Mode: "x"}}, Flag: "c", Variants: []string{"on"}}, "split mode"},
		"selector of name": {Scope{Split: labelled, Flag: "c", Variants: []string{"on"}, Selector: `{__name__="up"}`}, "metric"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, recording := range recordings {
				_, err := recording.build(test.scope)
				require.ErrorContains(t, err, test.want, recording.name)
			}
		})
	}
}

// TestBoundsOnTheEngine evaluates the bounds on Prometheus's own engine. The interval of 10 of 100 at z = 1.96 is the
// textbook one: 0.0552 to 0.1744 (Agresti and Coull 1998, by Wilson's formula).
func TestBoundsOnTheEngine(t *testing.T) {
	share, count := recorded("share", "feature"), recorded("n", "feature")
	lower, err := RecordShareBound(share, count, -1.96)
	require.NoError(t, err)
	upper, err := RecordShareBound(share, count, 1.96)
	require.NoError(t, err)
	scope := Scope{Split: splits[0], Flag: "checkout", Variants: []string{"on"}}
	histogram := Histogram{Metric: "request_seconds", Fn: rated}
	low, err := scope.Recording().QuantileBound(histogram, 0.5, -2, count)
	require.NoError(t, err)
	high, err := scope.Recording().QuantileBound(histogram, 0.5, 2, count)
	require.NoError(t, err)
	beyond, err := scope.Recording().QuantileBound(histogram, 0.99, 9, count)
	require.NoError(t, err)
	errors, err := scope.Recording().Share("request_seconds_count", Bad{Selector: `status="500"`}, rated)
	require.NoError(t, err)

	// Ranks of the median of 100 with two standard errors: 0.4 and 0.6; the buckets grow by one observation each.
	buckets := ""
	for le := 1; le <= 10; le++ {
		buckets += fmt.Sprintf(
			"  request_seconds_bucket{feature_flag_key=\"checkout\",feature_flag_variant=\"on\",le=\"%d\"} 0+%dx20\n", le, le)
	}
	script := fmt.Sprintf(`
load 30s
  share{flag="checkout",role="feature"} 0.1x20
  n{flag="checkout",role="feature"} 100x20
  request_seconds_count{feature_flag_key="checkout",feature_flag_variant="on",status="200"} 0+10x20
%s  request_seconds_bucket{feature_flag_key="checkout",feature_flag_variant="on",le="+Inf"} 0+10x20

eval instant at 10m round(%s, 0.0001)
  {flag="checkout",role="feature"} 0.0552

eval instant at 10m round(%s, 0.0001)
  {flag="checkout",role="feature"} 0.1744

eval instant at 10m round(%s, 0.0001)
  {} 4

eval instant at 10m round(%s, 0.0001)
  {} 6

eval instant at 10m %s
  {} 10

eval instant at 10m %s
  {} 0
`, buckets, lower, upper, low, high, beyond, errors)
	promqltest.RunTest(t, script, promqltest.NewTestEngine(t, false, 0, 1_000_000))
}

func comparison() Comparison {
	side := func(bound, role string) Side {
		return Side{Value: recorded("value", role), Bound: recorded(bound, role), Count: recorded("n", role)}
	}
	return Comparison{
		Feature: side("lower", "feature"), Baseline: side("upper", "baseline"),
		Relative: 0.1, Absolute: 0.001, MinCount: 100, On: []string{"flag"}, Variant: "variant",
	}
}

func TestComparisonOnTheEngine(t *testing.T) {
	expr, err := comparison().Expr()
	require.NoError(t, err)
	better := comparison()
	better.Feature.Bound, better.Baseline.Bound = recorded("upper", "feature"), recorded("lower", "baseline")
	better.HigherIsBetter, better.Relative, better.Absolute = true, 0.1, 0.01
	higher, err := better.Expr()
	require.NoError(t, err)

	// The baseline's upper bound is 0.02: the margin ends at 0.023. Its lower one is 0.01, less the margin: negative.
	script := fmt.Sprintf(`
load 1m
  value{flag="checkout",role="feature",variant="worse"} 0.03 0.03 0.03
  value{flag="checkout",role="feature",variant="just within"} 0.024 0.024 0.024
  value{flag="checkout",role="feature",variant="few"} 0.03 0.03 0.03
  lower{flag="checkout",role="feature",variant="worse"} 0.024 0.024 0.024
  lower{flag="checkout",role="feature",variant="just within"} 0.0229 0.0229 0.0229
  lower{flag="checkout",role="feature",variant="few"} 0.024 0.024 0.024
  upper{flag="checkout",role="feature",variant="worse"} 0.04x3
  n{flag="checkout",role="feature",variant="worse"} 100 100 100
  n{flag="checkout",role="feature",variant="just within"} 100 100 100
  n{flag="checkout",role="feature",variant="few"} 99 99 99
  upper{flag="checkout",role="baseline",variant="off"} 0.02 0.02 NaN
  lower{flag="checkout",role="baseline",variant="off"} 0.01x3
  n{flag="checkout",role="baseline",variant="off"} 100 99 100

eval instant at 0 %[1]s
  value{flag="checkout",role="feature",variant="worse"} 0.03

eval instant at 1m %[1]s

eval instant at 2m %[1]s

eval instant at 0 %[2]s
`, expr, higher)
	promqltest.RunTest(t, script, promqltest.NewTestEngine(t, false, 0, 1_000_000))
}

func TestConditions(t *testing.T) {
	count := recorded("n", "baseline")
	noMargin := comparison()
	noMargin.Relative, noMargin.Absolute = 0, 0
	relative := comparison()
	relative.Absolute = 0
	absolute := comparison()
	absolute.Relative = 0
	tests := map[string]struct {
		build func() (string, error)
		want  string
	}{
		"without a margin": {noMargin.Expr, `> on (flag) group_left () upper{flag="checkout",role="baseline"} and`},
		"relative alone":   {relative.Expr, `> on (flag) group_left () (1.1 * upper{flag="checkout",role="baseline"}) and`},
		"absolute alone":   {absolute.Expr, `> on (flag) group_left () (upper{flag="checkout",role="baseline"} + 0.001) and`},
		"limit": {
			Limit{Value: recorded("value", "baseline"), Limit: 0.02, Count: &count, MinCount: 50, Keep: []string{"signal"}}.Expr,
			`max by (signal) (value{flag="checkout",role="baseline"} > 0.02 and on (signal) n{flag="checkout",role="baseline"} >= 50)`,
		},
		"limit from below": {
			Limit{Value: recorded("value", "baseline"), Limit: 0.9, HigherIsBetter: true}.Expr,
			`max(value{flag="checkout",role="baseline"} < 0.9)`,
		},
		"absent": {
			func() (string, error) { return Absent(count) },
			`max(n{flag="checkout",role="baseline"} == 0 or absent(n{flag="checkout",role="baseline"}))`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.build()
			require.NoError(t, err)
			require.Contains(t, got, test.want)
		})
	}
}

// TestHostileRules puts text that would be PromQL into every place that takes a name.
func TestHostileRules(t *testing.T) {
	for _, text := range hostile {
		scope := Scope{Split: splits[0], Flag: text, Variants: []string{text}}
		_, err := scope.Recording().Share("request_seconds_count", Bad{Selector: `status=~"5.."`}, rated)
		require.NoError(t, err, text)
		labelled := Recorded{Metric: "n", Labels: map[string]string{"flag": text}}
		_, err = RecordShareBound(labelled, labelled, 1)
		require.NoError(t, err, text)
		parsed, err := parser.NewParser(parser.Options{}).ParseMetricSelector(labelled.String())
		require.NoError(t, err, text)
		require.Equal(t, text, parsed[0].Value)
	}
}

package promql

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// ClassLabel carries, in the answer to Class, what kind of metric a name stands for.
const ClassLabel = "flaglens_class"

// Classes that a metric can be of.
const (
	ClassClassic = "classic"
	ClassNative  = "native"
	ClassSummary = "summary"
	ClassPlain   = "plain"
)

// Class asks what a name stands for: a classic histogram (its _bucket exists), a native one, a summary, or a plain
// counter or gauge. The answer has a series for each that holds at the time that is asked, or, if over is not zero, in
// that long before it.
func Class(metric string, over time.Duration) (string, error) {
	var lately Func
	if over > 0 {
		lately = Func{Name: "last_over_time", Window: over}
	}
	quantile := []*labels.Matcher{labels.MustNewMatcher(labels.MatchNotEqual, "quantile", "")}
	counts := []struct {
		class string
		of    parser.Expr
	}{
		{ClassClassic, apply(lately, selector(metric+"_bucket"))},
		{ClassNative, call("histogram_count", apply(lately, selector(metric)))},
		{ClassSummary, apply(lately, selector(metric, quantile))},
		{ClassPlain, apply(lately, selector(metric))},
	}
	var parts []parser.Expr
	for _, count := range counts {
		parts = append(parts, withLabel(aggregate(parser.COUNT, nil, count.of), ClassLabel, count.class))
	}
	return render(anyOf(parts...))
}

// VariantSelector selects the series that carry the variants of a scope, for label values and series look-ups.
func (s Scope) VariantSelector(metric string) (string, error) {
	if s.Split.Mode == model.SplitInfo {
		flag := labels.MustNewMatcher(labels.MatchEqual, s.Split.FlagLabel, s.Flag)
		return render(selector(s.Split.InfoMetric, []*labels.Matcher{flag}))
	}
	own, err := model.ParseSelector(s.Selector)
	if err != nil {
		return "", err
	}
	filters, err := filterMatchers(s.Filters)
	if err != nil {
		return "", err
	}
	flag := labels.MustNewMatcher(labels.MatchEqual, s.Split.FlagLabel, s.Flag)
	if s.Split.Mode == model.SplitFlagLabel {
		flag = labels.MustNewMatcher(labels.MatchNotEqual, s.VariantLabel(), "")
	}
	return render(selector(metric, own, filters, []*labels.Matcher{flag}))
}

// FlagSelector selects the series that carry flags in the modes labels and info.
func FlagSelector(split model.Split, metric string) (string, error) {
	if split.Mode == model.SplitInfo {
		metric = split.InfoMetric
	}
	some := []*labels.Matcher{labels.MustNewMatcher(labels.MatchNotEqual, split.FlagLabel, "")}
	if metric == "" {
		return escaped("{" + some[0].String() + "}"), nil
	}
	return render(selector(metric, some))
}

// Name selects every series of one metric.
func Name(metric string) (string, error) { return render(selector(metric)) }

// Inventory reads the traffic of every flag and variant at once, in the modes labels and info: a series for each
// pair of the flag's and the variant's label. In mode info the traffic is the number of instances, which filters, being
// meant for the metric, do not narrow.
func Inventory(split model.Split, metric, narrow string, filters []model.Filter, fn Func) (string, error) {
	by := []string{split.FlagLabel, split.VariantLabel}
	some := []*labels.Matcher{labels.MustNewMatcher(labels.MatchNotEqual, split.FlagLabel, "")}
	if split.Mode == model.SplitInfo {
		return render(aggregate(parser.COUNT, by, selector(split.InfoMetric, some)))
	}
	matchers, err := model.ParseSelector(narrow)
	if err != nil {
		return "", err
	}
	added, err := filterMatchers(filters)
	if err != nil {
		return "", err
	}
	return render(aggregate(parser.SUM, by, apply(fn, selector(metric, matchers, added, some))))
}

// Pairs lists the flags with their variants that had series in the time before, in the modes labels and info: a series
// for each pair.
func Pairs(split model.Split, metric string, over time.Duration) (string, error) {
	if split.Mode == model.SplitInfo {
		metric = split.InfoMetric
	}
	some := []*labels.Matcher{
		labels.MustNewMatcher(labels.MatchNotEqual, split.FlagLabel, ""),
		labels.MustNewMatcher(labels.MatchNotEqual, split.VariantLabel, ""),
	}
	seen := apply(Func{Name: "last_over_time", Window: over}, selector(metric, some))
	return render(aggregate(parser.COUNT, []string{split.FlagLabel, split.VariantLabel}, seen))
}

package promql

import (
	"cmp"
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

// carrier is the metric whose series carry the flags; empty where the signal's own metric does.
func (s Split) carrier() string {
	if s.Mode == nil {
		return ""
	}
	return s.Mode.Carrier(s.Split)
}

// FlagSelector selects the series that carry flags, where two labels hold flag and variant.
func FlagSelector(split Split, metric string) (string, error) {
	metric = cmp.Or(split.carrier(), metric)
	some := []*labels.Matcher{someFlag(split)}
	if metric == "" {
		return escaped("{" + some[0].String() + "}"), nil
	}
	return render(selector(metric, some))
}

// Name selects every series of one metric.
func Name(metric string) (string, error) { return render(selector(metric)) }

// Inventory reads the traffic of every flag and variant at once, where two labels hold them: a series for each pair of the
// flag's and the variant's label. Where an info metric carries them the traffic is the number of instances, which filters,
// being meant for the metric, do not narrow.
func Inventory(split Split, metric, narrow string, filters []model.Filter, fn Func) (string, error) {
	pair := []string{split.FlagLabel, split.VariantLabel}
	if carrier := split.carrier(); carrier != "" {
		return render(aggregate(parser.COUNT, pair, selector(carrier, []*labels.Matcher{someFlag(split)})))
	}
	series, err := builder{Scope{Selector: narrow, Filters: filters}}.selected(metric, someFlag(split))
	if err != nil {
		return "", err
	}
	return render(aggregate(parser.SUM, pair, apply(fn, series)))
}

// Pairs lists the flags with their variants that had series in the time before, where two labels hold them: a series for
// each pair.
func Pairs(split Split, metric string, over time.Duration) (string, error) {
	metric = cmp.Or(split.carrier(), metric)
	some := []*labels.Matcher{
		someFlag(split),
		labels.MustNewMatcher(labels.MatchNotEqual, split.VariantLabel, ""),
	}
	seen := apply(Func{Name: "last_over_time", Window: over}, selector(metric, some))
	return render(aggregate(parser.COUNT, []string{split.FlagLabel, split.VariantLabel}, seen))
}

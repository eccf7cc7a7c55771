package promql

import (
	"cmp"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

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

// Narrowed selects the series of one metric that a selector selects.
func Narrowed(metric, narrow string) (string, error) {
	selected, err := builder{Scope{Selector: narrow}}.selected(metric)
	if err != nil {
		return "", err
	}
	return render(selected)
}

// Inventory reads the traffic of every flag and variant at once, where two labels hold them: a series for each pair of the
// flag's and the variant's label.
func Inventory(split Split, metric, narrow string, filters []model.Filter, fn Func) (string, error) {
	pair := []string{split.FlagLabel, split.VariantLabel}
	series, err := builder{Scope{Selector: narrow, Filters: filters}}.selected(metric, someFlag(split))
	if err != nil {
		return "", err
	}
	return render(aggregate(parser.SUM, pair, apply(fn, series)))
}

// Pairs lists the flags with their variants that had series in the time before, where two labels hold them: a series for
// each pair.
func Pairs(split Split, metric string, over time.Duration) (string, error) {
	some := []*labels.Matcher{
		someFlag(split),
		labels.MustNewMatcher(labels.MatchNotEqual, split.VariantLabel, ""),
	}
	seen := apply(Func{Name: "last_over_time", Window: over}, selector(metric, some))
	return render(aggregate(parser.COUNT, []string{split.FlagLabel, split.VariantLabel}, seen))
}

// Grouped adds up what a function gives of the series of a metric that a selector selects, by labels.
func Grouped(metric, narrow string, by []string, fn Func) (string, error) {
	series, err := builder{Scope{Selector: narrow}}.selected(metric)
	if err != nil {
		return "", err
	}
	return render(aggregate(parser.SUM, by, apply(fn, series)))
}

// Tally counts the series of a metric, by labels.
func Tally(metric string, by []string) (string, error) {
	return render(aggregate(parser.COUNT, by, selector(metric)))
}

// Newest is when the newest sample of a metric is from, of those within a time, in unix seconds.
func Newest(metric string, over time.Duration) (string, error) {
	times := call("timestamp", selector(metric))
	newest := call("max_over_time", &parser.SubqueryExpr{Expr: times, Range: over, Step: time.Minute})
	return render(aggregate(parser.MAX, nil, newest))
}

// Born counts the series that a selector selects which were born within a time above zero, as PartSeries, and adds up what they
// had counted when they were first seen, as PartSum. Those of a metric that was not there at all before are left out: a service
// that was started since begins as it likes.
func Born(metric, narrow string, over time.Duration) (string, error) {
	series, err := builder{Scope{Selector: narrow}}.selected(metric)
	if err != nil {
		return "", err
	}
	before := *series
	before.OriginalOffset = over
	first := apply(Func{Name: "min_over_time", Window: over}, series)
	above := &parser.BinaryExpr{Op: parser.GTR, LHS: unless(first, &before), RHS: number(0)}
	there := *selector(metric)
	there.OriginalOffset = over
	known := aggregate(parser.GROUP, nil, &there)
	kept := &parser.BinaryExpr{
		Op: parser.LAND, LHS: above, RHS: known, VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany, On: true},
	}
	return render(anyOf(
		withLabel(aggregate(parser.COUNT, nil, kept), PartLabel, PartSeries),
		withLabel(aggregate(parser.SUM, nil, kept), PartLabel, PartSum),
	))
}

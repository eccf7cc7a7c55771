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

// Kept counts the series of several metrics that each variant had in the time before; the part of the answer is the metric.
func (s Scope) Kept(metrics []string, over time.Duration) (string, error) {
	s.Total, s.GroupBy = nil, nil
	lately := Func{Name: "last_over_time", Window: over}
	var parts []part
	for _, metric := range metrics {
		parts = append(parts, part{op: parser.COUNT, fn: lately, metric: metric, label: PartLabel, value: metric})
	}
	return s.statement(parts...)
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

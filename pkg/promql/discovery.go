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

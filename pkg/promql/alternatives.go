package promql

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Alternatives are the branches of a scope whose variant is held by one label or, where that is empty or missing, by another one:
// no series is in two of them. Their answers carry the variant in the first label.
func (s Scope) Alternatives() []Branch {
	all := append([]string{s.Split.VariantLabel}, s.Split.VariantLabels...)
	if len(s.Variants) == 1 && s.Variants[0] == "" {
		return []Branch{{Matchers: append([]*labels.Matcher{s.FlagMatcher()}, s.Split.Unnamed()...)}}
	}
	branches := make([]Branch, len(all))
	for i, name := range all {
		own := append([]*labels.Matcher{s.FlagMatcher()}, s.VariantMatcher(name)...)
		// What has none of the labels is read with the last one: it is a part of the traffic.
		if len(s.Variants) == 0 && i < len(all)-1 {
			own = append(own, labels.MustNewMatcher(labels.MatchNotEqual, name, ""))
		}
		for _, before := range all[:i] {
			own = append(own, labels.MustNewMatcher(labels.MatchEqual, before, ""))
		}
		branches[i] = Branch{Matchers: own}
		if i > 0 {
			branches[i].From = name
		}
	}
	return branches
}

// Unnamed are the matchers of series that carry no variant.
func (s Split) Unnamed() []*labels.Matcher {
	var matchers []*labels.Matcher
	for _, name := range append([]string{s.VariantLabel}, s.VariantLabels...) {
		matchers = append(matchers, labels.MustNewMatcher(labels.MatchEqual, name, ""))
	}
	return matchers
}

// moved puts the value of a label into another one.
func moved(series parser.Expr, from, to string) parser.Expr {
	if from == "" {
		return series
	}
	return call("label_replace", series, text(to), text("$1"), text(from), text("(?s)(.+)"))
}

// ofAnyFlag is what a function gives of the series of a metric that carry any flag and are selected, with the variant in one
// label; named leaves out those without a variant.
func (s Split) ofAnyFlag(fn Func, metric string, named bool, more ...[]*labels.Matcher) parser.Expr {
	var parts []parser.Expr
	all := append([]string{s.VariantLabel}, s.VariantLabels...)
	for i, name := range all {
		own := []*labels.Matcher{someFlag(s)}
		if named || i < len(all)-1 {
			own = append(own, labels.MustNewMatcher(labels.MatchNotEqual, name, ""))
		}
		for _, before := range all[:i] {
			own = append(own, labels.MustNewMatcher(labels.MatchEqual, before, ""))
		}
		series := apply(fn, selector(metric, append(slices.Clone(more), own)...))
		if i > 0 {
			series = moved(series, name, s.VariantLabel)
		}
		parts = append(parts, series)
	}
	return anyOf(parts...)
}

package promql

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// infoMode: flag and variant are labels of an info metric, joined on the instance.
type infoMode struct{ labelsMode }

func (m infoMode) split(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return aggregate(p.op, s.grouping(p.by...), m.joined(s, apply(p.fn, selector(p.metric, groups...)))), nil
}

func (m infoMode) total(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return m.split(s, p, groups)
}

func (m infoMode) recorded(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return m.split(s.withoutLabels(), p, groups)
}

// joined brings the variant of the info metric to each series of its instance. The info metric is grouped first: two
// info series of one instance and variant would otherwise be an error, and their value need not be 1.
func (m infoMode) joined(s Scope, series parser.Expr) parser.Expr {
	on := slices.Sorted(slices.Values(s.Split.On))
	info := aggregate(parser.GROUP, append(slices.Clone(on), s.Split.VariantLabel), selector(s.Split.InfoMetric, m.own(s)))
	return &parser.BinaryExpr{
		Op: parser.MUL, LHS: series, RHS: info,
		VectorMatching: &parser.VectorMatching{
			Card: parser.CardManyToOne, On: true, MatchingLabels: on, Include: []string{s.Split.VariantLabel},
		},
	}
}

func (infoMode) variants(s Scope, _ string) (parser.Expr, error) {
	return selector(s.Split.InfoMetric, []*labels.Matcher{s.flagMatcher()}), nil
}

func (infoMode) exemplars(Scope) ([][]*labels.Matcher, error) { return [][]*labels.Matcher{nil}, nil }

// variantOf: the labels of a metric's own series never show the variant; the info metric's series must be asked.
func (infoMode) variantOf(Scope, labels.Labels) (string, error) { return "", nil }

func (infoMode) labels(Scope) []string { return nil }

func (infoMode) carrier(split model.Split, _ string) string { return split.InfoMetric }

// inventory: the traffic is the number of instances, which filters, being meant for the metric, do not narrow.
func (infoMode) inventory(split model.Split, _, _ string, _ []model.Filter, _ Func) (parser.Expr, error) {
	return aggregate(parser.COUNT, []string{split.FlagLabel, split.VariantLabel},
		selector(split.InfoMetric, []*labels.Matcher{someFlag(split)})), nil
}

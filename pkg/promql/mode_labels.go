package promql

import (
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// labelsMode: flag and variant are two labels of the metric.
type labelsMode struct{}

func (labelsMode) variantLabel(s Scope) string { return s.Split.VariantLabel }

func (m labelsMode) split(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return aggregate(p.op, s.grouping(p.by...), apply(p.fn, selector(p.metric, append(groups, m.own(s))...))), nil
}

func (m labelsMode) total(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return m.split(s, p, groups)
}

func (m labelsMode) recorded(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return m.split(s.withoutLabels(), p, groups)
}

// own are the matchers of the scope's flag and variants.
func (labelsMode) own(s Scope) []*labels.Matcher {
	return append([]*labels.Matcher{s.flagMatcher()}, s.variantMatcher(s.Split.VariantLabel)...)
}

func (labelsMode) variants(s Scope, metric string) (parser.Expr, error) {
	return s.selected(metric, s.flagMatcher())
}

func (m labelsMode) exemplars(s Scope) ([][]*labels.Matcher, error) {
	return [][]*labels.Matcher{m.own(s)}, nil
}

func (labelsMode) variantOf(s Scope, series labels.Labels) (string, error) {
	return series.Get(s.Split.VariantLabel), nil
}

func (labelsMode) labels(s Scope) []string { return []string{s.Split.FlagLabel, s.Split.VariantLabel} }

func (labelsMode) carrier(_ model.Split, metric string) string { return metric }

func (labelsMode) inventory(split model.Split, metric, narrow string, filters []model.Filter, fn Func) (parser.Expr, error) {
	series, err := Scope{Selector: narrow, Filters: filters}.selected(metric, someFlag(split))
	if err != nil {
		return nil, err
	}
	return aggregate(parser.SUM, []string{split.FlagLabel, split.VariantLabel}, apply(fn, series)), nil
}

package promql

import (
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// flagLabelMode: the flag is the name and the variant the value of one label. Flags are found by the names of labels, so
// there is no label by which all could be counted at once.
type flagLabelMode struct{ labelsMode }

func (flagLabelMode) variantLabel(s Scope) string { return s.Split.Prefix + s.Flag }

func (m flagLabelMode) split(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return aggregate(p.op, s.grouping(p.by...), apply(p.fn, selector(p.metric, append(groups, m.own(s))...))), nil
}

func (m flagLabelMode) total(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return m.split(s, p, groups)
}

func (m flagLabelMode) recorded(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	return m.split(s.withoutLabels(), p, groups)
}

// own are the matchers of the scope's variants; any, where it restricts none.
func (m flagLabelMode) own(s Scope) []*labels.Matcher {
	if own := s.variantMatcher(m.variantLabel(s)); own != nil {
		return own
	}
	return []*labels.Matcher{m.any(s)}
}

func (m flagLabelMode) any(s Scope) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchNotEqual, m.variantLabel(s), "")
}

func (m flagLabelMode) variants(s Scope, metric string) (parser.Expr, error) {
	return s.selected(metric, m.any(s))
}

func (m flagLabelMode) exemplars(s Scope) ([][]*labels.Matcher, error) {
	return [][]*labels.Matcher{m.own(s)}, nil
}

func (m flagLabelMode) variantOf(s Scope, series labels.Labels) (string, error) {
	return series.Get(m.variantLabel(s)), nil
}

func (m flagLabelMode) labels(s Scope) []string { return []string{m.variantLabel(s)} }

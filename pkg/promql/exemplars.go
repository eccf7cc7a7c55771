package promql

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// Exemplars selects the series of metrics whose exemplars tell of the scope's flag and variants. The API of exemplars
// takes the selectors out of an expression and evaluates nothing, so there is neither a join nor a label of its own in
// it: which variant a series is of, VariantOf says.
func (s Scope) Exemplars(metrics ...string) (string, error) {
	common, err := model.ParseSelector(s.Selector)
	if err != nil {
		return "", err
	}
	filters, err := filterMatchers(s.Filters)
	if err != nil {
		return "", err
	}
	splits, err := s.exemplarSplits()
	if err != nil {
		return "", err
	}
	var parts []parser.Expr
	for _, metric := range metrics {
		for _, own := range splits {
			parts = append(parts, selector(metric, common, filters, own))
		}
	}
	if len(parts) == 0 {
		return "", fmt.Errorf("no metric is named whose exemplars could be read")
	}
	return render(anyOf(parts...))
}

// exemplarSplits are the matchers of the series of the flag: one group, or one for each variant that is a selector.
func (s Scope) exemplarSplits() ([][]*labels.Matcher, error) {
	switch s.Split.Mode {
	case model.SplitLabels:
		flag := labels.MustNewMatcher(labels.MatchEqual, s.Split.FlagLabel, s.Flag)
		return [][]*labels.Matcher{append([]*labels.Matcher{flag}, s.variantMatcher(s.Split.VariantLabel)...)}, nil
	case model.SplitFlagLabel:
		own := s.variantMatcher(s.VariantLabel())
		if own == nil {
			own = []*labels.Matcher{labels.MustNewMatcher(labels.MatchNotEqual, s.VariantLabel(), "")}
		}
		return [][]*labels.Matcher{own}, nil
	case model.SplitInfo:
		return [][]*labels.Matcher{nil}, nil
	case model.SplitMatchers:
		var groups [][]*labels.Matcher
		err := s.eachVariant(func(_ string, own []*labels.Matcher) { groups = append(groups, own) })
		return groups, err
	}
	return nil, fmt.Errorf("split mode %q is none of labels, flag_label, info, matchers", s.Split.Mode)
}

// VariantOf says which variant a series is of, as its own labels tell; empty where they do not. In mode info they never
// do: the info metric's series must be asked, which InfoSelector selects.
func (s Scope) VariantOf(series labels.Labels) (string, error) {
	switch s.Split.Mode {
	case model.SplitInfo:
		return "", nil
	case model.SplitMatchers:
		found := ""
		err := s.eachVariant(func(variant string, own []*labels.Matcher) {
			fits := func(m *labels.Matcher) bool { return m.Matches(series.Get(m.Name)) }
			if found == "" && !slices.ContainsFunc(own, func(m *labels.Matcher) bool { return !fits(m) }) {
				found = variant
			}
		})
		return found, err
	default:
		return series.Get(s.VariantLabel()), nil
	}
}

// SplitLabels are the labels of a series by which the way to split tells flag and variant.
func (s Scope) SplitLabels() []string {
	switch s.Split.Mode {
	case model.SplitLabels:
		return []string{s.Split.FlagLabel, s.Split.VariantLabel}
	case model.SplitFlagLabel:
		return []string{s.VariantLabel()}
	default:
		return nil
	}
}

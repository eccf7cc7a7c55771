package promql

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// matchersMode: each variant is a selector, configured with its flag. Nothing is looked for in the series.
type matchersMode struct{ labelsMode }

func (matchersMode) variantLabel(Scope) string { return MatcherVariantLabel }

// split reads each variant by its own selector and names the result after it.
func (m matchersMode) split(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	var exprs []parser.Expr
	err := m.eachVariant(s, func(variant string, own []*labels.Matcher) {
		by := append(slices.Clone(s.GroupBy), p.by...)
		series := apply(p.fn, selector(p.metric, append(slices.Clone(groups), own)...))
		exprs = append(exprs, withLabel(aggregate(p.op, by, series), MatcherVariantLabel, variant))
	})
	if err != nil {
		return nil, err
	}
	if len(exprs) == 0 {
		return nil, fmt.Errorf("flag %q has no variants among the datasource's matchers", s.Flag)
	}
	return anyOf(exprs...), nil
}

// total adds up the variants that are listed, each counted by itself.
func (m matchersMode) total(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	expr, err := m.split(s, p, groups)
	if err != nil {
		return nil, err
	}
	return aggregate(parser.SUM, s.GroupBy, expr), nil
}

func (m matchersMode) recorded(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	own, err := m.selectorOf(s, s.Variants[0])
	if err != nil {
		return nil, err
	}
	return aggregate(p.op, p.by, apply(p.fn, selector(p.metric, append(groups, own)...))), nil
}

func (m matchersMode) exemplars(s Scope) ([][]*labels.Matcher, error) {
	var groups [][]*labels.Matcher
	err := m.eachVariant(s, func(_ string, own []*labels.Matcher) { groups = append(groups, own) })
	return groups, err
}

func (m matchersMode) variantOf(s Scope, series labels.Labels) (string, error) {
	found := ""
	err := m.eachVariant(s, func(variant string, own []*labels.Matcher) {
		fits := func(m *labels.Matcher) bool { return m.Matches(series.Get(m.Name)) }
		if found == "" && !slices.ContainsFunc(own, func(m *labels.Matcher) bool { return !fits(m) }) {
			found = variant
		}
	})
	return found, err
}

func (matchersMode) labels(Scope) []string { return nil }

// eachVariant visits the flag's variants that are selectors, those that the scope leaves out aside.
func (matchersMode) eachVariant(s Scope, visit func(variant string, own []*labels.Matcher)) error {
	for _, flag := range s.Split.Flags {
		if flag.Flag != s.Flag {
			continue
		}
		for _, variant := range flag.Variants {
			if len(s.Variants) > 0 && !slices.Contains(s.Variants, variant.Variant) {
				continue
			}
			own, err := model.ParseSelector(variant.Selector)
			if err != nil {
				return fmt.Errorf("variant %s of flag %s: %w", variant.Variant, flag.Flag, err)
			}
			visit(variant.Variant, own)
		}
	}
	return nil
}

// selectorOf is the selector that stands for a variant where each is one.
func (matchersMode) selectorOf(s Scope, variant string) ([]*labels.Matcher, error) {
	for _, flag := range s.Split.Flags {
		for _, known := range flag.Variants {
			if flag.Flag == s.Flag && known.Variant == variant {
				return model.ParseSelector(known.Selector)
			}
		}
	}
	return nil, fmt.Errorf("flag %q has no variant %q among the datasource's matchers", s.Flag, variant)
}

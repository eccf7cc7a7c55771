package promql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// Labels that the expressions themselves put on series.
const (
	// MatcherVariantLabel carries the variant where each variant is a selector.
	MatcherVariantLabel = "variant"
	// MatcherFlagLabel carries the flag in the inventory where each variant is a selector.
	MatcherFlagLabel = "flag"
	// PartLabel tells the parts of an answer apart: PartBad, PartSum or PartAll; the whole of a variant carries none.
	PartLabel = "flaglens_part"
	PartBad   = "bad"
	PartSum   = "sum"
	// PartAll is the traffic of all variants, those that are not read too.
	PartAll = "all"
	// BucketLabel is the upper bound of a classic bucket.
	BucketLabel = "le"
)

// Scope says which series of a metric an expression reads and how they are told apart.
type Scope struct {
	Split model.Split
	Flag  string
	// Selector narrows the metric, as the signal has it.
	Selector string
	Filters  []model.Filter
	GroupBy  []string
	// Variants restricts what is read; empty reads all.
	Variants []string
	// Total, if set, is the counter whose events over all variants are read beside, as PartAll. Where each variant is a
	// selector, these are the variants that are listed, each counted by itself.
	Total *Counter
	// together drops the variant from what aggregations keep.
	together bool
}

// Counter is a metric and how it becomes a rate.
type Counter struct {
	Metric string
	Fn     Func
}

// VariantLabel is the label by which the answers tell the variants apart.
func (s Scope) VariantLabel() string {
	switch s.Split.Mode {
	case model.SplitFlagLabel:
		return s.Split.Prefix + s.Flag
	case model.SplitMatchers:
		return MatcherVariantLabel
	default:
		return s.Split.VariantLabel
	}
}

// grouping is what every aggregation keeps: the variant and the labels of groupBy.
func (s Scope) grouping(more ...string) []string {
	by := append(slices.Clone(s.GroupBy), more...)
	if s.together {
		return by
	}
	return append(by, s.VariantLabel())
}

// variantMatcher restricts a label to the scope's variants.
func (s Scope) variantMatcher(name string) []*labels.Matcher {
	switch len(s.Variants) {
	case 0:
		return nil
	case 1:
		return []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, name, s.Variants[0])}
	}
	quoted := make([]string, len(s.Variants))
	for i, variant := range s.Variants {
		quoted[i] = regexp.QuoteMeta(variant)
	}
	slices.Sort(quoted)
	return []*labels.Matcher{labels.MustNewMatcher(labels.MatchRegexp, name, strings.Join(quoted, "|"))}
}

// part is an aggregation before it is split: of sum by (…) (fn(metric{…})) all but the way to split.
type part struct {
	op     parser.ItemType
	fn     Func
	metric string
	// narrow is a selector beside the scope's own, match the same as matchers.
	narrow string
	match  []*labels.Matcher
	// by is kept beside the variant and groupBy.
	by []string
	// label, if set, is put on the result with this value.
	label, value string
}

// build splits the parts and unites them.
func (s Scope) build(parts ...part) (parser.Expr, error) {
	common, err := model.ParseSelector(s.Selector)
	if err != nil {
		return nil, err
	}
	filters, err := filterMatchers(s.Filters)
	if err != nil {
		return nil, err
	}
	var exprs []parser.Expr
	for _, p := range parts {
		narrow, err := model.ParseSelector(p.narrow)
		if err != nil {
			return nil, err
		}
		split, err := s.split(p, common, narrow, p.match, filters)
		if err != nil {
			return nil, err
		}
		if p.label != "" {
			split = withLabel(split, p.label, p.value)
		}
		exprs = append(exprs, split)
	}
	if s.Total != nil {
		total, err := s.total(common, filters)
		if err != nil {
			return nil, err
		}
		exprs = append(exprs, withLabel(total, PartLabel, PartAll))
	}
	return anyOf(exprs...), nil
}

// total reads the traffic of all variants together, also of those that the scope leaves out.
func (s Scope) total(groups ...[]*labels.Matcher) (parser.Expr, error) {
	s.Variants, s.together = nil, true
	expr, err := s.split(part{op: parser.SUM, fn: s.Total.Fn, metric: s.Total.Metric}, groups...)
	if err != nil || s.Split.Mode != model.SplitMatchers {
		return expr, err
	}
	return aggregate(parser.SUM, s.GroupBy, expr), nil
}

func (s Scope) split(p part, groups ...[]*labels.Matcher) (parser.Expr, error) {
	switch s.Split.Mode {
	case model.SplitLabels:
		flag := labels.MustNewMatcher(labels.MatchEqual, s.Split.FlagLabel, s.Flag)
		own := append([]*labels.Matcher{flag}, s.variantMatcher(s.Split.VariantLabel)...)
		return aggregate(p.op, s.grouping(p.by...), apply(p.fn, selector(p.metric, append(groups, own)...))), nil
	case model.SplitFlagLabel:
		name := s.VariantLabel()
		own := s.variantMatcher(name)
		if own == nil {
			own = []*labels.Matcher{labels.MustNewMatcher(labels.MatchNotEqual, name, "")}
		}
		return aggregate(p.op, s.grouping(p.by...), apply(p.fn, selector(p.metric, append(groups, own)...))), nil
	case model.SplitInfo:
		return aggregate(p.op, s.grouping(p.by...), s.joined(apply(p.fn, selector(p.metric, groups...)))), nil
	case model.SplitMatchers:
		return s.perVariant(p, groups)
	}
	return nil, fmt.Errorf("split mode %q is none of labels, flag_label, info, matchers", s.Split.Mode)
}

// joined brings the variant of the info metric to each series of its instance. The info metric is grouped first: two
// info series of one instance and variant would otherwise be an error, and their value need not be 1.
func (s Scope) joined(series parser.Expr) parser.Expr {
	flag := labels.MustNewMatcher(labels.MatchEqual, s.Split.FlagLabel, s.Flag)
	own := append([]*labels.Matcher{flag}, s.variantMatcher(s.Split.VariantLabel)...)
	on := slices.Sorted(slices.Values(s.Split.On))
	info := aggregate(parser.GROUP, append(slices.Clone(on), s.Split.VariantLabel), selector(s.Split.InfoMetric, own))
	return &parser.BinaryExpr{
		Op: parser.MUL, LHS: series, RHS: info,
		VectorMatching: &parser.VectorMatching{
			Card: parser.CardManyToOne, On: true, MatchingLabels: on, Include: []string{s.Split.VariantLabel},
		},
	}
}

// perVariant reads each variant by its own selector and names the result after it.
func (s Scope) perVariant(p part, groups [][]*labels.Matcher) (parser.Expr, error) {
	var exprs []parser.Expr
	err := s.eachVariant(func(variant string, own []*labels.Matcher) {
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

// eachVariant visits the flag's variants that are selectors, those that the scope leaves out aside.
func (s Scope) eachVariant(visit func(variant string, own []*labels.Matcher)) error {
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

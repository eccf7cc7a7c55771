package promql

import (
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
	// PartLabel tells the parts of an answer apart: PartBad, PartSum, PartCount, PartNative or PartAll; the whole of a variant carries none.
	PartLabel = "flaglens_part"
	PartBad   = "bad"
	PartSum   = "sum"
	// PartCount is the number of a histogram's observations, where its buckets are read.
	PartCount = "count"
	// PartNative is a native histogram, where buckets are read beside it.
	PartNative = "native"
	// PartAll is the traffic of all variants, those that are not read too.
	PartAll = "all"
)

// Scope says which series of a metric an expression reads and how they are told apart.
type Scope struct {
	Split Split
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
	// Copies are the labels by which servers that store the same series tell their own apart; of such series one is read.
	Copies []string
	// together drops the variant from what aggregations keep.
	together bool
}

// Counter is a metric, what of it is read beside the scope's selector, and how it becomes a rate.
type Counter struct {
	Metric, Narrow string
	Fn             Func
}

// builder puts the parts of a scope's expression together.
type builder struct{ Scope }

// VariantLabel is the label by which the answers tell the variants apart.
func (s Scope) VariantLabel() string {
	if s.Split.Mode == nil {
		return s.Split.VariantLabel
	}
	return s.Split.Mode.VariantLabel(s)
}

// grouping is what every aggregation keeps: the variant and the labels of groupBy.
func (s builder) grouping(more ...string) []string {
	by := append(slices.Clone(s.GroupBy), more...)
	if s.together {
		return by
	}
	return append(by, s.VariantLabel())
}

// VariantMatcher restricts a label to the scope's variants; none where it restricts none.
func (s Scope) VariantMatcher(name string) []*labels.Matcher {
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
func (s builder) build(parts ...part) (parser.Expr, error) {
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

// FlagMatcher selects the scope's flag by the label that names it.
func (s Scope) FlagMatcher() *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchEqual, s.Split.FlagLabel, s.Flag)
}

// someFlag selects what has any flag.
func someFlag(split Split) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchNotEqual, split.FlagLabel, "")
}

// selected are the series of a metric that the scope's selector, its filters and more matchers select.
func (s builder) selected(metric string, own ...*labels.Matcher) (*parser.VectorSelector, error) {
	common, err := model.ParseSelector(s.Selector)
	if err != nil {
		return nil, err
	}
	filters, err := filterMatchers(s.Filters)
	if err != nil {
		return nil, err
	}
	return selector(metric, common, filters, own), nil
}

package promql

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// Mode is what a way to split says of expressions: how the series of a metric show which flag and variant they are of. The
// ways that there are, with all else that each says, are in pkg/split.
type Mode interface {
	// Name is the word for it in the settings.
	Name() model.SplitMode
	// VariantLabel is the label by which the answers tell the variants apart.
	VariantLabel(s Scope) string
	// Branches are the parts of a metric that a scope reads: one, where a label tells the variants apart, else one for each
	// of the scope's variants.
	Branches(s Scope) ([]Branch, error)
	// OfFlag are the matchers of the series that carry the variants of the scope's flag.
	OfFlag(s Scope) []*labels.Matcher
	// Labels are those of a series that show flag and variant.
	Labels(s Scope) []string
	// Carrier is the metric whose series carry the flags; empty where the signal's own metric does.
	Carrier(split model.Split) string
}

// Split is a way to split with its settings.
type Split struct {
	model.Split
	Mode Mode
	// Scrape is the distance of samples.
	Scrape time.Duration
}

// Branch is a part of a metric that is aggregated by itself.
type Branch struct {
	// Variant names the answer; empty where a label of the series tells the variant.
	Variant string
	// Matchers select the branch's series.
	Matchers []*labels.Matcher
	// From, if set, is the label that holds the variant in the place of the scope's own.
	From string
	// Join, if set, brings the variant to the series from another metric.
	Join *Join
}

// series are those of a part that belong to a branch; groups are the matchers of what is read.
func (s builder) series(b Branch, p part, groups [][]*labels.Matcher) parser.Expr {
	own := selector(p.metric, append(slices.Clone(groups), b.Matchers)...)
	p.fn.Copies = s.Copies
	if b.Join == nil {
		return moved(apply(p.fn, own), b.From, s.VariantLabel())
	}
	return b.Join.of(p.fn, own)
}

// show tells whether the branch's own series show which variant they are of.
func (b Branch) show(series labels.Labels) bool {
	return !slices.ContainsFunc(b.Matchers, func(m *labels.Matcher) bool { return !m.Matches(series.Get(m.Name)) })
}

// branches are those of the scope's way to split.
func (s builder) branches() ([]Branch, error) {
	if s.Split.Mode == nil {
		return nil, fmt.Errorf("split mode %q passed validation but is not implemented", s.Split.Split.Mode)
	}
	return s.Split.Mode.Branches(s.Scope)
}

// split builds an aggregation for each variant; groups are the matchers of what is read.
func (s builder) split(p part, groups ...[]*labels.Matcher) (parser.Expr, error) {
	branches, err := s.branches()
	if err != nil {
		return nil, err
	}
	if len(branches) == 0 {
		return nil, fmt.Errorf("flag %q has no variants among the datasource's %s", s.Flag, s.Split.Mode.Name())
	}
	var exprs, together []parser.Expr
	for _, b := range branches {
		if b.Variant == "" {
			together = append(together, s.series(b, p, groups))
			continue
		}
		by := append(slices.Clone(s.GroupBy), p.by...)
		exprs = append(exprs, withLabel(aggregate(p.op, by, s.series(b, p, groups)), s.VariantLabel(), b.Variant))
	}
	if len(together) > 0 {
		exprs = append(exprs, aggregate(p.op, s.grouping(p.by...), anyOf(together...)))
	}
	return anyOf(exprs...), nil
}

// total reads the traffic of all variants together, also of those that the scope leaves out. Where each variant is read by
// itself, these are those that are listed.
func (s builder) total(groups ...[]*labels.Matcher) (parser.Expr, error) {
	s.Variants, s.together = nil, true
	narrow, err := model.ParseSelector(s.Total.Narrow)
	if err != nil {
		return nil, err
	}
	expr, err := s.split(part{op: parser.SUM, fn: s.Total.Fn, metric: s.Total.Metric}, append(slices.Clone(groups), narrow)...)
	if err != nil {
		return nil, err
	}
	if branches, err := s.branches(); err != nil || branches[0].Variant == "" {
		return expr, err
	}
	return aggregate(parser.SUM, s.GroupBy, expr), nil
}

package promql

import (
	"fmt"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// mode is a way to split: how the series of a metric show which flag and variant they are of. A new one is a file like
// mode_labels.go and a line in modeOf.
type mode interface {
	// variantLabel is the label by which the answers tell the variants apart.
	variantLabel(s Scope) string
	// split builds an aggregation for each variant; groups are the matchers of what is read.
	split(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error)
	// total is split for all variants together.
	total(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error)
	// recorded is split for the scope's one variant, without a label that names it.
	recorded(s Scope, p part, groups [][]*labels.Matcher) (parser.Expr, error)
	// variants selects the series that carry the variants of a scope.
	variants(s Scope, metric string) (parser.Expr, error)
	// exemplars are the matchers of the series of the flag: one group, or one for each variant that is a selector.
	exemplars(s Scope) ([][]*labels.Matcher, error)
	// variantOf says which variant a series is of, as its own labels show; empty where they do not.
	variantOf(s Scope, series labels.Labels) (string, error)
	// labels are those of a series that show flag and variant.
	labels(s Scope) []string
	// carrier is the metric whose series carry the flags of a metric.
	carrier(split model.Split, metric string) string
	// inventory reads the traffic of every flag and variant at once, where two labels hold them.
	inventory(split model.Split, metric, narrow string, filters []model.Filter, fn Func) (parser.Expr, error)
}

// modeOf is the table of the ways to split.
func modeOf(name model.SplitMode) mode {
	switch name {
	case model.SplitLabels:
		return labelsMode{}
	case model.SplitFlagLabel:
		return flagLabelMode{}
	case model.SplitInfo:
		return infoMode{}
	case model.SplitMatchers:
		return matchersMode{}
	}
	return unknownMode{name: name}
}

// unknownMode is a mode that passed validation and is not implemented.
type unknownMode struct {
	labelsMode
	name model.SplitMode
}

func (m unknownMode) err() error {
	return fmt.Errorf("split mode %q is none of labels, flag_label, info, matchers", m.name)
}

func (m unknownMode) split(Scope, part, [][]*labels.Matcher) (parser.Expr, error) {
	return nil, m.err()
}

func (m unknownMode) total(Scope, part, [][]*labels.Matcher) (parser.Expr, error) {
	return nil, m.err()
}

func (m unknownMode) recorded(Scope, part, [][]*labels.Matcher) (parser.Expr, error) {
	return nil, m.err()
}

func (m unknownMode) exemplars(Scope) ([][]*labels.Matcher, error) { return nil, m.err() }

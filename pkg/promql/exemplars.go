package promql

import (
	"fmt"

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
	branches, err := s.branches()
	if err != nil {
		return "", err
	}
	var parts []parser.Expr
	for _, metric := range metrics {
		for _, b := range branches {
			parts = append(parts, selector(metric, common, filters, b.Matchers))
		}
	}
	if len(parts) == 0 {
		return "", fmt.Errorf("no metric is named whose exemplars could be read")
	}
	return render(anyOf(parts...))
}

// SplitLabels are the labels of a series by which the way to split tells flag and variant.
func (s Scope) SplitLabels() []string { return s.Split.Mode.Labels(s) }

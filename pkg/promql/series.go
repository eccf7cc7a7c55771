package promql

import (
	"cmp"
	"fmt"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Series are the series of a scope as they are stored: what selects them where nothing is evaluated, and how their labels
// show flag and variant.
type Series struct{ of Scope }

// Series are the scope's series as they are stored.
func (s Scope) Series() Series { return Series{s} }

// Selector selects the series that carry the variants of a scope, for label values and series look-ups.
func (s Series) Selector(metric string) (string, error) {
	own := s.of.Split.Mode.OfFlag(s.of)
	if carrier := s.of.Split.carrier(); carrier != "" {
		return render(selector(carrier, own))
	}
	selected, err := builder{s.of}.selected(metric, own...)
	if err != nil {
		return "", err
	}
	return render(selected)
}

// Exemplars selects the series of metrics whose exemplars tell of the scope's flag and variants. The API of exemplars
// takes the selectors out of an expression and evaluates nothing, so there is neither a join nor a label of its own in
// it: which variant a series is of, VariantOf says.
func (s Series) Exemplars(metrics ...string) (string, error) {
	branches, err := builder{s.of}.branches()
	if err != nil {
		return "", err
	}
	var parts []parser.Expr
	for _, metric := range metrics {
		for _, b := range branches {
			selected, err := builder{s.of}.selected(metric, b.Matchers...)
			if err != nil {
				return "", err
			}
			parts = append(parts, selected)
		}
	}
	if len(parts) == 0 {
		return "", fmt.Errorf("no metric is named whose exemplars could be read")
	}
	return render(anyOf(parts...))
}

// VariantOf says which variant a series is of, as its own labels tell; empty where they do not. Where the variant is joined
// they never do: the info metric's series must be asked, which Selector selects.
func (s Series) VariantOf(series labels.Labels) (string, error) {
	branches, err := builder{s.of}.branches()
	if err != nil {
		return "", err
	}
	for _, b := range branches {
		switch {
		case b.Variant != "" && b.show(series):
			return b.Variant, nil
		case b.Variant == "" && b.Join == nil:
			if variant := series.Get(cmp.Or(b.From, s.of.VariantLabel())); variant != "" {
				return variant, nil
			}
		}
	}
	return "", nil
}

// SplitLabels are the labels of a series by which the way to split tells flag and variant.
func (s Series) SplitLabels() []string { return s.of.Split.Mode.Labels(s.of) }

package promql

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// Parts of the answer to Size.
const (
	// PartSeries is how many series there are, PartArms how many variants in groups, PartGroups how many groups.
	PartSeries = "series"
	PartArms   = "arms"
	PartGroups = "groups"
)

// Size counts what an expression of the scope over a metric would answer with at one time: its series, told apart by the
// labels of more (such as le) too, and the arms and groups that these belong to. It has a series for each of these parts,
// and none of a metric that is not there.
func (s Scope) Size(metric string, more ...string) (string, error) {
	s.Total = nil
	counted := func(name string, by []string) (parser.Expr, error) {
		expr, err := builder{s}.build(part{op: parser.COUNT, metric: metric, by: more})
		if err != nil {
			return nil, err
		}
		if by != nil {
			expr = aggregate(parser.GROUP, by, expr)
		}
		return withLabel(aggregate(parser.COUNT, nil, expr), PartLabel, name), nil
	}
	groups := append([]string{}, s.GroupBy...)
	var parts []parser.Expr
	for _, p := range []struct {
		name string
		by   []string
	}{{PartSeries, nil}, {PartArms, append(slices.Clone(groups), s.VariantLabel())}, {PartGroups, groups}} {
		expr, err := counted(p.name, p.by)
		if err != nil {
			return "", err
		}
		parts = append(parts, expr)
	}
	return render(anyOf(parts...))
}

// Count counts the series that an expression gives. The error is that of an expression that does not parse.
func Count(expr string) (string, error) {
	parsed, err := promParser.ParseExpr(expr)
	if err != nil {
		return "", err
	}
	return render(aggregate(parser.COUNT, nil, parsed))
}

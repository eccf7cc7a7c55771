// Package promql builds the expressions that the backend sends, on the AST of Prometheus's own parser. Nothing is
// glued from strings: a value with quotes, braces or newlines is a value and can become nothing else. What is built
// is deterministic (labels sorted), so that engines can cache it.
package promql

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

var promParser = parser.NewParser(parser.Options{})

// Func is the range function that turns a counter or gauge into one value at each evaluation.
type Func struct {
	// Name is rate, increase or avg_over_time; empty takes the series as they are.
	Name string
	// Window is the range that the function looks back over; whole milliseconds.
	Window time.Duration
	// Count takes the number of observations out of native histograms.
	Count bool
	// Whole says that the window is a whole range, in which the variant of a process may have changed.
	Whole bool
	// Copies are labels by which servers tell copies of one series apart, of which one is read.
	Copies []string
	// Beside, if set, reads native histograms beside what is read.
	Beside *Beside
}

// filterMatchers turns the user's filters into matchers.
func filterMatchers(filters []model.Filter) ([]*labels.Matcher, error) {
	matchers := make([]*labels.Matcher, 0, len(filters))
	for _, filter := range filters {
		matcher, err := filter.Matcher()
		if err != nil {
			return nil, fmt.Errorf("filter on %s: %w", filter.Key, err)
		}
		matchers = append(matchers, matcher)
	}
	return matchers, nil
}

// selector selects the series of a metric. Every group of matchers holds beside the others: a filter on a label that
// is matched already narrows it and never replaces it.
func selector(metric string, groups ...[]*labels.Matcher) *parser.VectorSelector {
	matchers := []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, prommodel.MetricNameLabel, metric)}
	for _, group := range groups {
		for _, matcher := range group {
			if !slices.ContainsFunc(matchers, func(known *labels.Matcher) bool { return known.String() == matcher.String() }) {
				matchers = append(matchers, matcher)
			}
		}
	}
	selector := &parser.VectorSelector{LabelMatchers: matchers}
	if isLegacyName(metric) {
		selector.Name = metric
	}
	return selector
}

// isLegacyName tells whether a metric's name can stand before the braces. Any other one is written as a matcher of
// __name__, which every engine reads, those without the UTF-8 syntax too.
func isLegacyName(name string) bool {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == ':'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func apply(fn Func, vector *parser.VectorSelector) parser.Expr {
	if fn.Beside != nil {
		return fn.Beside.apply(fn, vector)
	}
	var applied parser.Expr = vector
	if fn.Name != "" {
		applied = call(fn.Name, &parser.MatrixSelector{VectorSelector: vector, Range: fn.Window})
	}
	if fn.Count {
		applied = call("histogram_count", applied)
	}
	return single(fn.Copies, applied)
}

func call(name string, args ...parser.Expr) parser.Expr {
	return &parser.Call{Func: parser.Functions[name], Args: args}
}

func aggregate(op parser.ItemType, by []string, of parser.Expr) parser.Expr {
	grouping := slices.Clone(by)
	slices.Sort(grouping)
	return &parser.AggregateExpr{Op: op, Expr: of, Grouping: slices.Compact(grouping)}
}

// withLabel sets a label of every series to a fixed value.
func withLabel(of parser.Expr, name, value string) parser.Expr {
	// label_replace expands $1 and ${name} in the replacement.
	value = strings.ReplaceAll(value, "$", "$$")
	return call("label_replace", of, text(name), text(value), text(""), text(""))
}

func text(value string) parser.Expr { return &parser.StringLiteral{Val: value} }

// anyOf unites vectors whose label sets differ.
func anyOf(parts ...parser.Expr) parser.Expr {
	united := parts[0]
	for _, part := range parts[1:] {
		united = &parser.BinaryExpr{
			Op: parser.LOR, LHS: united, RHS: part,
			VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany},
		}
	}
	return united
}

// render writes an expression, and reads it again: what does not parse is our fault and never reaches a server.
func render(expr parser.Expr) (string, error) {
	if err := checkWindows(expr); err != nil {
		return "", err
	}
	written := escaped(expr.String())
	if _, err := promParser.ParseExpr(written); err != nil {
		return "", fmt.Errorf("the PromQL that was built is not valid: %s: %w", written, err)
	}
	return written, nil
}

// replacement is the character that stands for what was no UTF-8, U+FFFD. Exporters and engines put it into the values of
// labels.
const replacement = string(utf8.RuneError)

// escaped writes the replacement character by its number, since the lexer of PromQL takes it for broken text. In what was
// built it can only be within double quotes.
func escaped(written string) string { return strings.ReplaceAll(written, replacement, `\ufffd`) }

// checkWindows refuses a function that looks back over no time, which no engine evaluates. PromQL has no durations shorter
// than a millisecond: they would be written as 0s.
func checkWindows(expr parser.Expr) error {
	var wrong error
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if matrix, ok := node.(*parser.MatrixSelector); ok && matrix.Range < time.Millisecond && wrong == nil {
			wrong = fmt.Errorf("the window %s over which %s is read is not positive", matrix.Range, matrix.VectorSelector)
		}
		return nil
	})
	return wrong
}

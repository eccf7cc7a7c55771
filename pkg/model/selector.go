package model

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

var selectorParser = parser.NewParser(parser.Options{})

// ParseSelector reads a PromQL selector without a metric name, with or without its braces:
// version="2",region=~"eu.*". An empty one has no matchers.
func ParseSelector(selector string) ([]*labels.Matcher, error) {
	inner := strings.TrimSpace(selector)
	if strings.HasPrefix(inner, "{") && strings.HasSuffix(inner, "}") {
		inner = strings.TrimSpace(inner[1 : len(inner)-1])
	}
	if inner == "" {
		return nil, nil
	}
	// The parser wants a name or a matcher that excludes the empty string; a name stands in for the metric.
	const standIn = "x"
	parsed, err := selectorParser.ParseMetricSelector(standIn + "{" + readable(inner) + "}")
	if err != nil {
		var problems parser.ParseErrors
		if errors.As(err, &problems) && len(problems) > 0 && problems[0].Err != nil {
			return nil, fmt.Errorf("read selector %q: %w", selector, problems[0].Err)
		}
		return nil, fmt.Errorf("read selector %q: %w", selector, err)
	}
	matchers := make([]*labels.Matcher, 0, len(parsed))
	for _, matcher := range parsed {
		if matcher.Name == model.MetricNameLabel {
			if matcher.Type == labels.MatchEqual && matcher.Value == standIn {
				continue
			}
			return nil, fmt.Errorf("read selector %q: it may not name a metric", selector)
		}
		matchers = append(matchers, matcher)
	}
	return matchers, nil
}

// BothSelectors is a selector of what two select.
func BothSelectors(a, b string) string {
	var both []string
	for _, selector := range []string{a, b} {
		inner := strings.TrimSpace(selector)
		if strings.HasPrefix(inner, "{") && strings.HasSuffix(inner, "}") {
			inner = inner[1 : len(inner)-1]
		}
		if inner = strings.Trim(inner, ", \t\r\n"); inner != "" {
			both = append(both, inner)
		}
	}
	return strings.Join(both, ",")
}

// readable writes U+FFFD, which stands in label values for what was no UTF-8, by its number: the lexer takes it for broken
// text. Between back quotes numbers mean nothing, so there it stays and is refused.
func readable(selector string) string {
	if strings.Contains(selector, "`") {
		return selector
	}
	return strings.ReplaceAll(selector, string(utf8.RuneError), `\ufffd`)
}

// Matcher turns a filter into a matcher; the error says which part of the filter is wrong.
func (f Filter) Matcher() (*labels.Matcher, error) {
	if err := checkLabelName("key", f.Key); err != nil {
		return nil, err
	}
	types := map[Operator]labels.MatchType{
		OpEqual: labels.MatchEqual, OpNotEqual: labels.MatchNotEqual,
		OpMatch: labels.MatchRegexp, OpNotMatch: labels.MatchNotRegexp,
	}
	matchType, ok := types[f.Operator]
	if !ok {
		return nil, invalid("operator", "use =, !=, =~ or !~", "%q is no operator", f.Operator)
	}
	if !utf8.ValidString(f.Value) {
		return nil, invalid("value", "give UTF-8 text", "%q is no UTF-8", f.Value)
	}
	matcher, err := labels.NewMatcher(matchType, f.Key, f.Value)
	if err != nil {
		return nil, invalid("value", "write it in RE2 syntax, or use = for the plain text",
			"%q is no regular expression: %v", f.Value, err)
	}
	return matcher, nil
}

// CheckLabelName refuses what can be no label of a Prometheus series that one may filter or group by.
func CheckLabelName(name string) error { return checkLabelName("label", name) }

// CheckLabelAt is CheckLabelName for a field of the settings.
func CheckLabelAt(field, name string) error { return checkLabelName(field, name) }

func checkLabelName(field, name string) error {
	switch {
	case name == "":
		return invalid(field, "name a label", "the label's name is empty")
	case !utf8.ValidString(name):
		return invalid(field, "give UTF-8 text", "%q is no UTF-8", name)
	case strings.HasPrefix(name, "__"):
		return invalid(field, "choose a label that series carry", "%q is reserved by Prometheus", name)
	case strings.EqualFold(name, "nan"), strings.EqualFold(name, "inf"):
		return invalid(field, "choose another label", "PromQL reads %q as a number", name)
	case len(name) > maxNameLength:
		return invalid(field, "", "a label's name of %d bytes is too long, at most %d are read", len(name), maxNameLength)
	}
	return nil
}

// CheckMetricName refuses what can be no name of a metric.
func CheckMetricName(name string) error { return checkMetricName("metric", name) }

// CheckMetricAt is CheckMetricName for a field of the settings.
func CheckMetricAt(field, name string) error { return checkMetricName(field, name) }

// IsName is whether a text can be a part of a name: UTF-8, and not too long.
func IsName(text string) bool { return utf8.ValidString(text) && len(text) <= maxNameLength }

func checkMetricName(field, name string) error {
	switch {
	case name == "":
		return invalid(field, "name a metric", "the metric's name is empty")
	case !utf8.ValidString(name):
		return invalid(field, "give UTF-8 text", "%q is no UTF-8", name)
	case len(name) > maxNameLength:
		return invalid(field, "", "a metric's name of %d bytes is too long, at most %d are read", len(name), maxNameLength)
	}
	return nil
}

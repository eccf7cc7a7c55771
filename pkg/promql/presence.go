package promql

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Presence asks what is there of a scope, and what is not.
type Presence struct{ of builder }

// Presence asks what is there of the scope.
func (s Scope) Presence() Presence { return Presence{builder{s}} }

// Kept counts the series of several metrics that each variant had in the time before; the part of the answer is the metric.
func (p Presence) Kept(metrics []string, over time.Duration) (string, error) {
	p.of.Total, p.of.GroupBy = nil, nil
	lately := Func{Name: "last_over_time", Window: over}
	var parts []part
	for _, metric := range metrics {
		parts = append(parts, part{op: parser.COUNT, fn: lately, metric: metric, label: PartLabel, value: metric})
	}
	return p.of.statement(parts...)
}

// Samples counts, for each variant, the samples of the series that has the most of them in the time before.
func (p Presence) Samples(metric string, over time.Duration) (string, error) {
	p.of.Total = nil
	return p.of.statement(part{op: parser.MAX, fn: Func{Name: "count_over_time", Window: over}, metric: metric})
}

// Anywhere counts the series of a metric that the scope's selector and filters find in the time before, of whatever flag.
func (p Presence) Anywhere(metric string, over time.Duration) (string, error) {
	series, err := p.of.selected(metric)
	if err != nil {
		return "", err
	}
	return render(aggregate(parser.COUNT, nil, apply(Func{Name: "count_over_time", Window: over}, series)))
}

// Selectors are those of the scope's variants, where each has one of its own.
func (p Presence) Selectors() []string {
	branches, err := p.of.branches()
	if err != nil {
		return nil
	}
	var all []string
	for _, b := range branches {
		if b.Variant != "" {
			matchers := make([]string, len(b.Matchers))
			for i, matcher := range b.Matchers {
				matchers[i] = matcher.String()
			}
			all = append(all, strings.Join(matchers, ","))
		}
	}
	return all
}

// OwnSelector selects the series that carry the scope's variants, those that it names: of a metric, or of the info metric
// that tells them.
func (p Presence) OwnSelector(metric string) (string, error) {
	branches, err := p.of.branches()
	if err != nil {
		return "", err
	}
	if len(branches) == 0 {
		return "", fmt.Errorf("flag %q has no variants among the datasource's %s", p.of.Flag, p.of.Split.Mode.Name())
	}
	if j := branches[0].Join; j != nil {
		return render(j.info(j.Wanted...))
	}
	parts := make([]parser.Expr, len(branches))
	for i, b := range branches {
		if parts[i], err = p.of.selected(metric, b.Matchers...); err != nil {
			return "", err
		}
	}
	return render(anyOf(parts...))
}

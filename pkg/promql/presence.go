package promql

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Samples counts, for each variant, the samples of the series that has the most of them in the time before.
func (s Scope) Samples(metric string, over time.Duration) (string, error) {
	s.Total = nil
	return s.statement(part{op: parser.MAX, fn: Func{Name: "count_over_time", Window: over}, metric: metric})
}

// Anywhere counts the series of a metric that the scope's selector and filters find in the time before, of whatever flag.
func (s Scope) Anywhere(metric string, over time.Duration) (string, error) {
	series, err := builder{s}.selected(metric)
	if err != nil {
		return "", err
	}
	return render(aggregate(parser.COUNT, nil, apply(Func{Name: "count_over_time", Window: over}, series)))
}

// Selectors are those of the scope's variants, where each has one of its own.
func (s Scope) Selectors() []string {
	branches, err := builder{s}.branches()
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
func (s Scope) OwnSelector(metric string) (string, error) {
	branches, err := builder{s}.branches()
	if err != nil {
		return "", err
	}
	if len(branches) == 0 {
		return "", fmt.Errorf("flag %q has no variants among the datasource's %s", s.Flag, s.Split.Mode.Name())
	}
	if j := branches[0].Join; j != nil {
		return render(j.info(j.Wanted...))
	}
	selected, err := builder{s}.selected(metric, branches[0].Matchers...)
	if err != nil {
		return "", err
	}
	return render(selected)
}

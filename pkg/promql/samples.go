package promql

import (
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// JobLabel names what is scraped in the same way.
const JobLabel = "job"

// Samples counts what a metric's series have within each of several windows: a series for each job and window, which PartLabel
// gives in seconds, with the count of the series of the job that has the most. Series of the scope's flag alone are counted
// where their labels show it. over, if not zero, looks for the fullest such windows in that long before.
func (s Series) Samples(metrics []string, windows []time.Duration, over time.Duration) (string, error) {
	var own []*labels.Matcher
	if s.of.Flag != "" && s.of.Split.carrier() == "" {
		own = s.of.Split.Mode.OfFlag(s.of)
	}
	var parts []parser.Expr
	for _, window := range windows {
		var counts []parser.Expr
		for _, metric := range metrics {
			selected, err := builder{Scope{Selector: s.of.Selector}}.selected(metric, own...)
			if err != nil {
				return "", err
			}
			count := apply(Func{Name: "count_over_time", Window: window}, selected)
			if over > 0 {
				count = call("max_over_time", &parser.SubqueryExpr{Expr: count, Range: max(over, window), Step: window})
			}
			counts = append(counts, aggregate(parser.MAX, []string{JobLabel}, count))
		}
		fullest := anyOf(counts...)
		parts = append(parts, withLabel(fullest, PartLabel, strconv.FormatFloat(window.Seconds(), 'f', -1, 64)))
	}
	return render(anyOf(parts...))
}

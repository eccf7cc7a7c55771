package series

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
)

// Allowance is what all queries of one request may come to, since their answers are sent together. It is safe for concurrent use.
type Allowance struct {
	mutex          sync.Mutex
	values, frames int
}

// take takes what one query comes to; it fails where nothing of it is left.
func (a *Allowance) take(query model.Query, sizes []size) error {
	if a == nil {
		return nil
	}
	values, frames := 0, 0
	for _, s := range sizes {
		values, frames = values+s.weight(), frames+s.frames()
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.values+values > maxValues || a.frames+frames > maxFrames {
		return &model.InvalidError{Field: "query", Message: fmt.Sprintf(
			"with the other queries of this request it would come to %s values in %s series; at most %s values in %s series are answered together. "+
				"Ask in fewer queries, or: %s", inWords(a.values+values), inWords(a.frames+frames), inWords(maxValues), inWords(maxFrames), lessOf(query))}
	}
	a.values, a.frames = a.values+values, a.frames+frames
	return nil
}

// checkSizes rejects what would take too much memory, by the numbers that make it so.
func checkSizes(query model.Query, sizes []size) error {
	var values, samples, frames int
	for _, s := range sizes {
		values, samples, frames = values+s.values(), samples+s.samples(), frames+s.frames()
	}
	var message string
	switch {
	case values > maxValues:
		message = fmt.Sprintf("%s = %s values; at most %s are computed", largest(query, sizes, size.values), inWords(values), inWords(maxValues))
	case frames > maxFrames:
		message = fmt.Sprintf("%s = %s series; at most %s are computed", largest(query, sizes, size.frames), inWords(frames), inWords(maxFrames))
	case samples > maxSamples:
		message = fmt.Sprintf("%s = %s samples to read; at most %s are read", largest(query, sizes, size.samples), inWords(samples), inWords(maxSamples))
	default:
		return nil
	}
	return &model.InvalidError{Field: "query", Message: message + ". " + lessOf(query)}
}

// largest writes the product of the signal that has most of what is counted.
func largest(query model.Query, sizes []size, of func(size) int) string {
	most := slices.MaxFunc(sizes, func(a, b size) int { return of(a) - of(b) })
	var factors []string
	add := func(n int, what string) { factors = append(factors, fmt.Sprintf("%s %s", inWords(n), plural(n, what))) }
	reads := of(most) == most.samples() && (most.wide || most.samples() != most.values())
	switch {
	case reads:
		add(most.series, "series")
	case most.quantiles == most.stats:
		add(most.stats, "quantile")
	default:
		add(most.stats, "stat")
	}
	if !reads {
		if len(query.GroupBy) > 0 {
			add(most.groups, "group")
		}
		if columns := most.frames() / max(budget.Product(most.stats, most.groups), 1); columns > 1 {
			add(columns, "variants and their comparisons")
		}
	}
	if of(most) != most.frames() || most.points > 1 && of(most) == most.values() {
		add(most.points, "point")
	}
	text := strings.Join(factors, " x ")
	if len(sizes) > 1 {
		text += fmt.Sprintf(" of %s, and %d more signals,", most.signals[0].ID, len(sizes)-1)
	}
	return text
}

// quantilesOf is how many of the stats that a query wants of a signal are quantiles.
func (p *Planner) quantilesOf(query model.Query, signal model.Signal) int {
	n := 0
	for _, stat := range p.kindOf(signal).Stats(query.Quantiles) {
		if _, quantile := model.StatQuantile(stat); quantile && query.WantsStat(stat) {
			n++
		}
	}
	return n
}

// lessOf says what to reduce, the most effective first.
func lessOf(query model.Query) string {
	var less []string
	if len(query.GroupBy) > 0 {
		less = append(less, "group by fewer labels", "add a filter")
	}
	if len(query.Quantiles) > len(model.DefaultQuantiles) && query.QueryType != model.QueryDistribution {
		less = append(less, "use fewer quantiles")
	}
	if len(query.Signals) > 1 {
		less = append(less, "choose fewer signals")
	}
	less = append(less, "choose fewer variants")
	if query.Format != model.FormatTable && query.Format != model.FormatAlert {
		less = append(less, "a shorter range", "or a larger step")
	}
	text := strings.Join(less, ", ")
	return strings.ToUpper(text[:1]) + text[1:]
}

func plural(n int, what string) string {
	if n == 1 || strings.HasSuffix(what, "s") {
		return what
	}
	return what + "s"
}

// inWords writes a number as people say it: 361, 29,200, 1.2 million.
func inWords(n int) string {
	switch {
	case n >= 1_000_000_000_000:
		return "over a trillion"
	case n >= 1_000_000_000:
		return fmt.Sprintf("%.3g billion", float64(n)/1e9)
	case n >= 1_000_000:
		return fmt.Sprintf("%.4g million", float64(n)/1e6)
	case n >= 10_000:
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	}
	return fmt.Sprint(n)
}

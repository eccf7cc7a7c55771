package collect

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/promql"
)

// layout says what the numbers of an arm are. The first is the whole: events, observations, a count, or the counter
// itself. Its fall shows a restart.
type layout struct {
	kind kind.Counted
	// edges are the upper bounds whose cumulative counts follow the whole; of kinds that have edges only.
	edges []float64
}

// width is how many numbers an arm has.
func (l layout) width() int { return l.kind.Numbers + len(l.edges) }

// scopeOf is which series a request reads, each process by itself.
func (c *Collector) scopeOf(request Request) promql.Scope {
	split := c.words.SplitOf(c.settings, request.Signal)
	return promql.Scope{
		Split: split, Flag: request.Flag, Selector: request.Signal.Selector, Filters: request.Filters,
		GroupBy: c.words.ProcessLabels(c.settings, split), Variants: request.variants(),
	}
}

// variants are the baseline and the features.
func (r Request) variants() []string {
	variants := []string{r.Baseline}
	for _, variant := range r.Variants {
		if !slices.Contains(variants, variant) {
			variants = append(variants, variant)
		}
	}
	slices.Sort(variants[1:])
	return variants
}

// keyOf is what a run is kept under: everything that decides what is read, and where it begins. What a signal is called
// or how much of it is tolerated decides nothing.
func (c *Collector) keyOf(request Request) (string, error) {
	signal := request.Signal
	return kept.Key(
		request.Flag, request.variants(), signal.Kind, signal.Metric, signal.Selector, signal.Bad, signal.BadMetric, signal.CountMetric,
		c.settings.SplitOf(signal), c.settings.ProcessLabels, request.Filters, request.Native, request.Beside, request.source().Buckets(), counts.FirstTick(request.Start).Unix(),
	)
}

// source is what the numbers are read from.
func (r Request) source() kind.Source {
	return kind.Source{Signal: r.Signal, Native: r.Native, Beside: r.Beside, Form: r.Form}
}

// targetOf names the target that a process stands behind with others, as far as its labels tell; empty where it stands alone.
func targetOf(series labels.Labels, by []string) string {
	renamed := promql.RenamedLabels()
	if !slices.ContainsFunc(renamed, func(name string) bool { return slices.Contains(by, name) && series.Get(name) != "" }) {
		return ""
	}
	return processOf(series, slices.DeleteFunc(slices.Clone(by), func(name string) bool { return slices.Contains(renamed, name) }))
}

// processOf names the process of a series by its process labels.
func processOf(series labels.Labels, by []string) string {
	values := make([]string, len(by))
	for i, name := range by {
		values[i] = series.Get(name)
	}
	// Values may hold NUL themselves.
	for i, value := range values {
		values[i] = strings.ReplaceAll(value, "\x00", "\x00\x01")
	}
	return strings.Join(values, "\x00\x00")
}

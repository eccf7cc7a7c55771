package collect

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// layout says what the numbers of an arm are. The first is the whole: events, observations, a count, or the counter
// itself. Its fall shows a restart.
type layout struct {
	kind model.SignalKind
	// edges are the upper bounds whose cumulative counts follow the whole; of histograms only.
	edges []float64
	// zero says that a number which is not there while the whole is counts as 0: no bad event was ever counted.
	zero bool
	// snapshot numbers are taken as they are and not differenced.
	snapshot bool
}

func layoutOf(signal model.Signal, edges []float64) layout {
	return layout{
		kind: signal.Kind, edges: edges,
		zero: signal.Kind == model.KindRatio, snapshot: signal.Kind == model.KindGauge,
	}
}

// width is how many numbers an arm has.
func (l layout) width() int {
	switch l.kind {
	case model.KindHistogram:
		return 1 + len(l.edges)
	case model.KindRate:
		return 1
	default:
		return 2
	}
}

// place is which of an arm's numbers a series holds; false for one that was not asked for.
func (l layout) place(series labels.Labels) (int, bool) {
	switch l.kind {
	case model.KindHistogram:
		bound, err := strconv.ParseFloat(series.Get(promql.BucketLabel), 64)
		switch {
		case err != nil:
			return 0, false
		case math.IsInf(bound, 1):
			return 0, true
		}
		i := slices.Index(l.edges, bound)
		return i + 1, i >= 0
	case model.KindRate:
		return 0, true
	}
	if series.Get(promql.PartLabel) == "" {
		return 0, true
	}
	return 1, true
}

// scopeOf is which series a request reads, each process by itself.
func (c *Collector) scopeOf(request Request) promql.Scope {
	split := c.settings.SplitOf(request.Signal)
	return promql.Scope{
		Split: split, Flag: request.Flag, Selector: request.Signal.Selector, Filters: request.Filters,
		GroupBy: c.processLabels(split), Variants: request.variants(),
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

// defaultProcessLabels tell targets apart; a label that a metric does not have does no harm.
var defaultProcessLabels = []string{"job", "instance", "pod"}

// processLabels tell one process from another: the configured ones, and those by which an info metric is joined.
func (c *Collector) processLabels(split model.Split) []string {
	names := slices.Clone(c.settings.ProcessLabels)
	if len(names) == 0 {
		names = slices.Clone(defaultProcessLabels)
	}
	if split.Mode == model.SplitInfo {
		names = append(names, split.On...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// statement is the expression that reads what a layout says.
func statement(scope promql.Scope, signal model.Signal, native bool, l layout) (string, error) {
	switch signal.Kind {
	case model.KindHistogram:
		if native {
			return scope.RawNative(signal.Metric)
		}
		return scope.RawBuckets(signal.Metric, l.edges)
	case model.KindRatio:
		return scope.RawRatio(signal.Metric, signal.Bad, native)
	case model.KindMean:
		return scope.RawMean(signal.Metric, signal.CountMetric)
	case model.KindRate:
		return scope.RawCounter(signal.Metric, native)
	case model.KindGauge:
		return scope.RawGauge(signal.Metric)
	}
	return "", fmt.Errorf("signal %s has the kind %q, which passed validation but is not collected", signal.ID, signal.Kind)
}

// keyOf is what a run is kept under: everything that decides what is read, and where it begins. What a signal is called
// or how much of it is tolerated decides nothing.
func (c *Collector) keyOf(request Request) (string, error) {
	signal := request.Signal
	return kept.Key(
		request.Flag, request.variants(), signal.Kind, signal.Metric, signal.Selector, signal.Bad, signal.CountMetric,
		c.settings.SplitOf(signal), c.settings.ProcessLabels, request.Filters, request.Native, counts.FirstTick(request.Start).Unix(),
	)
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

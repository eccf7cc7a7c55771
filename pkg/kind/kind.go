// Package kind holds the kinds of signals: each is one file, which says what its stats are, what it asks of Prometheus, how
// the answers become values, how it is counted and judged, in which words, and what its rules record.
package kind

import (
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// Kind is how signals of one kind are computed from their metrics. A new one is a file like gauge.go, a line in BuiltIn, and
// its word in model.
type Kind struct {
	// Name is the word for it in the settings.
	Name model.SignalKind
	// Check rejects a signal of the settings that lacks what the kind needs; nil where it needs no more than others. The
	// error is a *model.InvalidError.
	Check func(path string, s model.Signal) error
	// Stats lists the stats that a signal has, quantiles first.
	Stats func(quantiles []float64) []string

	Found    Found
	Drawn    Drawn
	Counted  Counted
	Judged   counts.Judged
	Recorded Recorded
}

// Found is how the series of a signal are looked for.
type Found struct {
	// Metrics are the names under which they can be found.
	Metrics func(s model.Signal) []string
	// Histogram is the histogram that a signal reads, which may be a native one; false where it reads none. Nil for kinds
	// that never do.
	Histogram func(s model.Signal) (metric string, ok bool)
	// Whole says that it is the histogram itself that is read, not its count.
	Whole bool
	// Events is what counts a signal's events, as a signal. Nil where it is the signal itself.
	Events func(s model.Signal) model.Signal
	// Snapshot says that what counts as events is no counter.
	Snapshot bool
	// Unborn is a counter that may have no series before its first event, and is 0 until then; empty where there is none,
	// nil for kinds that have none.
	Unborn func(s model.Signal) string
	// Traffic is the place among the kinds whose events stand for traffic, 1 for the first choice; 0 for none of them.
	Traffic int
}

// EventsOf is what counts a signal's events, as a signal.
func (f Found) EventsOf(s model.Signal) model.Signal {
	if f.Events == nil {
		return s
	}
	return f.Events(s)
}

// Source is what a signal is read from.
type Source struct {
	// Signal names the metric that is read, and selects of it: where a histogram has no _count, a rate or ratio over that
	// reads the native histogram, or the buckets that count all observations.
	Signal model.Signal
	// Native is set where that metric is a native histogram.
	Native bool
	// Whole is set where it is the histogram itself that is read.
	Whole bool
	// Beside is the histogram of which some series are native ones while others have buckets and counters; empty where all are
	// of one class.
	Beside string
	// Form is what the series of the histogram that is read, or whose count is, have; zero where there is none.
	Form Form
}

// CountInside is whether a counter has to be taken out of a native histogram.
func (s Source) CountInside() bool { return s.Native && !s.Whole }

// Counting is a function that reads a counter, for the number of observations where they are in native histograms: in all of
// them, or in some beside the counter.
func (s Source) Counting(fn promql.Func) promql.Func {
	fn.Count = s.CountInside()
	if s.Beside != "" && !s.Whole {
		fn.Beside = &promql.Beside{Native: s.Beside}
	}
	return fn
}

// Drawn is how series are read that are shown.
type Drawn struct {
	// Statement is the expression that reads a signal.
	Statement func(scope promql.Scope, from Source, fn Funcs) (string, error)
	// Size is the metric whose series stand for those of a statement, how many are read for each of them, and by which
	// labels they are distinguished.
	Size func(s model.Signal, from Source) (metric string, parts int, by []string)
	// Series is about how many are read of a variant.
	Series int
	// Distribution is whether a signal has one: then it has exemplars too, and its count serves rates that count its events.
	Distribution bool
	// Fold makes a stat's value of an answer.
	Fold func(s model.Signal, stat string) func(a Answer, i int) Point
}

// Funcs are the functions that counters and gauges are read by. Counter is rate or increase.
type Funcs struct{ Counter, Gauge promql.Func }

// Answer is what was read of one variant, by the index of a time.
type Answer interface {
	// Whole is the value of the series that is no part of another.
	Whole(i int) (float64, bool)
	// Rate is events a second, of a counter or of a histogram's count; Share the part of those of all variants.
	Rate(i int) (float64, bool)
	Share(i int) (float64, bool)
	// Quotient is a part over the whole. Where the part has no series it is 0 if zero is set, else there is none.
	Quotient(part string, i int, zero bool) (float64, bool)
	// Quantile is one of a histogram, with the bounds of the bucket that it lies in; Mean is that of its observations.
	Quantile(q float64, i int) (value, lower, upper float64, ok bool)
	Mean(i int) (float64, bool)
}

// Point is a value; bounds that come from no bucket are NaN. Without OK there is none.
type Point struct {
	Value, Lower, Upper float64
	OK                  bool
}

// Plain is a value without bounds.
func Plain(value float64, ok bool) Point { return Point{value, math.NaN(), math.NaN(), ok} }

// Counted is how raw counters become what is judged: the numbers that an arm of a process has, of which the first is the
// whole. Its fall shows a restart.
type Counted struct {
	// Numbers is how many an arm has, beside one for each edge.
	Numbers int
	// Edges says that bucket edges are chosen first, whose cumulative counts follow the whole.
	Edges bool
	// Zero says of a signal that a number which is not there while the whole is counts as 0: no bad event was ever counted.
	// Nil where it never does.
	Zero func(s model.Signal) bool
	// Snapshot numbers are taken as they are and not differenced. Real ones are no counts: seconds, bytes, sums.
	Snapshot, Real bool
	// Events are the series that count what the whole is of; nil where nothing is counted.
	Events func(s model.Signal, native bool) promql.Events
	// Statement is the expression that reads the numbers.
	Statement func(scope promql.Scope, from Source, edges []float64) (string, error)
	// Places are the numbers that a series is a part of, the first and the last of a run of them; false for one that was not
	// asked for.
	Places func(series labels.Labels, edges []float64) (first, last int, ok bool)
	// Consistent tells whether increments can be true; nil where any can.
	Consistent func(steps []float64) bool
	// Kept is what is kept of the increments over so many ticks, which it may write over; nil where they are kept as they
	// are.
	Kept func(steps []float64, ticks float64) []float64
	// Arm makes of what was kept what is judged. above has a place for each edge.
	Arm func(kept, above []float64) counts.Arm
}

// Recorded is what recording rules hold of a signal, and so what alert rules can judge it by.
type Recorded struct {
	// Stat is the one that is recorded; empty where it is a quantile.
	Stat string
	// Counter is the metric whose events a signal rests on, and the native histogram that counts them too, if there is one; nil
	// where it rests on none.
	Counter func(s model.Signal, native bool) (metric, histogram string)
	// Value records the stat.
	Value func(scope promql.Scope, s model.Signal, r Rule) (string, error)
	// Bound records a bound of the value with z standard errors, below it for a negative z; nil where PromQL can compute none.
	Bound func(scope promql.Scope, s model.Signal, r Rule, b Bound) (string, error)
}

// Rule says what is recorded.
type Rule struct {
	// Quantile is the one of a histogram, 0 to 1.
	Quantile float64
	// Window is what rates look back over.
	Window time.Duration
	// Native reads native histograms instead of classic ones.
	Native bool
}

// Bound is what a bound rests on: the recorded value and the recorded count of its events.
type Bound struct {
	Z            float64
	Value, Count promql.Recorded
}

// Kinds are the kinds of signals that there are, in the order in which they are named to people. They never change.
type Kinds struct{ all []Kind }

// NewKinds are these kinds.
func NewKinds(all ...Kind) Kinds { return Kinds{slices.Clone(all)} }

// BuiltIn are the kinds that the plugin has.
func BuiltIn() Kinds { return NewKinds(histogram(), ratio(), rate(), gauge(), mean()) }

// Names are the words for them.
func (k Kinds) Names() []model.SignalKind {
	names := make([]model.SignalKind, len(k.all))
	for i, kind := range k.all {
		names[i] = kind.Name
	}
	return names
}

// Find finds one by its word.
func (k Kinds) Find(name model.SignalKind) (Kind, bool) {
	i := slices.IndexFunc(k.all, func(kind Kind) bool { return kind.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return k.all[i], true
}

// Of is the kind of a signal. One that nobody knows passed no validation; it is taken for a gauge.
func (k Kinds) Of(s model.Signal) Kind {
	if kind, ok := k.Find(s.Kind); ok {
		return kind
	}
	return gauge()
}

// ByTraffic are the kinds whose events stand for traffic, the first choice first.
func (k Kinds) ByTraffic() []Kind {
	chosen := slices.DeleteFunc(slices.Clone(k.all), func(kind Kind) bool { return kind.Found.Traffic == 0 })
	slices.SortStableFunc(chosen, func(a, b Kind) int { return a.Found.Traffic - b.Found.Traffic })
	return chosen
}

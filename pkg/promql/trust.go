package promql

import (
	"math"
	"slices"
	"time"

	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// Events are the series that count what a signal is about: requests, observations.
type Events struct {
	Metric string
	// Match narrows them, such as to the bucket of all observations.
	Match []*labels.Matcher
	// Native says that they are native histograms.
	Native bool
}

// AllBuckets are the events of a classic histogram: its bucket without an upper bound.
func AllBuckets(metric string) Events {
	return Events{Metric: metric + "_bucket", Match: []*labels.Matcher{BoundIs(math.Inf(1))}}
}

// Trust asks whether what is counted of a scope can be true.
type Trust struct{ builder }

// Trust asks whether what is counted of the scope can be true.
func (s Scope) Trust() Trust { return Trust{builder{s}} }

// Falls asks how often series fell within a window: a value for each variant and process, that of the series which did most
// often, of those that did so often at least.
func (s Trust) Falls(e Events, window time.Duration, least, atMost int) (string, error) {
	s.Total = nil
	falls, err := s.build(part{op: parser.MAX, fn: Func{Name: "resets", Window: window}, metric: e.Metric, match: e.Match})
	if err != nil {
		return "", err
	}
	return render(&parser.AggregateExpr{
		Op: parser.TOPK, Param: number(float64(atMost)),
		Expr: &parser.BinaryExpr{Op: parser.GTE, LHS: falls, RHS: number(float64(least))},
	})
}

// Stored asks for the samples of one process as they are stored, over a window: an expression for each variant, or one for
// all. process has a value for each label of GroupBy, empty for one that it has not.
func (s Trust) Stored(e Events, process labels.Labels, window time.Duration) ([]string, error) {
	branches, err := s.branches()
	if err != nil {
		return nil, err
	}
	var exprs []string
	for _, b := range branches {
		stored, err := s.selected(e.Metric, slices.Concat(e.Match, b.Matchers, s.of(process))...)
		if err != nil {
			return nil, err
		}
		expr, err := render(&parser.MatrixSelector{VectorSelector: stored, Range: window})
		if err != nil {
			return nil, err
		}
		exprs = append(exprs, expr)
	}
	return exprs, nil
}

// of selects the series of one process.
func (s Trust) of(process labels.Labels) []*labels.Matcher {
	var matchers []*labels.Matcher
	for _, name := range slices.Sorted(slices.Values(s.GroupBy)) {
		matchers = append(matchers, labels.MustNewMatcher(labels.MatchEqual, name, process.Get(name)))
	}
	return matchers
}

// StartTimes asks when the processes of a target began, as they say themselves, for each sample of a window. Only job and
// instance are asked for: what else is known of a process is of its metrics' own.
func StartTimes(process labels.Labels, window time.Duration) (string, error) {
	var own []*labels.Matcher
	for _, name := range []string{prommodel.JobLabel, prommodel.InstanceLabel} {
		own = append(own, labels.MustNewMatcher(labels.MatchEqual, name, process.Get(name)))
	}
	return render(&parser.MatrixSelector{VectorSelector: selector("process_start_time_seconds", own), Range: window})
}

// single takes one of the series that are alike but for the labels of copies: the highest, which is the one that is ahead.
func single(copies []string, series parser.Expr) parser.Expr {
	if len(copies) == 0 {
		return series
	}
	without := slices.Sorted(slices.Values(copies))
	return &parser.AggregateExpr{Op: parser.MAX, Expr: series, Grouping: slices.Compact(without), Without: true}
}

// Parts of the answer to Standing.
const (
	// PartCopies has a series for each combination of the labels of copies.
	PartCopies = "copies"
	// PartBehind is the most processes, by the labels that a server renames, behind one target; PartOverflow how many series
	// hold what went beyond an SDK's limit.
	PartBehind   = "behind"
	PartOverflow = "overflow"
)

// RenamedLabels are those that a server gives another name because its target has them already: then many processes stand behind
// one target.
func RenamedLabels() []string { return []string{"exported_instance", "exported_job", "exported_pod"} }

// overflowLabel marks the series into which an SDK of OpenTelemetry puts what goes beyond its limit of series.
const overflowLabel = "otel_metric_overflow"

// Standing asks how series stand beside each other at one time: whether servers store copies of them, apart in some of the
// labels of copies; whether several processes, apart in the labels behind, stand behind one target; and whether there are
// series of overflow in the processes of the scope.
func (s Trust) Standing(e Events, copies, behind []string) (string, error) {
	s.Total, s.Copies = nil, nil
	all, err := s.grouped(e, copies...)
	if err != nil {
		return "", err
	}
	processes, err := s.grouped(e, append(slices.Clone(s.GroupBy), behind...)...)
	if err != nil {
		return "", err
	}
	own, err := s.grouped(e, s.GroupBy...)
	if err != nil {
		return "", err
	}
	over, err := s.overflow(e)
	if err != nil {
		return "", err
	}
	return render(anyOf(
		withLabel(all, PartLabel, PartCopies),
		withLabel(aggregate(parser.MAX, nil, aggregate(parser.COUNT, s.GroupBy, processes)), PartLabel, PartBehind),
		withLabel(aggregate(parser.COUNT, nil, given(over, s.GroupBy, own)), PartLabel, PartOverflow),
	))
}

// Replicas asks which combinations of the labels of copies there are.
func (s Trust) Replicas(e Events, copies []string) (string, error) {
	s.Total, s.Copies = nil, nil
	all, err := s.grouped(e, copies...)
	if err != nil {
		return "", err
	}
	return render(all)
}

// Present asks whether there was any sample within a window.
func (s Trust) Present(e Events, window time.Duration) (string, error) {
	s.Total, s.Copies = nil, nil
	all, err := s.groupedOver(Func{Name: "last_over_time", Window: window}, e)
	if err != nil {
		return "", err
	}
	return render(all)
}

// grouped are the combinations of some labels that the scope's series have, all variants together.
func (s Trust) grouped(e Events, by ...string) (parser.Expr, error) {
	return s.groupedOver(Func{}, e, by...)
}

// groupedOver are those that they had over a time.
func (s Trust) groupedOver(fn Func, e Events, by ...string) (parser.Expr, error) {
	built, err := s.build(part{op: parser.GROUP, fn: fn, metric: e.Metric, match: e.Match, by: by})
	if err != nil {
		return nil, err
	}
	return aggregate(parser.GROUP, by, built), nil
}

// overflow are the series of overflow, of all flags: they have no other label of the request.
func (s Trust) overflow(e Events) (*parser.VectorSelector, error) {
	return builder{Scope{Filters: s.processFilters()}}.selected(e.Metric,
		append([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, overflowLabel, "true")}, e.Match...)...)
}

// processFilters are the filters that say which processes are read; what they say of requests no series of overflow has.
func (s Trust) processFilters() []model.Filter {
	return slices.DeleteFunc(slices.Clone(s.Filters), func(f model.Filter) bool { return !slices.Contains(s.GroupBy, f.Key) })
}

// Overflowed asks how much of what was counted in a window went into series of overflow, as PartOverflow, beside all that the
// scope's series counted, in the processes that have both.
func (s Trust) Overflowed(e Events, window time.Duration) (string, error) {
	s.Total = nil
	fn := Func{Name: "increase", Window: window, Count: e.Native}
	counted, err := s.build(part{op: parser.SUM, fn: fn, metric: e.Metric, match: e.Match})
	if err != nil {
		return "", err
	}
	selected, err := s.overflow(e)
	if err != nil {
		return "", err
	}
	own, err := s.grouped(e, s.GroupBy...)
	if err != nil {
		return "", err
	}
	over := given(aggregate(parser.SUM, s.GroupBy, apply(fn, selected)), s.GroupBy, own)
	return render(anyOf(
		withLabel(aggregate(parser.SUM, nil, over), PartLabel, PartOverflow),
		aggregate(parser.SUM, nil, counted),
	))
}

// Compared reads what each process counted by the labels of copies, for each variant.
func (s Trust) Compared(e Events, copies []string) (string, error) {
	s.Total, s.Copies = nil, nil
	return s.statement(part{op: parser.SUM, fn: Func{Count: e.Native}, metric: e.Metric, match: e.Match, by: copies})
}

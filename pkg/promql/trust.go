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
	bound := boundText(math.Inf(1))
	return Events{Metric: metric + "_bucket", Match: []*labels.Matcher{oneOf(BucketLabel, []string{bound, bound[1:]})}}
}

// Falls asks how often series fell within a window: a value for each variant and process, that of the series which did most
// often, of those that did so often at least.
func (s Scope) Falls(e Events, window time.Duration, least, atMost int) (string, error) {
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
func (s Scope) Stored(e Events, process labels.Labels, window time.Duration) ([]string, error) {
	common, err := model.ParseSelector(s.Selector)
	if err != nil {
		return nil, err
	}
	filters, err := filterMatchers(s.Filters)
	if err != nil {
		return nil, err
	}
	branches, err := s.branches()
	if err != nil {
		return nil, err
	}
	var exprs []string
	for _, b := range branches {
		expr, err := render(&parser.MatrixSelector{
			VectorSelector: selector(e.Metric, common, filters, e.Match, b.Matchers, s.of(process)), Range: window,
		})
		if err != nil {
			return nil, err
		}
		exprs = append(exprs, expr)
	}
	return exprs, nil
}

// of selects the series of one process.
func (s Scope) of(process labels.Labels) []*labels.Matcher {
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

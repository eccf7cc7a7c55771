package promql

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Join brings a label of an info metric to each series that shares labels with it. What holds is asked at each time: a process
// that ended keeps the variant that it had, and one that was upgraded in place has the new one from then on.
//
// Of several variants that an info metric tells of one process, the one with the newest sample is taken, as Prometheus's
// info() does; of those that are sampled side by side, the one that began last, as long as it began within the last
// overlap. Where neither tells them apart, the process has no variant at that time.
type Join struct {
	Metric string
	// Matchers select the series of all variants, Wanted those that are read: the others still say what a process is not.
	Matchers, Wanted []*labels.Matcher
	// On are the labels that both share, Label is the one that is brought.
	On    []string
	Label string
	// Scrape is the distance of samples; 15 s if zero.
	Scrape time.Duration
}

const (
	// reach is how long an info metric may be silent while its process keeps the variant: as long as Prometheus itself takes
	// a value for the present one. An exporter that restarts leaves such a gap.
	reach = 5 * time.Minute
	// overlap is how far back it is looked which of two variants began last; overlapScrapes is the same in scrapes where
	// these are rare.
	overlap, overlapScrapes = time.Hour, 60
	// mostSteps bounds the times at which a whole range is looked at.
	mostSteps = 300
)

func (j *Join) scrape() time.Duration {
	if j.Scrape <= 0 {
		return 15 * time.Second
	}
	return j.Scrape
}

// of are the series of a metric with their variant, after fn.
func (j *Join) of(fn Func, series *parser.VectorSelector) parser.Expr {
	if fn.Whole {
		return j.inSteps(fn, series, j.of)
	}
	return j.brought(apply(fn, series), fn.Window)
}

// inSteps reads a whole range in steps; each says what is read in one of them: with their variants, each process has the one
// that it then had.
func (j *Join) inSteps(fn Func, series *parser.VectorSelector, each func(fn Func, series *parser.VectorSelector) parser.Expr) parser.Expr {
	steps, every := j.steps(fn.Window)
	if fn.Name == "avg_over_time" {
		return call(fn.Name, steps(each(Func{}, series)))
	}
	// No increment may fall between two windows, and one scrape that is lost leaves no gap. An increase, as engines differ in
	// what the rate of a series is that ended within the window.
	one := Func{Name: "increase", Window: max(every+j.scrape(), 4*j.scrape()), Count: fn.Count, Beside: fn.Beside, Copies: fn.Copies}
	share := every.Seconds() / one.Window.Seconds()
	return &parser.BinaryExpr{Op: parser.MUL, LHS: call("sum_over_time", steps(each(one, series))), RHS: number(share)}
}

// steps looks at an expression in steps over a time, which are so far apart.
func (j *Join) steps(over time.Duration) (in func(parser.Expr) parser.Expr, every time.Duration) {
	n := min(max(int64(over/j.scrape()), 1), mostSteps)
	every = max((over / time.Duration(n)).Truncate(time.Millisecond), time.Millisecond)
	return func(of parser.Expr) parser.Expr {
		// A second less: engines differ in whether the first time belongs to a range.
		return &parser.SubqueryExpr{Expr: &parser.ParenExpr{Expr: of}, Range: max(over-time.Second, every), Step: every}
	}, every
}

// brought brings the variant to each series of a process.
func (j *Join) brought(series parser.Expr, window time.Duration) parser.Expr {
	return &parser.BinaryExpr{
		Op: parser.MUL, LHS: series, RHS: j.variants(window),
		VectorMatching: &parser.VectorMatching{
			Card: parser.CardManyToOne, On: true, MatchingLabels: j.on(), Include: []string{j.Label},
		},
	}
}

func (j *Join) on() []string { return slices.Sorted(slices.Values(j.On)) }

// info selects the info metric's series. One that lacks a label which is joined on would be that of all which lack it.
func (j *Join) info(more ...*labels.Matcher) *parser.VectorSelector {
	var named []*labels.Matcher
	for _, name := range j.on() {
		named = append(named, labels.MustNewMatcher(labels.MatchNotEqual, name, ""))
	}
	return selector(j.Metric, j.Matchers, named, more)
}

// variants are a series of value 1 for each process that has one variant, in windows of a length: the one that leads the
// others by more than they can lie apart by chance. So there is never more than one, which would fail the whole range.
func (j *Join) variants(window time.Duration) parser.Expr {
	pairs := append(j.on(), j.Label)
	lead := aggregate(parser.MAX, pairs, j.recency(window))
	wanted := aggregate(parser.MAX, pairs, j.recency(window, j.Wanted...))
	// The second is what the first two have together without the first; of a process with one variant it is 0.
	two := &parser.AggregateExpr{Op: parser.TOPK, Param: number(2), Expr: lead, Grouping: j.on()}
	second := &parser.BinaryExpr{
		Op: parser.SUB, LHS: aggregate(parser.SUM, j.on(), two), RHS: aggregate(parser.MAX, j.on(), lead),
		VectorMatching: &parser.VectorMatching{Card: parser.CardOneToOne},
	}
	first := &parser.BinaryExpr{
		Op: parser.GTR, LHS: wanted,
		RHS: &parser.ParenExpr{Expr: &parser.BinaryExpr{Op: parser.ADD, LHS: second, RHS: number(1.2 * j.scrape().Seconds())}},
		VectorMatching: &parser.VectorMatching{
			Card: parser.CardManyToOne, On: true, MatchingLabels: j.on(),
		},
	}
	return aggregate(parser.GROUP, pairs, first)
}

// gone stands for the time of what has no sample now: before all that have.
const gone = 1e6

// recency is when each info series has its newest sample, in seconds: an earlier time for each that it has had in the last
// overlap, a tenth of a scrape, so that what began last leads. What has no sample any more but had some within the window
// was there before.
func (j *Join) recency(window time.Duration, more ...*labels.Matcher) parser.Expr {
	counted := func(over time.Duration) parser.Expr {
		return apply(Func{Name: "count_over_time", Window: over}, j.info(more...))
	}
	there := max(window+2*j.scrape(), reach)
	newest := &parser.BinaryExpr{
		Op: parser.SUB, LHS: call("timestamp", j.info(more...)),
		RHS: &parser.BinaryExpr{
			Op: parser.MUL, LHS: number(j.scrape().Seconds() / 10),
			RHS: counted(max(overlap, overlapScrapes*j.scrape())),
		},
		VectorMatching: &parser.VectorMatching{Card: parser.CardOneToOne},
	}
	before := &parser.BinaryExpr{
		Op: parser.ADD, LHS: number(gone),
		RHS: &parser.BinaryExpr{Op: parser.MUL, LHS: number(0), RHS: counted(there)},
	}
	return anyOf(newest, before)
}

package promql

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// Parts of the answer to Joined.
const (
	// PartJoined are the events that have a variant, PartAll those of the same processes; PartBare those that lack a label
	// which is joined on.
	PartJoined = "joined"
	PartBare   = "bare"
	// PartUnclear holds a series for each process that had several variants at once, by the labels that are joined on: the
	// seconds for which it had.
	PartUnclear = "unclear"
)

// Joined asks how much of a counter has found its variant over a time, where an info metric tells it. false where nothing is
// joined. Without a metric only the processes with several variants are asked for.
func (p Presence) Joined(metric string, count bool, over time.Duration) (expr string, joins bool, err error) {
	branches, err := p.of.branches()
	if err != nil || len(branches) == 0 || branches[0].Join == nil {
		return "", false, err
	}
	j := branches[0].Join
	j.Wanted = nil
	parts := []parser.Expr{withLabel(j.unclear(over), PartLabel, PartUnclear)}
	if metric != "" {
		counted, err := p.joinedEvents(j, metric, Func{Name: "increase", Window: over, Count: count, Whole: true})
		if err != nil {
			return "", true, err
		}
		parts = append(parts, counted...)
	}
	expr, err = render(anyOf(parts...))
	return expr, true, err
}

// joinedEvents are the events of PartAll, PartJoined and PartBare, all read in the same steps.
func (p Presence) joinedEvents(j *Join, metric string, fn Func) ([]parser.Expr, error) {
	common, err := model.ParseSelector(p.of.Selector)
	if err != nil {
		return nil, err
	}
	filters, err := filterMatchers(p.of.Filters)
	if err != nil {
		return nil, err
	}
	series := func(more ...*labels.Matcher) *parser.VectorSelector { return selector(metric, common, filters, more) }
	sum := func(of parser.Expr) parser.Expr { return aggregate(parser.SUM, nil, of) }
	bare := func(fn Func, of *parser.VectorSelector) parser.Expr { return apply(fn, of) }
	ever := apply(Func{Name: "count_over_time", Window: fn.Window}, j.info())
	known := &parser.BinaryExpr{
		Op: parser.LAND, LHS: &parser.ParenExpr{Expr: j.inSteps(fn, series(), bare)}, RHS: ever,
		VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany, On: true, MatchingLabels: j.on()},
	}
	parts := []parser.Expr{
		withLabel(sum(known), PartLabel, PartAll),
		withLabel(sum(j.inSteps(fn, series(), j.of)), PartLabel, PartJoined),
	}
	for _, name := range j.on() {
		lacking := labels.MustNewMatcher(labels.MatchEqual, name, "")
		without := withLabel(sum(j.inSteps(fn, series(lacking), bare)), PartLabel, PartBare)
		parts = append(parts, withLabel(without, BareLabel, name))
	}
	return parts, nil
}

// BareLabel names, in the series of PartBare, the label that is lacking.
const BareLabel = "flaglens_label"

// unclear are the seconds for which each process had several variants at once.
func (j *Join) unclear(over time.Duration) parser.Expr {
	steps, every := j.steps(over)
	none := &parser.BinaryExpr{
		Op: parser.LUNLESS, LHS: aggregate(parser.GROUP, j.on(), call("timestamp", j.info())),
		RHS:            aggregate(parser.GROUP, j.on(), j.variants(0)),
		VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany, On: true, MatchingLabels: j.on()},
	}
	return &parser.BinaryExpr{Op: parser.MUL, LHS: call("count_over_time", steps(none)), RHS: number(every.Seconds())}
}

package promql

import "github.com/prometheus/prometheus/promql/parser"

// Side is what an alert rule reads of the baseline or of the features: series that recording rules wrote.
type Side struct {
	// Value is the estimate; Bound its bound towards the other side.
	Value, Bound Recorded
	// Count is the number of events that it rests on.
	Count Recorded
}

// Comparison is the condition of a rule that holds features against their baseline.
type Comparison struct {
	Feature, Baseline Side
	// Relative and Absolute are how much worse is tolerated.
	Relative, Absolute float64
	// HigherIsBetter turns the comparison round.
	HigherIsBetter bool
	// MinCount is the least number of events on each side.
	MinCount float64
	// On are the labels that both sides share; Variant is the one by which the features differ.
	On      []string
	Variant string
}

// Expr gives the features that are worse by more than the margin, with their estimates as values: the bound of the
// feature that is nearest to the baseline lies beyond the margin of the bound of the baseline that is nearest to it.
func (c Comparison) Expr() (string, error) {
	worse, margin, op := 1+c.Relative, c.Absolute, parser.GTR
	if c.HigherIsBetter {
		worse, margin, op = 1-c.Relative, -c.Absolute, parser.LSS
	}
	sides, err := selectors(c.Feature.Value, c.Feature.Bound, c.Feature.Count, c.Baseline.Bound, c.Baseline.Count)
	if err != nil {
		return "", err
	}
	value, bound, count, baseline, baselineCount := sides[0], sides[1], sides[2], sides[3], sides[4]
	limit, err := withMargin(baseline, worse, margin)
	if err != nil {
		return "", err
	}
	own := append([]string{c.Variant}, c.On...)
	beyond := &parser.BinaryExpr{
		Op: parser.ItemType(op), LHS: bound, RHS: limit,
		VectorMatching: &parser.VectorMatching{Card: parser.CardManyToOne, On: true, MatchingLabels: c.On},
	}
	expr := given(value, own, beyond)
	expr = given(expr, own, atLeast(count, c.MinCount))
	return render(given(expr, c.On, atLeast(baselineCount, c.MinCount)))
}

// withMargin is how far the baseline may be exceeded.
func withMargin(baseline parser.Expr, worse, margin float64) (parser.Expr, error) {
	text := "worse * baseline + margin"
	switch {
	case worse == 1 && margin == 0:
		return baseline, nil
	case margin == 0:
		text = "worse * baseline"
	case worse == 1:
		text = "baseline + margin"
	}
	limit, err := formula("("+text+")", map[string]parser.Expr{
		"worse": number(worse), "baseline": baseline, "margin": number(margin),
	})
	return limit, err
}

// Limit is the condition of a rule that holds one series against a fixed limit.
type Limit struct {
	Value Recorded
	Limit float64
	// HigherIsBetter fires below the limit instead of above it.
	HigherIsBetter bool
	// Count, if there is one, must be at least MinCount.
	Count    *Recorded
	MinCount float64
	// Bound, if there is one, lies beyond the limit too: the bound of Value on the side of what is better.
	Bound *Recorded
	// Share says that Value is a share of Count, of which so many StandardErrors are allowed to chance.
	Share          bool
	StandardErrors float64
	// Keep are the labels that the alert keeps of the series.
	Keep []string
}

// Expr gives the series with its value where that lies beyond the limit, by more than chance explains where that can be told.
func (l Limit) Expr() (string, error) {
	value, err := l.Value.selector()
	if err != nil {
		return "", err
	}
	op := parser.GTR
	if l.HigherIsBetter {
		op = parser.LSS
	}
	var beyond parser.Expr = &parser.BinaryExpr{Op: parser.ItemType(op), LHS: value, RHS: number(l.Limit)}
	if l.Count != nil {
		count, err := l.Count.selector()
		if err != nil {
			return "", err
		}
		beyond = given(beyond, l.Keep, atLeast(count, l.MinCount))
	}
	if l.Bound != nil {
		bound, err := l.Bound.selector()
		if err != nil {
			return "", err
		}
		beyond = given(beyond, l.Keep, &parser.BinaryExpr{Op: parser.ItemType(op), LHS: bound, RHS: number(l.Limit)})
	}
	if l.Share && l.Count != nil {
		sure, err := l.sure(value)
		if err != nil {
			return "", err
		}
		beyond = given(beyond, l.Keep, sure)
	}
	return render(aggregate(parser.MAX, l.Keep, beyond))
}

// sure is true of a share of which more events are bad for sure than the limit allows: the number of bad ones is taken for that of
// a Poisson distribution, whose lower bound is that of Wilson and Hilferty (1931), as in the package limit.
func (l Limit) sure(value parser.Expr) (parser.Expr, error) {
	count, err := l.Count.selector()
	if err != nil {
		return nil, err
	}
	bad, allowed := "value * n", l.Limit
	if l.HigherIsBetter {
		bad, allowed = "(1 - value) * n", 1-l.Limit
	}
	k, err := formula(bad, map[string]parser.Expr{"value": value, "n": count})
	if err != nil {
		return nil, err
	}
	return formula("k * clamp_min(1 - 1 / (9 * k) - z / (3 * sqrt(k)), 0) ^ 3 > allowed * n", map[string]parser.Expr{
		"k": k, "n": count, "z": number(l.StandardErrors), "allowed": number(allowed),
	})
}

// Absent is the condition of a rule that tells that a counter has stood still, or is not there at all.
func Absent(count Recorded) (string, error) {
	selected, err := count.selector()
	if err != nil {
		return "", err
	}
	again, err := count.selector()
	if err != nil {
		return "", err
	}
	still := &parser.BinaryExpr{Op: parser.EQLC, LHS: selected, RHS: number(0)}
	return render(aggregate(parser.MAX, nil, anyOf(still, call("absent", again))))
}

func selectors(of ...Recorded) ([]parser.Expr, error) {
	selected := make([]parser.Expr, len(of))
	for i, recorded := range of {
		one, err := recorded.selector()
		if err != nil {
			return nil, err
		}
		selected[i] = one
	}
	return selected, nil
}

// given keeps the series of which a condition holds for the same labels.
func given(series parser.Expr, on []string, condition parser.Expr) parser.Expr {
	return &parser.BinaryExpr{
		Op: parser.LAND, LHS: series, RHS: condition,
		VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany, On: true, MatchingLabels: on},
	}
}

func atLeast(count parser.Expr, least float64) parser.Expr {
	return &parser.BinaryExpr{Op: parser.GTE, LHS: count, RHS: number(least)}
}

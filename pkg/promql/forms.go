package promql

import (
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/flaglens/flaglens/pkg/model"
)

// FormLabel tells the parts of the answer to Form apart.
const FormLabel = "flaglens_form"

// What the series of a histogram's name can have. Each is counted.
const (
	// FormClassic are series of buckets with upper bounds, FormHistograms the histograms that these make, FormInfinite those
	// of them that have the bucket +Inf, FormRanges series of buckets with both bounds.
	FormClassic    = "le"
	FormHistograms = "histograms"
	FormInfinite   = "+Inf"
	FormRanges     = "vmrange"
	// FormCount and FormSum are the counters of the observations and of what they add up to.
	FormCount = "count"
	FormSum   = "sum"
	// FormQuantiles are the quantiles of a summary, FormPlain the series that have the name itself and are none.
	FormQuantiles = "quantile"
	FormPlain     = "plain"
	// FormSample is the sum of those: a histogram where they are native ones.
	FormSample = "sample"
)

// Form asks what the series of a histogram's name have, those that the selector selects: one question, which every engine
// can answer, with a series for each thing that is there at the time that is asked, or, if over is not zero, in that long
// before it.
func Form(metric, narrow string, over time.Duration) (string, error) {
	own, err := model.ParseSelector(narrow)
	if err != nil {
		return "", err
	}
	var lately Func
	if over > 0 {
		lately = Func{Name: "last_over_time", Window: over}
	}
	read := func(suffix string, match ...*labels.Matcher) parser.Expr {
		return apply(lately, selector(metric+suffix, match, own))
	}
	counted := func(of parser.Expr) parser.Expr { return aggregate(parser.COUNT, nil, of) }
	classic := read("_bucket", hasLabel(BucketLabel))
	plain := read("", labels.MustNewMatcher(labels.MatchEqual, "quantile", ""))
	var parts []parser.Expr
	for _, p := range []struct {
		name string
		of   parser.Expr
	}{
		{FormClassic, counted(classic)},
		{FormHistograms, counted(&parser.AggregateExpr{Op: parser.GROUP, Expr: classic, Grouping: []string{BucketLabel}, Without: true})},
		{FormInfinite, counted(read("_bucket", BoundIs(math.Inf(1))))},
		{FormRanges, counted(read("_bucket", hasLabel(RangeLabel)))},
		{FormCount, counted(read("_count"))},
		{FormSum, counted(read("_sum"))},
		{FormQuantiles, counted(read("", hasLabel("quantile")))},
		{FormPlain, counted(plain)},
		{FormSample, aggregate(parser.SUM, nil, plain)},
	} {
		parts = append(parts, withLabel(p.of, FormLabel, p.name))
	}
	return render(anyOf(parts...))
}

package promql

import (
	"time"

	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// ClassLabel tells the counts inside native histograms from those of counters with the same labels, until both are added up.
const ClassLabel = "flaglens_class"

// Beside says that observations are in native histograms too, under the name of a histogram whose other series have
// buckets and counters of their own. A process may have both at once, one after the other, or one of them alone: what it
// counts is read once, from its buckets and counters while they are there, else from its native histogram.
type Beside struct {
	// Native is the name of the native histograms.
	Native string
	// Counter is the metric whose series show that a process has the others; empty for the one that is read.
	Counter string
	// Half is which of both is read, where they are read apart.
	Half Half
}

// Half is one of the two forms in which the series of one histogram are.
type Half int

// Halves. Both are added up where numbers of observations are read. NativesFirst does so too, but takes of each series its
// native histogram where it has one in the window: it is short enough for people to read, and says too little for the length
// of a window while a process changes from one to the other.
const (
	Both Half = iota
	OwnBuckets
	Natives
	NativesFirst
)

// lookback is how long a sample counts as the present one.
const lookback = 5 * time.Minute

// apply is what fn makes of a metric's series, and of the native histograms beside them.
func (b Beside) apply(fn Func, own *parser.VectorSelector) parser.Expr {
	fn.Beside = nil
	switch b.Half {
	case OwnBuckets:
		return &parser.ParenExpr{Expr: b.buckets(fn, own)}
	case Natives:
		return &parser.ParenExpr{Expr: b.natives(fn, own)}
	case NativesFirst:
		counted := call("histogram_count", apply(fn, renamed(own, b.Native)))
		return &parser.ParenExpr{Expr: anyOf(counted, apply(fn, own))}
	case Both:
	}
	counted := call("histogram_count", b.natives(fn, own))
	if fn.Name != "" {
		// Both count, each a part of the window.
		counted = withLabel(counted, ClassLabel, "native")
	}
	return &parser.ParenExpr{Expr: anyOf(b.buckets(fn, own), counted)}
}

// buckets are the classic series. Of a window at whose beginning a process had its native histogram, and at whose end it has
// nothing else, that has counted all.
func (b Beside) buckets(fn Func, own *parser.VectorSelector) parser.Expr {
	if fn.Name == "" {
		return apply(fn, own)
	}
	before := renamed(own, b.Native)
	before.OriginalOffset = fn.Window
	lately := b.lately(fn)
	passed := unless(apply(lately, before), apply(lately, b.counter(own)))
	return unless(apply(fn, own), &parser.ParenExpr{Expr: passed})
}

// natives are the native histograms of what has no classic series now.
func (b Beside) natives(fn Func, own *parser.VectorSelector) parser.Expr {
	now := Func{Copies: fn.Copies}
	if fn.Name != "" {
		now = b.lately(fn)
	}
	there := apply(now, b.counter(own))
	return unless(apply(fn, renamed(own, b.Native)), there)
}

// lately takes what is there now, or was a moment ago.
func (b Beside) lately(fn Func) Func {
	return Func{Name: "last_over_time", Window: max(min(fn.Window/2, lookback), time.Second), Copies: fn.Copies}
}

func (b Beside) counter(own *parser.VectorSelector) *parser.VectorSelector {
	if b.Counter == "" {
		return own
	}
	return renamed(own, b.Counter)
}

// unless are the series of which no other ones have the same labels, but for those of buckets.
func unless(series, others parser.Expr) parser.Expr {
	return &parser.BinaryExpr{
		Op: parser.LUNLESS, LHS: series, RHS: others,
		VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany, MatchingLabels: []string{BucketLabel, RangeLabel}},
	}
}

// renamed selects the series of another metric by the same labels, but for those of buckets.
func renamed(of *parser.VectorSelector, metric string) *parser.VectorSelector {
	var own []*labels.Matcher
	for _, m := range of.LabelMatchers {
		if m.Name != prommodel.MetricNameLabel && m.Name != BucketLabel && m.Name != RangeLabel {
			own = append(own, m)
		}
	}
	return selector(metric, own)
}

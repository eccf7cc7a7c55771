package compare

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// evaluation is when and how the expressions of a query are evaluated.
type evaluation struct {
	grid    frames.Grid
	instant bool
	// fn turns counters into numbers at each time; gauge what is done to a gauge.
	fn, gauge promql.Func
}

// evaluationOf is how a format is evaluated: over the grid, once at the end of the range (alert), or once over the whole
// range (tables).
func evaluationOf(format model.Format, s span) evaluation {
	switch format {
	case model.FormatTable, model.FormatCDF, model.FormatShift:
		over := s.length()
		return evaluation{
			grid: s.point(), instant: true,
			fn: promql.Func{Name: "increase", Window: over}, gauge: promql.Func{Name: "avg_over_time", Window: over},
		}
	case model.FormatAlert:
		return evaluation{grid: s.point(), instant: true, fn: promql.Func{Name: "rate", Window: s.window}}
	default:
		return evaluation{grid: s.grid(), fn: promql.Func{Name: "rate", Window: s.window}}
	}
}

// statement is one expression and the signals that its answer serves.
type statement struct {
	signals []model.Signal
	subject subject
	scope   promql.Scope
	expr    string
	classes classes
	// metric is the one whose series the signal's rate, ratio or gauge is read from: of native histograms it has another name.
	metric string
	// empty is set where there is nothing to ask; the subject's notices say why.
	empty bool
}

// statementOf finds out what a signal is about and builds the expression that reads it. derived signals come from the
// same answer, so their variants must not be restricted.
func (e *Engine) statementOf(
	ctx context.Context, query model.Query, signals []model.Signal, s span, at evaluation,
) (statement, error) {
	signal := signals[0]
	subject, err := e.subjectOf(ctx, query, signal, s)
	if err != nil {
		return statement{}, err
	}
	result := statement{signals: signals, subject: subject, scope: e.scopeOf(query, signal)}
	if subject.baseline == "" && len(subject.features) == 0 {
		result.empty = true
		return result, nil
	}
	result.scope.Variants = readVariants(query, signals, subject)
	if subject.cut && wantsShares(query, signals) {
		if result.scope.Total, err = e.totalOf(ctx, signals, at, s); err != nil {
			return statement{}, err
		}
	}
	if signal.Kind == model.KindHistogram {
		if result.classes, err = e.classesOf(ctx, signal.Metric, s); err != nil {
			return statement{}, err
		}
		if err := checkHistogram(signal, result.classes); err != nil {
			return statement{}, err
		}
	}
	if signal, at, err = e.countedNatively(ctx, signal, at, s); err != nil {
		return statement{}, err
	}
	result.metric = signal.Metric
	result.expr, err = result.build(signal, at)
	return result, err
}

// readVariants restricts what is read to what is shown, unless shares of the whole traffic are wanted.
func readVariants(query model.Query, signals []model.Signal, subject subject) []string {
	if subject.cut {
		return subject.shown
	}
	if len(query.Variants) == 0 || wantsShares(query, signals) {
		return nil
	}
	if subject.baseline == "" {
		return subject.features
	}
	return append([]string{subject.baseline}, subject.features...)
}

// wantsShares tells whether shares of the whole traffic are wanted, for which all variants must be known.
func wantsShares(query model.Query, signals []model.Signal) bool {
	return query.WantsStat(model.StatShare) &&
		slices.ContainsFunc(signals, func(s model.Signal) bool { return s.Kind == model.KindRate })
}

// totalOf is the counter by which the traffic of all variants is told where only some are read.
func (e *Engine) totalOf(ctx context.Context, signals []model.Signal, at evaluation, s span) (*promql.Counter, error) {
	i := slices.IndexFunc(signals, func(s model.Signal) bool { return s.Kind == model.KindRate })
	counted, at, err := e.countedNatively(ctx, signals[i], at, s)
	return &promql.Counter{Metric: counted.Metric, Fn: rateOf(at)}, err
}

func (st statement) build(signal model.Signal, at evaluation) (string, error) {
	switch signal.Kind {
	case model.KindHistogram:
		if st.classes.native && !st.classes.classic {
			return st.scope.Native(signal.Metric, at.fn)
		}
		return st.scope.Buckets(signal.Metric, at.fn)
	case model.KindRatio:
		return st.scope.Ratio(signal.Metric, signal.Bad, at.fn)
	case model.KindMean:
		return st.scope.Mean(signal.Metric, signal.CountMetric, at.fn)
	case model.KindRate:
		return st.scope.Sum(signal.Metric, rateOf(at))
	case model.KindGauge:
		return st.scope.Average(signal.Metric, at.gauge)
	}
	return "", fmt.Errorf("signal %s has the kind %q, which passed validation but is not implemented", signal.ID, signal.Kind)
}

// countedNatively turns a rate or ratio over the _count of a histogram that exists only natively, and so has no _count,
// to the count inside it.
func (e *Engine) countedNatively(
	ctx context.Context, signal model.Signal, at evaluation, s span,
) (model.Signal, evaluation, error) {
	histogram, ok := histogramCounted(signal)
	if !ok {
		return signal, at, nil
	}
	found, err := e.classesOf(ctx, histogram, s)
	if err == nil && found.native && !found.classic {
		signal.Metric = histogram
		at.fn.Count = true
	}
	return signal, at, err
}

// histogramCounted is the histogram whose count a rate or ratio reads.
func histogramCounted(signal model.Signal) (string, bool) {
	if signal.Kind != model.KindRate && signal.Kind != model.KindRatio {
		return "", false
	}
	return strings.CutSuffix(signal.Metric, "_count")
}

// rateOf reads a counter a second, also where others are read as increases.
func rateOf(at evaluation) promql.Func {
	return promql.Func{Name: "rate", Window: at.fn.Window, Count: at.fn.Count}
}

// seconds is what an increase is divided by to become a rate; 1 where rates were read.
func (at evaluation) seconds() float64 {
	if at.fn.Name == "increase" {
		return at.fn.Window.Seconds()
	}
	return 1
}

// together groups the signals of a query into those that one answer serves: the count of a histogram is the rate of its
// +Inf bucket, so a throughput that reads the same histogram needs no request of its own.
func (e *Engine) together(query model.Query) ([][]model.Signal, error) {
	var groups [][]model.Signal
	var signals []model.Signal
	for _, id := range query.Signals {
		signal, err := e.signal(id)
		if err != nil {
			return nil, err
		}
		if !wantsAny(query, signal) {
			continue
		}
		signals = append(signals, signal)
		if signal.Kind == model.KindHistogram {
			groups = append(groups, []model.Signal{signal})
		}
	}
	for _, signal := range signals {
		if signal.Kind == model.KindHistogram {
			continue
		}
		host := slices.IndexFunc(groups, func(group []model.Signal) bool { return e.countsOf(group[0], signal) })
		if host >= 0 {
			groups[host] = append(groups[host], signal)
			continue
		}
		groups = append(groups, []model.Signal{signal})
	}
	return groups, nil
}

// wantsAny tells whether a query wants any stat that a signal has.
func wantsAny(query model.Query, signal model.Signal) bool {
	return slices.ContainsFunc(model.StatsOf(signal.Kind, query.Quantiles), query.WantsStat)
}

// countsOf tells whether a rate is the count of a histogram.
func (e *Engine) countsOf(histogram, rate model.Signal) bool {
	return histogram.Kind == model.KindHistogram && rate.Kind == model.KindRate &&
		rate.Metric == histogram.Metric+"_count" && rate.Selector == histogram.Selector &&
		sameSplit(e.settings.SplitOf(histogram), e.settings.SplitOf(rate))
}

func sameSplit(a, b model.Split) bool { return reflect.DeepEqual(a, b) }

// signal finds a signal in the catalogue.
func (e *Engine) signal(id string) (model.Signal, error) {
	if signal, ok := e.settings.Signal(id); ok {
		return signal, nil
	}
	var ids []string
	for _, signal := range e.settings.Catalogue() {
		ids = append(ids, signal.ID)
	}
	return model.Signal{}, &model.InvalidError{
		Field: "signals", Message: fmt.Sprintf("%q is not in the catalogue; choose among %s", id, listed(ids)),
	}
}

package series

import (
	"context"
	"fmt"
	"slices"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
)

// statement is one expression and the signals that its answer serves.
type statement struct {
	signals []model.Signal
	subject survey.Subject
	scope   promql.Scope
	expr    string
	// counted says which metric the first signal is read from: of native histograms it can have another name.
	counted survey.Counted
	// empty is set where there is nothing to ask; the subject's notices say why.
	empty bool
}

// statementOf finds out what a signal is about and builds the expression that reads it. derived signals come from the
// same answer, so their variants must not be restricted.
func (p *Planner) statementOf(
	ctx context.Context, query model.Query, signals []model.Signal, s survey.Span, at evaluation,
) (statement, error) {
	signal := signals[0]
	subject, err := p.subjects.Of(ctx, query, signal, s)
	if err != nil {
		return statement{}, err
	}
	if subject.Leaves {
		subject.Notices = append(subject.Notices, subject.LeftOut("shown"))
	}
	result := statement{signals: signals, subject: subject, scope: p.catalogue.Scope(query, signal)}
	if subject.Baseline == "" && len(subject.Features) == 0 {
		result.empty = true
		return result, nil
	}
	result.scope.Variants = readVariants(query, signals, subject)
	if subject.Cut && wantsShares(query, signals) {
		if result.scope.Total, err = p.totalOf(ctx, signals, at, s); err != nil {
			return statement{}, err
		}
	}
	if result.counted, err = p.classes.Counted(ctx, signal, s); err != nil {
		return statement{}, err
	}
	result.expr, err = result.build(at)
	return result, err
}

// readVariants restricts what is read to what is shown, unless shares of the whole traffic are wanted.
func readVariants(query model.Query, signals []model.Signal, subject survey.Subject) []string {
	if subject.Cut {
		return subject.Shown
	}
	if len(query.Variants) == 0 || wantsShares(query, signals) {
		return nil
	}
	if subject.Baseline == "" {
		return subject.Features
	}
	return append([]string{subject.Baseline}, subject.Features...)
}

// wantsShares is whether shares of the whole traffic are wanted, for which all variants must be known.
func wantsShares(query model.Query, signals []model.Signal) bool {
	return query.WantsStat(model.StatShare) &&
		slices.ContainsFunc(signals, func(s model.Signal) bool { return s.Kind == model.KindRate })
}

// totalOf is the counter of the traffic of all variants where only some are read.
func (p *Planner) totalOf(ctx context.Context, signals []model.Signal, at evaluation, s survey.Span) (*promql.Counter, error) {
	i := slices.IndexFunc(signals, func(s model.Signal) bool { return s.Kind == model.KindRate })
	counted, err := p.classes.Counted(ctx, signals[i], s)
	at.fn.Count = counted.CountInside()
	return &promql.Counter{Metric: counted.Signal.Metric, Fn: rateOf(at)}, err
}

func (st statement) build(at evaluation) (string, error) {
	signal := st.counted.Signal
	at.fn.Count = st.counted.CountInside()
	switch signal.Kind {
	case model.KindHistogram:
		if st.counted.Native {
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

package series

import (
	"context"
	"slices"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
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
	counted kind.Source
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
	result.scope.Variants = readVariants(query, subject, p.wantsShares(query, signals))
	if subject.Cut && p.wantsShares(query, signals) {
		if result.scope.Total, err = p.totalOf(ctx, signals, at, s); err != nil {
			return statement{}, err
		}
	}
	if result.counted, err = p.classes.Counted(ctx, signal, s); err != nil {
		return statement{}, err
	}
	for _, text := range result.counted.Said() {
		result.subject.Notices = append(result.subject.Notices, notices.Info(text))
	}
	result.scope.Selector = result.counted.Signal.Selector
	result.expr, err = p.kindOf(signal).Drawn.Statement(result.scope, result.counted, funcsOf(at, result.counted))
	return result, err
}

// readVariants restricts what is read to what is shown, unless shares of the whole traffic are wanted.
func readVariants(query model.Query, subject survey.Subject, shares bool) []string {
	if subject.Cut {
		return subject.Shown
	}
	if len(query.Variants) == 0 || shares {
		return nil
	}
	if subject.Baseline == "" {
		return subject.Features
	}
	return append([]string{subject.Baseline}, subject.Features...)
}

// wantsShares is whether shares of the whole traffic are wanted, for which all variants must be known.
func (p *Planner) wantsShares(query model.Query, signals []model.Signal) bool {
	return query.WantsStat(model.StatShare) && slices.ContainsFunc(signals, p.hasShares)
}

// hasShares is whether a signal is traffic, of which each variant has a share.
func (p *Planner) hasShares(signal model.Signal) bool {
	return slices.Contains(p.kindOf(signal).Stats(nil), model.StatShare)
}

// totalOf is the counter of the traffic of all variants where only some are read.
func (p *Planner) totalOf(ctx context.Context, signals []model.Signal, at evaluation, s survey.Span) (*promql.Counter, error) {
	i := slices.IndexFunc(signals, p.hasShares)
	counted, err := p.classes.Counted(ctx, signals[i], s)
	return &promql.Counter{
		Metric: counted.Signal.Metric, Narrow: counted.Signal.Selector, Fn: funcsOf(at, counted).Counter,
	}, err
}

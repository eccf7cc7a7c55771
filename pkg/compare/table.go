package compare

import (
	"context"
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/judging"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/series"
	"github.com/flaglens/flaglens/pkg/survey"
)

// handler answers queries of one type.
type handler struct {
	run     func(ctx context.Context, e *Engine, r Request) (data.Frames, error)
	preview func(ctx context.Context, e *Engine, r Request) ([]model.PromQLStatement, error)
}

// handlers says who answers which type of query. A new type is a line here.
func handlers() map[model.QueryType]handler {
	return map[model.QueryType]handler{
		model.QuerySplit:        {run: over(signals), preview: previewed(signalStatements)},
		model.QueryCompare:      {run: over(signals), preview: previewed(signalStatements)},
		model.QueryDistribution: {run: over(distribution), preview: previewed(signalStatements)},
		model.QueryFlags:        {run: over(flags), preview: previewed(flagStatements)},
		model.QueryVerdict:      {run: until(verdicts), preview: verdictStatements},
		model.QueryBacktest:     {run: until(backtest), preview: verdictStatements},
		model.QueryChanges:      {run: until(changes), preview: verdictStatements},
	}
}

// handlerOf is the handler of a request, whose query it checks and completes.
func (e *Engine) handlerOf(r Request) (handler, Request, error) {
	query, err := r.Query.Validate()
	if err != nil {
		return handler{}, r, err
	}
	r.Query = query
	h, ok := e.table[query.QueryType]
	if !ok {
		return handler{}, r, fmt.Errorf("query type %q passed validation but is not implemented", query.QueryType)
	}
	return h, r, nil
}

// over fits the range of a request before it is answered; where there is nothing to ask, the answer says why.
func over(
	run func(ctx context.Context, e *Engine, r Request, s survey.Span) (data.Frames, error),
) func(ctx context.Context, e *Engine, r Request) (data.Frames, error) {
	return func(ctx context.Context, e *Engine, r Request) (data.Frames, error) {
		s, empty, err := e.fit(ctx, r)
		if err != nil {
			return nil, err
		}
		if empty != "" {
			return frames.Empty(r.Query, frames.Meta{Notices: []data.Notice{notices.Info(empty)}}), nil
		}
		return run(ctx, e, r, s)
	}
}

// until checks the range of a request that is answered as of its end; where it lies in the future, the answer says so.
func until(
	run func(ctx context.Context, e *Engine, r Request) (data.Frames, error),
) func(ctx context.Context, e *Engine, r Request) (data.Frames, error) {
	return func(ctx context.Context, e *Engine, r Request) (data.Frames, error) {
		empty, err := series.Ahead(r, e.now())
		if err != nil {
			return nil, err
		}
		if empty != "" {
			return frames.Empty(r.Query, frames.Meta{Notices: []data.Notice{notices.Info(empty)}}), nil
		}
		return run(ctx, e, r)
	}
}

// previewed fits the range of a request before its expressions are listed.
func previewed(
	preview func(ctx context.Context, e *Engine, r Request, s survey.Span) ([]model.PromQLStatement, error),
) func(ctx context.Context, e *Engine, r Request) ([]model.PromQLStatement, error) {
	return func(ctx context.Context, e *Engine, r Request) ([]model.PromQLStatement, error) {
		s, empty, err := e.fit(ctx, r)
		if err != nil || empty != "" {
			return []model.PromQLStatement{}, err
		}
		return preview(ctx, e, r, s)
	}
}

func signals(ctx context.Context, e *Engine, r Request, s survey.Span) (data.Frames, error) {
	return e.series.Signals.Run(ctx, r, s)
}

func distribution(ctx context.Context, e *Engine, r Request, s survey.Span) (data.Frames, error) {
	return e.series.Distributions.Run(ctx, r, s)
}

// flags lists what there is, and where it is asked for judges it.
func flags(ctx context.Context, e *Engine, r Request, s survey.Span) (data.Frames, error) {
	plan, err := e.survey.Inventory.Plan(ctx, r.Query.Filters, s)
	if err != nil {
		return nil, err
	}
	rows, meta, err := e.survey.Inventory.Read(ctx, plan)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(r.Query.Stats, model.StatVerdict) {
		return frames.Flags(rows, plan.Text(), meta), nil
	}
	said, err := e.judging.Scan.Fill(ctx, judged(r), rows)
	if err != nil {
		return nil, err
	}
	meta.Notices = append(meta.Notices, said...)
	return frames.FlagVerdicts(rows, plan.Text(), meta), nil
}

func verdicts(ctx context.Context, e *Engine, r Request) (data.Frames, error) {
	return e.judging.Verdicts.Run(ctx, judged(r))
}

func backtest(ctx context.Context, e *Engine, r Request) (data.Frames, error) {
	return e.judging.Backtests.Run(ctx, judged(r))
}

func changes(ctx context.Context, e *Engine, r Request) (data.Frames, error) {
	return e.judging.Changes.Run(ctx, judged(r))
}

func signalStatements(ctx context.Context, e *Engine, r Request, s survey.Span) ([]model.PromQLStatement, error) {
	return e.series.Planner.Preview(ctx, r.Query, s)
}

func flagStatements(ctx context.Context, e *Engine, r Request, s survey.Span) ([]model.PromQLStatement, error) {
	plan, err := e.survey.Inventory.Plan(ctx, r.Query.Filters, s)
	if err != nil {
		return nil, err
	}
	return plan.Statements(), nil
}

func verdictStatements(ctx context.Context, e *Engine, r Request) ([]model.PromQLStatement, error) {
	return e.judging.Verdicts.Preview(ctx, judged(r))
}

// judged is what judging needs of a request.
func judged(r Request) judging.Request {
	return judging.Request{Query: r.Query, From: r.From, To: r.To, FromAlert: r.FromAlert}
}

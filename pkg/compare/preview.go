package compare

import (
	"context"
	"time"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// PromQL lists the expressions that a request would send, as they would be sent, without sending them. What they depend
// on (which variants there are, of which class a metric is) is found out all the same.
func (e *Engine) PromQL(ctx context.Context, r Request) ([]model.PromQLStatement, error) {
	query, err := r.Query.Validate()
	if err != nil {
		return nil, err
	}
	r.Query = query
	if query.QueryType == model.QueryVerdict || query.QueryType == model.QueryChanges || query.QueryType == model.QueryBacktest {
		return e.previewVerdicts(ctx, r)
	}
	s, empty, err := e.spanOf(r)
	if err != nil || empty != "" {
		return []model.PromQLStatement{}, err
	}
	if query.QueryType == model.QueryFlags {
		return e.previewFlags(ctx, query, s)
	}
	groups, err := e.together(query)
	if err != nil {
		return nil, err
	}
	at := evaluationOf(query.Format, s)
	statements := []model.PromQLStatement{}
	for _, signals := range groups {
		st, err := e.statementOf(ctx, query, signals, s, at)
		if err != nil {
			return nil, named(signals, err)
		}
		for _, signal := range signals {
			if !st.empty {
				statements = append(statements, statementText(signal.ID, st.expr, at))
			}
		}
	}
	return statements, nil
}

// previewVerdicts lists what a verdict rests on. Which bucket edges it counts follows from the data, so that it is known
// once they were collected, as they are here.
func (e *Engine) previewVerdicts(ctx context.Context, r Request) ([]model.PromQLStatement, error) {
	o, err := e.occasionOf(ctx, r)
	if err != nil {
		return nil, err
	}
	statements := []model.PromQLStatement{}
	add := func(signal string, exprs []string) {
		for _, expr := range exprs {
			statements = append(statements, model.PromQLStatement{
				Signal: signal, Expr: expr, Step: prommodel.Duration(counts.Step).String(),
			})
		}
	}
	add("", o.rollout.Exprs)
	for _, id := range r.Query.Signals {
		signal, err := e.signal(id)
		if err != nil {
			return nil, err
		}
		part := e.judge(ctx, o, signal)
		if part.err != nil {
			return nil, part.err
		}
		add(id, part.exprs)
	}
	return statements, nil
}

func (e *Engine) previewFlags(ctx context.Context, query model.Query, s span) ([]model.PromQLStatement, error) {
	signal, err := e.trafficSignal()
	if err != nil {
		return nil, err
	}
	plan, err := e.planInventory(ctx, query, signal, s)
	if err != nil {
		return nil, err
	}
	statements := []model.PromQLStatement{}
	for _, expr := range plan.exprs {
		statements = append(statements, statementText(signal.ID, expr, plan.at))
	}
	return statements, nil
}

func statementText(signal, expr string, at evaluation) model.PromQLStatement {
	text := model.PromQLStatement{Signal: signal, Expr: expr}
	if !at.instant {
		text.Step = prommodel.Duration(time.Duration(at.grid.Step) * time.Millisecond).String()
	}
	return text
}

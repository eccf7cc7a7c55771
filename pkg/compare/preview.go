package compare

import (
	"context"
	"time"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// PromQL lists the expressions that a request would send, as they would be sent, without sending them. What they depend
// on (which variants there are, of which class a metric is) is found out all the same.
func (e *Engine) PromQL(ctx context.Context, r Request) ([]model.PromQLStatement, error) {
	query, err := r.Query.Validate()
	if err != nil {
		return nil, err
	}
	r.Query = query
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

func (e *Engine) previewFlags(ctx context.Context, query model.Query, s span) ([]model.PromQLStatement, error) {
	signal, err := e.trafficSignal()
	if err != nil {
		return nil, err
	}
	split := e.settings.SplitOf(signal)
	if split.Mode != model.SplitLabels && split.Mode != model.SplitInfo {
		return []model.PromQLStatement{}, nil
	}
	signal, at, err := e.countedNatively(ctx, signal, flagsEvaluation(s), s)
	if err != nil {
		return nil, err
	}
	expr, err := promql.Inventory(split, signal.Metric, signal.Selector, query.Filters, at.fn)
	if err != nil {
		return nil, err
	}
	return []model.PromQLStatement{statementText(signal.ID, expr, at)}, nil
}

func statementText(signal, expr string, at evaluation) model.PromQLStatement {
	text := model.PromQLStatement{Signal: signal, Expr: expr}
	if !at.instant {
		text.Step = prommodel.Duration(time.Duration(at.grid.Step) * time.Millisecond).String()
	}
	return text
}

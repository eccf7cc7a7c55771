package series

import (
	"context"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/survey"
)

// Signals answers split and compare.
type Signals struct {
	planner interface {
		together(query model.Query) ([][]model.Signal, error)
		plan(ctx context.Context, r Request, signals []model.Signal, s survey.Span, at evaluation) []planned
	}
	reader interface {
		read(ctx context.Context, r Request, plans []planned, at evaluation) (loaded, error)
	}
	exemplars interface {
		beside(ctx context.Context, r Request, s survey.Span, answers []answer) (data.Frames, []data.Notice)
	}
}

// Run answers a query over a span. Frames and error may both be set.
func (q *Signals) Run(ctx context.Context, r Request, s survey.Span) (data.Frames, error) {
	all, err := q.load(ctx, r, s)
	defer all.done()
	if err != nil {
		return nil, err
	}
	meta := frames.Meta{Notices: all.notices}
	if r.Query.Format == model.FormatTable {
		var rows []frames.Comparison
		for _, a := range all.answers {
			rows = append(rows, a.rows()...)
		}
		return frames.Answered(frames.Table(rows, exprs(all.answers), meta), len(rows), all.err)
	}
	if r.Query.Threshold != nil {
		var beyond []frames.Beyond
		for _, a := range all.answers {
			beyond = append(beyond, a.beyond(r.Query, evaluationOf(r.Query.Format, s))...)
		}
		return frames.Answered(frames.AlertBeyond(beyond, meta), len(beyond), all.err)
	}
	var series []frames.Series
	for _, a := range all.answers {
		series = append(series, a.series(wantedRoles(r.Query))...)
	}
	if r.Query.Format == model.FormatAlert {
		return frames.Answered(frames.Alert(series, meta), len(series), all.err)
	}
	exemplars, said := q.exemplars.beside(ctx, r, s, all.answers)
	meta.Notices = append(meta.Notices, said...)
	result := append(frames.TimeSeries(evaluationOf(r.Query.Format, s).grid, series, meta), exemplars...)
	return frames.Answered(result, len(series), all.err)
}

// load reads every signal of a query; what one cannot read does not take the others away.
func (q *Signals) load(ctx context.Context, r Request, s survey.Span) (loaded, error) {
	groups, err := q.planner.together(r.Query)
	if err != nil {
		return loaded{}, err
	}
	if len(groups) == 0 {
		return loaded{notices: []data.Notice{notices.Warn("None of the signals (%s) has any of the stats %s.",
			names.Listed(r.Query.Signals), names.Listed(r.Query.Stats))}}, nil
	}
	at := evaluationOf(r.Query.Format, s)
	plans := make([][]planned, len(groups))
	err = parallel.Do(len(groups), func(i int) error {
		plans[i] = q.planner.plan(ctx, r, groups[i], s, at)
		return nil
	})
	if err != nil {
		return loaded{}, err
	}
	all, err := q.reader.read(ctx, r, slices.Concat(plans...), at)
	if err != nil {
		return loaded{}, err
	}
	return all, nil
}

// wantedRoles is which roles a query returns: those it names, else all that its type has.
func wantedRoles(query model.Query) func(model.Role) bool {
	return func(role model.Role) bool {
		if query.QueryType == model.QuerySplit && role != model.RoleBaseline && role != model.RoleFeature {
			return false
		}
		return len(query.Roles) == 0 || slices.Contains(query.Roles, role)
	}
}

// exprs joins the expressions of several answers, each once, for the frame that shows them together.
func exprs(answers []answer) string {
	all := make([]string, len(answers))
	for i, a := range answers {
		all[i] = a.expr
	}
	return strings.Join(names.Union(all), "\n")
}

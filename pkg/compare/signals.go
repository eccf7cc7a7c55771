package compare

import (
	"context"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
)

// runSignals answers split and compare.
func (e *Engine) runSignals(ctx context.Context, r Request, s span) (data.Frames, error) {
	all, err := e.load(ctx, r, s)
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
		return answered(frames.Table(rows, exprs(all.answers), meta), len(rows), all.err)
	}
	var series []frames.Series
	for _, a := range all.answers {
		series = append(series, a.series(wantedRoles(r.Query))...)
	}
	if r.Query.Format == model.FormatAlert {
		return answered(frames.Alert(series, meta), len(series), all.err)
	}
	exemplars, said := e.exemplars(ctx, r, s, all.answers)
	meta.Notices = append(meta.Notices, said...)
	result := append(frames.TimeSeries(evaluationOf(r.Query.Format, s).grid, series, meta), exemplars...)
	return answered(result, len(series), all.err)
}

// answered drops the empty frame where nothing was read because everything failed.
func answered(result data.Frames, rows int, err error) (data.Frames, error) {
	if rows == 0 && err != nil {
		return nil, err
	}
	return result, err
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
	var all []string
	for _, a := range answers {
		if !slices.Contains(all, a.expr) {
			all = append(all, a.expr)
		}
	}
	return strings.Join(all, "\n")
}

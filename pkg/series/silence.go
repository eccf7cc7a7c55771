package series

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/survey"
)

// silent says which arm of a comparison has nothing in the range, as far as the roles are wanted, and why: that there was no
// traffic only where nothing else is the matter.
func (d *reader) silent(ctx context.Context, r Request, a answer, at evaluation) ([]data.Notice, error) {
	wanted := wantedRoles(r.Query)
	seen := func(variant string) bool {
		return slices.ContainsFunc(a.measures, func(m measure) bool { return m.variant == variant && len(m.points) > 0 })
	}
	var said []data.Notice
	if b := a.subject.Baseline; b != "" && !seen(b) {
		found, err := d.why(ctx, r, a.signal, []string{b}, at)
		if err != nil {
			return nil, err
		}
		if found.Said != "" {
			said = append(said, notices.Warn("%s: the baseline %q cannot be read: %s.", a.signal.Name, b, found.Said))
		} else {
			said = append(said, notices.Warn("%s: the baseline %q has no traffic in this range.", a.signal.Name, b))
		}
	}
	if !wanted(model.RoleFeature) && !wanted(model.RoleDifference) && !wanted(model.RoleRatio) {
		return said, nil
	}
	if len(a.subject.Features) == 0 {
		return append(said, notices.Warn("%s: flag %q has no feature in this range, only its baseline.", a.signal.Name, a.subject.Flag)), nil
	}
	if slices.ContainsFunc(a.subject.Features, seen) {
		return said, nil
	}
	found, err := d.why(ctx, r, a.signal, a.subject.Features, at)
	if err != nil {
		return nil, err
	}
	if found.Said != "" {
		return append(said, notices.Warn("%s: no feature can be read (%s): %s.", a.signal.Name, names.Listed(a.subject.Features), found.Said)), nil
	}
	return append(said, notices.Warn("%s: no feature traffic in this range (%s).", a.signal.Name, names.Listed(a.subject.Features))), nil
}

// why asks why variants have nothing in what was evaluated.
func (d *reader) why(ctx context.Context, r Request, signal model.Signal, variants []string, at evaluation) (survey.Silence, error) {
	window := at.fn.Window
	s := survey.Span{From: time.UnixMilli(at.grid.Start).Add(-window), To: time.UnixMilli(at.grid.End), Step: window, Window: window}
	return d.silences.Of(ctx, r.Query, signal, variants, s, window)
}

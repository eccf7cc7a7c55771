package series

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/survey"
)

// sight is what an answer shows of variants: any value at all, and all that was asked for. A histogram without buckets has a
// mean and no quantiles.
type sight struct{ some, all func(variant string) bool }

// sightOf tells what an answer has; of quantiles one stands for all.
func sightOf(a answer, quantiles bool) sight {
	has := func(counts func(stat string) bool) func(string) bool {
		return func(variant string) bool {
			return slices.ContainsFunc(a.measures, func(m measure) bool {
				return m.variant == variant && len(m.points) > 0 && counts(m.stat)
			})
		}
	}
	anything := has(func(string) bool { return true })
	if !quantiles {
		return sight{anything, anything}
	}
	return sight{anything, has(func(stat string) bool {
		_, quantile := model.StatQuantile(stat)
		return quantile
	})}
}

// silent says which arm of a comparison has nothing in the range, as far as the roles are wanted, and why: that there was no
// traffic only where nothing else is the matter.
func (d *reader) silent(ctx context.Context, r Request, st statement, seen sight, at evaluation) ([]data.Notice, error) {
	wanted, subject, signal := wantedRoles(r.Query), st.subject, st.signals[0]
	var said []data.Notice
	if b := subject.Baseline; b != "" && !seen.all(b) {
		found, err := d.why(ctx, r, signal, []string{b}, at)
		if err != nil {
			return nil, err
		}
		if found.Said != "" {
			said = append(said, notices.Warn("%s: the baseline %q cannot be read: %s.", signal.Name, b, found.Said))
		} else if !seen.some(b) {
			said = append(said, notices.Warn("%s: the baseline %q has no traffic in this range.", signal.Name, b))
		}
	}
	if !wanted(model.RoleFeature) && !wanted(model.RoleDifference) && !wanted(model.RoleRatio) {
		return said, nil
	}
	if len(subject.Features) == 0 {
		return append(said, notices.Warn("%s: flag %q has no feature in this range, only its baseline.", signal.Name, subject.Flag)), nil
	}
	none := !slices.ContainsFunc(subject.Features, seen.all)
	// One of several that is idle is left out without a word; one that has a mean and no quantiles is not.
	quiet := slices.DeleteFunc(slices.Clone(subject.Features), func(feature string) bool {
		return seen.all(feature) || !none && !seen.some(feature)
	})
	if len(quiet) == 0 {
		return said, nil
	}
	found, err := d.why(ctx, r, signal, quiet, at)
	if err != nil {
		return nil, err
	}
	idle := slices.DeleteFunc(slices.Clone(quiet), seen.some)
	switch {
	case found.Said != "" && none:
		said = append(said, notices.Warn("%s: no feature can be read (%s): %s.", signal.Name, names.Listed(quiet), found.Said))
	case found.Said != "":
		said = append(said, notices.Warn("%s: %s cannot be read: %s.", signal.Name, names.Listed(quiet), found.Said))
	case none && len(idle) > 0:
		said = append(said, notices.Warn("%s: no feature traffic in this range (%s).", signal.Name, names.Listed(idle)))
	}
	return said, nil
}

// why asks why variants have nothing in what was evaluated. Alert rules are evaluated at the end of a range alone: a metric that
// is not there any more is told from one that never was.
func (d *reader) why(ctx context.Context, r Request, signal model.Signal, variants []string, at evaluation) (survey.Silence, error) {
	window := at.fn.Window
	s := survey.Span{From: time.UnixMilli(at.grid.Start).Add(-window), To: time.UnixMilli(at.grid.End), Step: window, Window: window}
	found, err := d.silences.Of(ctx, r.Query, signal, variants, s, window)
	if err != nil || found.Cause != model.CauseMetricMissing || s.From.Sub(r.From) < time.Second {
		return found, err
	}
	whole := s
	whole.From = r.From
	before, err := d.silences.Of(ctx, r.Query, signal, variants, whole, window)
	if err != nil || before.Cause == model.CauseMetricMissing {
		return found, err
	}
	found.Said = fmt.Sprintf("Prometheus has no samples of %s in the last %s of this range, but before: check that the services are up and scraped",
		d.planner.kindOf(signal).Found.EventsOf(signal).Metric, window)
	return found, nil
}

package judging

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/rollout"
)

// Changes answers changes.
type Changes struct {
	rollouts interface {
		within(ctx context.Context, r Request) (rollout.Rollout, error)
	}
	baselines baselineFinder
	markers   interface {
		within(ctx context.Context, r Request) ([]marked, error)
	}
}

// Run answers when the allocation moved or the flag changed, within the range.
func (j *Changes) Run(ctx context.Context, r Request) (data.Frames, error) {
	found, err := j.rollouts.within(ctx, r)
	if err != nil {
		return nil, err
	}
	meta := frames.Meta{Notices: notices.Warnings(found.Notices)}
	if found.Source == rollout.SourceNone {
		meta.Notices = append(meta.Notices, notices.Warn("Flag %q was not seen: neither its allocation nor its traffic.", r.Query.Flag))
	}
	if r.To.Sub(r.From) > maxLookback {
		meta.Notices = append(meta.Notices, notices.Warn("Changes are looked for in the last %d days of the range: choose a shorter one to see older ones.",
			int(maxLookback.Hours()/24)))
	}
	var rows []frames.Change
	for _, c := range j.reported(r, found) {
		rows = append(rows, changeRow(c))
	}
	marks, err := j.markers.within(ctx, r)
	if err != nil {
		return nil, err
	}
	exprs := [][]string{found.Exprs}
	for _, m := range marks {
		rows = append(rows, m.rows...)
		if m.expr != "" {
			exprs = append(exprs, []string{m.expr})
		}
		if r.FromAlert && m.err != nil {
			// No alert rule sees a notice.
			return nil, m.err
		}
		meta.Notices = append(meta.Notices, m.said...)
		if m.failure != "" {
			meta.Notices = append(meta.Notices, notices.Warn("%s", m.failure))
		}
	}
	if len(rows) == 0 && found.Source != rollout.SourceNone {
		meta.Notices = append(meta.Notices, notices.Info(fmt.Sprintf(
			"Nothing changed of the flag %q in this range: choose a longer one to see older changes.", r.Query.Flag)))
	}
	meta.Notices = notices.Unique(meta.Notices)
	slices.SortStableFunc(rows, func(a, b frames.Change) int { return a.At.Compare(b.At) })
	return frames.Changes(rows, strings.Join(names.Union(exprs...), "\n"), meta), nil
}

// reported are the changes in the range, of the variants that are asked for. That the baseline's share moved goes without
// saying where a feature's did.
func (j *Changes) reported(r Request, found rollout.Rollout) []rollout.Change {
	var known []string
	for _, epoch := range found.Epochs {
		for variant := range epoch.Shares {
			known = append(known, variant)
		}
	}
	names.Sort(known)
	baseline := j.baselines.Of(r.Query, slices.Compact(known))
	return slices.DeleteFunc(slices.Clone(found.Changes), func(c rollout.Change) bool {
		asked := len(r.Query.Variants) == 0 || c.Variant == "" || slices.Contains(r.Query.Variants, c.Variant)
		implied := c.Kind == rollout.ChangeAllocation && c.Variant == baseline &&
			slices.ContainsFunc(found.Changes, func(o rollout.Change) bool { return o.At.Equal(c.At) && o.Variant != baseline })
		return !asked || implied || c.At.Before(r.From) || c.At.After(r.To)
	})
}

// changeRow puts a change in words.
func changeRow(c rollout.Change) frames.Change {
	row := frames.Change{
		At: c.At, Flag: c.Flag, Variant: c.Variant, Kind: string(c.Kind), From: math.NaN(), To: math.NaN(),
	}
	source := map[rollout.Source]string{
		rollout.SourceAllocation: " The allocation metric tells.",
		rollout.SourceTraffic:    " The traffic shows it.",
	}[c.Source]
	switch {
	case c.Kind == rollout.ChangeAllocation:
		row.From, row.To = c.From, c.To
		row.Title = fmt.Sprintf("%s %s: %s → %s", c.Flag, c.Variant, percent(c.From), percent(c.To))
		row.Text = fmt.Sprintf("The allocation of %s moved from %s to %s; a new rollout began.%s", c.Variant, percent(c.From), percent(c.To), source)
	case c.Variant == "":
		row.Title = c.Flag + " first seen"
		row.Text = fmt.Sprintf("The flag %s was first seen.%s", c.Flag, source)
	case c.Gone:
		row.Title = fmt.Sprintf("%s %s gone", c.Flag, c.Variant)
		row.Text = fmt.Sprintf("The variant %s had its last requests.%s", c.Variant, source)
	default:
		row.Title = fmt.Sprintf("%s %s first seen", c.Flag, c.Variant)
		row.Text = fmt.Sprintf("The variant %s had its first requests.%s", c.Variant, source)
	}
	return row
}

// percent writes a share as people say it: 5%, 12.5%, 0.1%.
func percent(share float64) string { return fmt.Sprintf("%.3g%%", share*100) }

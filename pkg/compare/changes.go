package compare

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/rollout"
)

// maxLookback bounds how far back changes are looked for: what is read for them is read day by day.
const maxLookback = 13 * rollout.DefaultLookback

// runChanges answers changes: when the allocation moved or the flag changed, within the range.
func (e *Engine) runChanges(ctx context.Context, r Request) (data.Frames, error) {
	found, err := e.rolloutIn(ctx, r)
	if err != nil {
		return nil, err
	}
	meta := frames.Meta{Notices: texted(found.Notices)}
	if found.Source == rollout.SourceNone {
		meta.Notices = append(meta.Notices, warn("Flag %q was not seen: neither its allocation nor its traffic.", r.Query.Flag))
	}
	if r.To.Sub(r.From) > maxLookback {
		meta.Notices = append(meta.Notices, warn("Changes are looked for in the last %d days of the range: choose a shorter one to see older ones.",
			int(maxLookback.Hours()/24)))
	}
	var rows []frames.Change
	for _, c := range e.toldChanges(r, found) {
		rows = append(rows, changeRow(c))
	}
	stretches, exprs, failures := e.marked(ctx, r)
	meta.Notices = append(meta.Notices, texted(failures)...)
	rows = append(rows, stretches...)
	slices.SortStableFunc(rows, func(a, b frames.Change) int { return a.At.Compare(b.At) })
	return frames.Changes(rows, strings.Join(append(slices.Clone(found.Exprs), exprs...), "\n"), meta), nil
}

// rolloutIn finds out what happened to a flag's allocation up to the end of a range, and what it was when the range began.
func (e *Engine) rolloutIn(ctx context.Context, r Request) (rollout.Rollout, error) {
	at := e.now()
	if r.To.Before(at) {
		at = r.To
	}
	traffic, err := e.trafficSignal()
	if err != nil {
		return rollout.Rollout{}, err
	}
	native, err := e.countsNatively(ctx, traffic, stretchOf(at.Add(-lookBackForVariants), at, e.settings.ScrapeInterval()))
	if err != nil {
		return rollout.Rollout{}, err
	}
	// Whole multiples of the usual, so that ranges that differ a little share what was read.
	lookback := rollout.DefaultLookback
	for at.Sub(r.From) > lookback-24*time.Hour && lookback < maxLookback {
		lookback += rollout.DefaultLookback
	}
	return e.rollouts.Find(ctx, rollout.Request{
		Flag: r.Query.Flag, Traffic: native.signal, Filters: r.Query.Filters, Native: native.native, At: at, Lookback: lookback,
	})
}

// toldChanges are those in the range, of the variants that are asked for. That the baseline's share moved goes without
// saying where a feature's did.
func (e *Engine) toldChanges(r Request, found rollout.Rollout) []rollout.Change {
	var known []string
	for _, epoch := range found.Epochs {
		for variant := range epoch.Shares {
			known = append(known, variant)
		}
	}
	sortNaturally(known)
	baseline := e.baselineOf(r.Query, slices.Compact(known))
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
	told := map[rollout.Source]string{
		rollout.SourceAllocation: " The allocation metric tells.",
		rollout.SourceTraffic:    " The traffic shows it.",
	}[c.Source]
	switch {
	case c.Kind == rollout.ChangeAllocation:
		row.From, row.To = c.From, c.To
		row.Title = fmt.Sprintf("%s %s: %s → %s", c.Flag, c.Variant, percent(c.From), percent(c.To))
		row.Text = fmt.Sprintf("The allocation of %s moved from %s to %s; a new rollout began.%s", c.Variant, percent(c.From), percent(c.To), told)
	case c.Variant == "":
		row.Title = c.Flag + " first seen"
		row.Text = fmt.Sprintf("The flag %s was first seen.%s", c.Flag, told)
	case c.Gone:
		row.Title = fmt.Sprintf("%s %s gone", c.Flag, c.Variant)
		row.Text = fmt.Sprintf("The variant %s had its last requests.%s", c.Variant, told)
	default:
		row.Title = fmt.Sprintf("%s %s first seen", c.Flag, c.Variant)
		row.Text = fmt.Sprintf("The variant %s had its first requests.%s", c.Variant, told)
	}
	return row
}

// percent writes a share as people say it: 5%, 12.5%, 0.1%.
func percent(share float64) string { return fmt.Sprintf("%.3g%%", share*100) }

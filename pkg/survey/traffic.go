package survey

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// noVariant is what traffic is called whose variant label is empty or missing.
const noVariant = "no variant"

// pair is a flag and one of its variants.
type pair struct{ flag, variant string }

// Traffic is an inventory: the traffic of each flag and variant.
type Traffic map[pair]traffic

// traffic is what the inventory knows of a pair.
type traffic struct {
	total       float64
	first, last time.Time
}

// add counts a pair's points. Only those with traffic count as seen: a series that starts at zero is no user.
func (seen Traffic) add(p pair, points []promapi.FloatPoint) {
	t := seen[p]
	for _, point := range points {
		if !(point.V > 0) {
			continue
		}
		at := time.UnixMilli(point.T)
		if t.first.IsZero() || at.Before(t.first) {
			t.first = at
		}
		if at.After(t.last) {
			t.last = at
		}
		t.total += point.V
	}
	seen[p] = t
}

// rows are the inventory's rows: flags by name, the baseline of each first, then its features. Of a flag with more
// variants than are shown, those with the most traffic are kept, and a notice says so. Traffic without a variant comes last.
func (seen Traffic) rows(baselines Baselines, most int) (rows []frames.FlagRow, cuts []data.Notice) {
	totals := map[string]float64{}
	variants := map[string][]string{}
	for p, t := range seen {
		if p.flag == "" {
			continue
		}
		totals[p.flag] += t.total
		switch {
		case p.variant != "":
			variants[p.flag] = append(variants[p.flag], p.variant)
		case t.total > 0 && variants[p.flag] == nil:
			variants[p.flag] = []string{}
		}
	}
	flags := slices.Collect(maps.Keys(variants))
	names.Sort(flags)
	for _, flag := range flags {
		names.Sort(variants[flag])
		baseline := baselines.Of(model.Query{Flag: flag}, variants[flag])
		ordered := baselineFirst(variants[flag], baseline)
		if found := len(ordered); found > most {
			ordered = seen.busiest(flag, ordered, baseline, most)
			cuts = append(cuts, notices.Warn("Flag %q has %d variants. The %d with the most traffic are shown: "+
				"raise the limit in the datasource's settings to see more.", flag, found, len(ordered)))
		}
		for _, variant := range ordered {
			role := model.RoleFeature
			if variant == baseline {
				role = model.RoleBaseline
			}
			t := seen[pair{flag, variant}]
			rows = append(rows, frames.FlagRow{
				Flag: flag, Variant: variant, Role: role, Share: t.total / totals[flag], FirstSeen: t.first, LastSeen: t.last,
			})
		}
		if t := seen[pair{flag, ""}]; t.total > 0 {
			rows = append(rows, frames.FlagRow{
				Flag: flag, Variant: noVariant, Role: model.RoleNone, Share: t.total / totals[flag], FirstSeen: t.first, LastSeen: t.last,
			})
		}
	}
	return rows, cuts
}

// busiest keeps the baseline and those of a flag's other variants that had the most traffic, in their order.
func (seen Traffic) busiest(flag string, variants []string, baseline string, most int) []string {
	byTraffic := slices.Clone(variants)
	slices.SortStableFunc(byTraffic, func(a, b string) int {
		switch {
		case a == baseline:
			return -1
		case b == baseline:
			return 1
		default:
			return cmp.Compare(seen[pair{flag, b}].total, seen[pair{flag, a}].total)
		}
	})
	kept := byTraffic[:most]
	return slices.DeleteFunc(slices.Clone(variants), func(v string) bool { return !slices.Contains(kept, v) })
}

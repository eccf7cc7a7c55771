package compare

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// flagsPoints bounds the points of the inventory: enough to say when a variant was first and last seen.
const flagsPoints = 200

// fewestPoints are those that are left of an inventory of very many flags and variants.
const fewestPoints = 20

// pair is a flag and one of its variants.
type pair struct{ flag, variant string }

// trafficByPair is the inventory.
type trafficByPair map[pair]traffic

// traffic is what the inventory knows of a pair.
type traffic struct {
	total       float64
	first, last time.Time
}

// runFlags answers flags: every flag and variant that had traffic in the span, with shares and when it was seen.
func (e *Engine) runFlags(ctx context.Context, r Request, s span) (data.Frames, error) {
	signal, err := e.trafficSignal()
	if err != nil {
		return nil, err
	}
	plan, err := e.planInventory(ctx, r.Query, signal, s)
	if err != nil {
		return nil, err
	}
	seen, meta, err := e.inventory(ctx, plan)
	if err != nil {
		return nil, err
	}
	if len(seen) == 0 && len(meta.Notices) == 0 {
		meta.Notices = []data.Notice{warn("No flag had traffic on %s in this range.", signal.Metric)}
	}
	rows, cuts := e.flagRows(seen)
	meta.Notices = append(meta.Notices, cuts...)
	if !slices.Contains(r.Query.Stats, model.StatVerdict) {
		return frames.Flags(rows, plan.text(), meta), nil
	}
	notices, err := e.judgeFlags(ctx, r, rows)
	if err != nil {
		return nil, err
	}
	meta.Notices = append(meta.Notices, notices...)
	return frames.FlagVerdicts(rows, plan.text(), meta), nil
}

// flagsEvaluation is coarser than a chart's.
func flagsEvaluation(s span) evaluation {
	s.step = max(s.step, (s.to.Sub(s.from) / flagsPoints).Round(time.Second))
	s.window = max(s.step, s.window)
	return evaluation{grid: s.gridToEnd(), fn: promql.Func{Name: "rate", Window: s.window}}
}

// trafficSignal is the signal whose events count as traffic: the first rate that is split the default way, else the
// count of the first histogram.
func (e *Engine) trafficSignal() (model.Signal, error) {
	catalogue := e.settings.Catalogue()
	for _, signal := range catalogue {
		if signal.Kind == model.KindRate && signal.Split == nil {
			return signal, nil
		}
	}
	for _, signal := range catalogue {
		if signal.Kind == model.KindHistogram && signal.Split == nil {
			signal.Metric += "_count"
			signal.Kind = model.KindRate
			return signal, nil
		}
	}
	return model.Signal{}, &model.InvalidError{
		Field: "signals", Message: "the catalogue has no rate and no histogram by which traffic could be told; choose a preset or add a signal of the kind rate in the datasource's settings",
	}
}

// add counts a pair's points. Only those with traffic count as seen: a series that starts at zero is no user.
func (seen trafficByPair) add(p pair, points []promapi.FloatPoint) {
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

// flagRows are the inventory's rows: flags by name, the baseline of each first, then its features. Of a flag with more
// variants than are shown, those with the most traffic are kept, and a notice says so.
func (e *Engine) flagRows(seen trafficByPair) (rows []frames.FlagRow, cuts []data.Notice) {
	totals := map[string]float64{}
	variants := map[string][]string{}
	for p, t := range seen {
		if p.flag == "" || p.variant == "" {
			continue
		}
		totals[p.flag] += t.total
		variants[p.flag] = append(variants[p.flag], p.variant)
	}
	var flags []string
	for flag := range variants {
		flags = append(flags, flag)
	}
	sortNaturally(flags)
	most := e.settings.Limits.MaxVariants
	for _, flag := range flags {
		sortNaturally(variants[flag])
		baseline := e.baselineOf(model.Query{Flag: flag}, variants[flag])
		ordered := baselineFirst(variants[flag], baseline)
		if found := len(ordered); found > most {
			ordered = seen.busiest(flag, ordered, baseline, most)
			cuts = append(cuts, warn("Flag %q has %d variants. The %d with the most traffic are shown: "+
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
	}
	return rows, cuts
}

// busiest keeps the baseline and those of a flag's other variants that had the most traffic, in their order.
func (seen trafficByPair) busiest(flag string, variants []string, baseline string, most int) []string {
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

func baselineFirst(variants []string, baseline string) []string {
	ordered := slices.Clone(variants)
	if i := slices.Index(ordered, baseline); i > 0 {
		ordered = slices.Insert(slices.Delete(ordered, i, i+1), 0, baseline)
	}
	return ordered
}

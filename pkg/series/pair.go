package series

import (
	"math"
	"slices"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/survey"
)

// answer is what was read of one signal.
type answer struct {
	signal   model.Signal
	kind     kind.Kind
	subject  survey.Subject
	expr     string
	measures []measure
}

// pairs lays each stat's features over their baseline, group by group, in the order of the stats.
func (a answer) pairs(visit func(baseline *measure, features []measure)) {
	type slot struct{ stat, key string }
	var order []slot
	slots := map[slot][]measure{}
	for _, m := range a.measures {
		s := slot{m.stat, m.key}
		if _, seen := slots[s]; !seen {
			order = append(order, s)
		}
		slots[s] = append(slots[s], m)
	}
	for _, s := range order {
		var baseline *measure
		var features []measure
		for _, m := range slots[s] {
			switch role, _ := a.subject.RoleOf(m.variant); role {
			case model.RoleBaseline:
				baseline = &m
			case model.RoleFeature:
				features = append(features, m)
			}
		}
		slices.SortStableFunc(features, func(x, y measure) int {
			return slices.Index(a.subject.Features, x.variant) - slices.Index(a.subject.Features, y.variant)
		})
		visit(baseline, features)
	}
}

// series lists an answer's series: of each stat baseline, features, differences, ratios, as far as the roles are wanted.
func (a answer) series(wanted func(model.Role) bool) []frames.Series {
	var out []frames.Series
	add := func(m *measure, role model.Role, points []promapi.FloatPoint) {
		if m == nil || !wanted(role) {
			return
		}
		out = append(out, frames.Series{
			Identity: frames.Identity{
				Flag: a.subject.Flag, Variant: m.variant, Role: role, Signal: a.signal.ID, Stat: m.stat, Group: m.group,
			},
			Unit: m.unit, Direction: directionOf(a.signal, m.stat), Expr: a.expr, Points: points,
		})
	}
	a.pairs(func(baseline *measure, features []measure) {
		if baseline != nil {
			add(baseline, model.RoleBaseline, baseline.points)
		}
		for _, f := range features {
			add(&f, model.RoleFeature, f.points)
		}
		if baseline == nil || !compared(baseline.stat) {
			return
		}
		for _, f := range features {
			add(&f, model.RoleDifference, combine(baseline.points, f.points, difference))
		}
		for _, f := range features {
			add(&f, model.RoleRatio, combine(baseline.points, f.points, ratio))
		}
	})
	return out
}

// expectAll adds a measure without points for each variant that should have one: an alert rule that misses a series it
// expects stays silent, so it is given one without a value.
func (a *answer) expectAll(query model.Query) {
	type group struct {
		key    string
		labels map[string]string
	}
	type place struct{ stat, key, variant string }
	groups := []group{{}}
	seen := map[string]bool{}
	known := map[place]bool{}
	if len(query.GroupBy) > 0 {
		groups = nil
	}
	for _, m := range a.measures {
		if len(query.GroupBy) > 0 && !seen[m.key] {
			seen[m.key] = true
			groups = append(groups, group{m.key, m.group})
		}
		known[place{m.stat, m.key, m.variant}] = true
	}
	variants := slices.Clone(a.subject.Features)
	if a.subject.Baseline != "" {
		variants = append(variants, a.subject.Baseline)
	}
	for _, stat := range a.kind.Stats(query.Quantiles) {
		if !query.WantsStat(stat) {
			continue
		}
		for _, g := range groups {
			for _, variant := range variants {
				if known[place{stat, g.key, variant}] {
					continue
				}
				a.measures = append(a.measures, measure{
					variant: variant, group: g.labels, key: g.key, stat: stat, unit: unitOf(a.signal, stat),
					lower: math.NaN(), upper: math.NaN(),
				})
			}
		}
	}
}

// compared is whether a stat has a difference: the shares of a traffic that somebody set have none worth showing.
func compared(stat string) bool { return stat != model.StatShare }

// rows lists an answer's comparisons, one for each feature and stat. Without features the baseline stands alone.
func (a answer) rows() []frames.Comparison {
	var out []frames.Comparison
	a.pairs(func(baseline *measure, features []measure) {
		if len(features) == 0 && baseline != nil {
			features = []measure{{stat: baseline.stat, unit: baseline.unit, group: baseline.group, lower: math.NaN(), upper: math.NaN()}}
		}
		for _, f := range features {
			base := measure{lower: math.NaN(), upper: math.NaN()}
			if baseline != nil {
				base = *baseline
			}
			b, v := last(base.points), last(f.points)
			row := frames.Comparison{
				Flag: a.subject.Flag, Baseline: a.subject.Baseline, Variant: f.variant, Signal: a.signal.ID, Stat: f.stat,
				Unit: f.unit, Direction: directionOf(a.signal, f.stat), Group: f.group, BaselineValue: b, VariantValue: v, Difference: math.NaN(), Ratio: math.NaN(),
				BaselineLower: base.lower, BaselineUpper: base.upper, VariantLower: f.lower, VariantUpper: f.upper,
			}
			if compared(f.stat) {
				row.Difference, row.Ratio = difference(b, v), ratio(b, v)
			}
			out = append(out, row)
		}
	})
	return out
}

func last(points []promapi.FloatPoint) float64 {
	if len(points) == 0 {
		return math.NaN()
	}
	return points[len(points)-1].V
}

func difference(baseline, feature float64) float64 { return feature - baseline }

// ratio of a baseline of 0 is no number: everything is infinitely more than nothing.
func ratio(baseline, feature float64) float64 {
	if baseline == 0 {
		return math.NaN()
	}
	return feature / baseline
}

// combine pairs points of the same time; a time that one of them lacks stays a gap.
func combine(baseline, feature []promapi.FloatPoint, of func(baseline, feature float64) float64) []promapi.FloatPoint {
	out := make([]promapi.FloatPoint, 0, min(len(baseline), len(feature)))
	for b, f := 0, 0; b < len(baseline) && f < len(feature); {
		switch {
		case baseline[b].T < feature[f].T:
			b++
		case baseline[b].T > feature[f].T:
			f++
		default:
			out = append(out, promapi.FloatPoint{T: feature[f].T, V: of(baseline[b].V, feature[f].V)})
			b++
			f++
		}
	}
	return out
}

// directionOf says which way a stat of a signal is better; a share of traffic is neither.
func directionOf(signal model.Signal, stat string) model.Direction {
	if stat == model.StatShare {
		return model.Neutral
	}
	return signal.Direction
}

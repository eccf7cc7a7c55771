package compare

import (
	"context"
	"errors"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/model"
)

// distributed is one variant's histograms in one answer.
type distributed struct {
	frames.Identity
	arm  *arm
	expr string
	unit string
}

// runDistribution answers distribution: how the observations of each variant are spread. What one signal cannot read
// does not take the others away.
func (e *Engine) runDistribution(ctx context.Context, r Request, s span) (data.Frames, error) {
	at := evaluationOf(r.Query.Format, s)
	plans := make([]planned, len(r.Query.Signals))
	var sizes []size
	for i, id := range r.Query.Signals {
		signal, err := e.signal(id)
		if err != nil {
			return nil, err
		}
		if plans[i] = e.planDistribution(ctx, r, signal, s, at); plans[i].err == nil && !plans[i].empty {
			sizes = append(sizes, plans[i].size)
		}
	}
	release, err := e.room(ctx, r, sizes)
	if err != nil {
		return nil, err
	}
	defer release()
	var variants []distributed
	var meta frames.Meta
	var failures []error
	for _, p := range plans {
		found, notices, err := e.distributions(ctx, r.Query, p, at)
		if err != nil {
			failures = append(failures, named(p.signals, err))
		}
		variants = append(variants, found...)
		meta.Notices = append(meta.Notices, notices...)
	}
	if len(failures) == len(r.Query.Signals) {
		return nil, errors.Join(failures...)
	}
	meta.Notices = unique(meta.Notices)
	return distributionFrames(r.Query, variants, at, meta), errors.Join(failures...)
}

// planDistribution finds out what to ask for the histograms of one signal.
func (e *Engine) planDistribution(ctx context.Context, r Request, signal model.Signal, s span, at evaluation) planned {
	signals := []model.Signal{signal}
	if signal.Kind != model.KindHistogram {
		return planned{statement: statement{signals: signals}, err: &model.InvalidError{
			Field: "signals", Message: "it is no histogram, so it has no distribution; choose a signal of the kind histogram, such as latency",
		}}
	}
	st, err := e.statementOf(ctx, r.Query, signals, s, at)
	p := planned{statement: st, err: err}
	if err == nil && !st.empty {
		p.size, p.err = e.sizeOf(ctx, r, st, at)
	}
	p.signals = signals
	return p
}

// distributions reads the histograms of one signal.
func (e *Engine) distributions(
	ctx context.Context, query model.Query, p planned, at evaluation,
) ([]distributed, []data.Notice, error) {
	if p.err != nil || p.empty {
		return nil, p.subject.notices, p.err
	}
	result, err := e.ask(ctx, p.expr, at)
	if err != nil {
		return nil, nil, err
	}
	arms := armsOf(result, p.scope, at.grid)
	if err := checkSizes(query, []size{widthOf(p, arms, at)}); err != nil {
		return nil, nil, err
	}
	notices := slices.Concat(p.subject.notices, frames.Notices(result.Warnings, result.Infos))
	return distributedOf(p.statement, p.signals[0], arms), notices, nil
}

func distributionFrames(query model.Query, variants []distributed, at evaluation, meta frames.Meta) data.Frames {
	if query.Format == model.FormatShift {
		return shift(query.Quantiles, variants, meta)
	}
	wanted := wantedRoles(query)
	variants = slices.DeleteFunc(variants, func(d distributed) bool { return !wanted(d.Role) })
	if query.Format == model.FormatCDF {
		return cumulative(variants, meta)
	}
	return heatmaps(variants, at, meta)
}

// distributedOf orders the arms: the baseline, then the features in natural order.
func distributedOf(st statement, signal model.Signal, arms []*arm) []distributed {
	var out []distributed
	for _, variant := range append([]string{st.subject.baseline}, st.subject.features...) {
		for _, a := range arms {
			role, ok := st.subject.roleOf(a.variant)
			if a.variant != variant || !ok {
				continue
			}
			out = append(out, distributed{
				Identity: frames.Identity{
					Flag: st.subject.flag, Variant: variant, Role: role, Signal: signal.ID, Group: a.group,
				},
				arm: a, expr: st.expr, unit: signal.Unit,
			})
		}
	}
	return out
}

func heatmaps(variants []distributed, at evaluation, meta frames.Meta) data.Frames {
	var maps []frames.Heatmap
	for _, d := range variants {
		var times []histo.BinsAt
		for i := range at.grid.Len() {
			if distribution := d.arm.distribution(i); distribution != nil {
				times = append(times, histo.BinsAt{T: at.grid.At(i), Bins: distribution.Bins()})
			}
		}
		heatmap := frames.Heatmap{Identity: d.Identity, Expr: d.expr}
		for _, row := range histo.Rows(times) {
			heatmap.Rows = append(heatmap.Rows, frames.HeatmapRow{Upper: row.Upper, Points: row.Points})
		}
		if len(heatmap.Rows) > 0 {
			maps = append(maps, heatmap)
		}
	}
	return frames.Heatmaps(at.grid, maps, meta)
}

func cumulative(variants []distributed, meta frames.Meta) data.Frames {
	var rows []frames.CDFRow
	for _, d := range variants {
		distribution := d.arm.distribution(0)
		if distribution == nil {
			continue
		}
		for _, point := range histo.CDF(distribution.Bins()) {
			rows = append(rows, frames.CDFRow{
				Flag: d.Flag, Variant: d.Variant, Role: d.Role, Signal: d.Signal,
				LE: point.LE, Share: point.Share, Count: point.Count,
			})
		}
	}
	return frames.CDF(rows, unitOfAll(variants), exprOfAll(variants), meta)
}

func shift(quantiles []float64, variants []distributed, meta frames.Meta) data.Frames {
	var rows []frames.ShiftRow
	for _, base := range variants {
		if base.Role != model.RoleBaseline {
			continue
		}
		for _, d := range variants {
			if d.Role != model.RoleFeature || d.Signal != base.Signal || d.arm.key != base.arm.key {
				continue
			}
			baseline, feature := base.arm.distribution(0), d.arm.distribution(0)
			if baseline == nil || feature == nil {
				continue
			}
			for _, p := range histo.Shift(quantiles, baseline, feature) {
				rows = append(rows, frames.ShiftRow{
					Flag: d.Flag, Baseline: base.Variant, Variant: d.Variant, Signal: d.Signal, Quantile: p.Quantile,
					BaselineValue: p.Baseline, VariantValue: p.Feature, Difference: p.Difference,
					BaselineLower: p.BaselineLower, BaselineUpper: p.BaselineUpper,
					VariantLower: p.FeatureLower, VariantUpper: p.FeatureUpper,
				})
			}
		}
	}
	return frames.Shift(rows, unitOfAll(variants), exprOfAll(variants), meta)
}

func unitOfAll(variants []distributed) string {
	if len(variants) == 0 {
		return ""
	}
	return variants[0].unit
}

func exprOfAll(variants []distributed) string {
	answers := make([]answer, len(variants))
	for i, d := range variants {
		answers[i].expr = d.expr
	}
	return exprs(answers)
}

package series

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/survey"
)

// distributed is one variant's histograms in one answer.
type distributed struct {
	frames.Identity
	arm  *arm
	expr string
	unit string
}

// Distributions answers distribution.
type Distributions struct {
	planner interface {
		statementOf(ctx context.Context, query model.Query, signals []model.Signal, s survey.Span, at evaluation) (statement, error)
		sizeOf(ctx context.Context, r Request, st statement, at evaluation) (size, error)
	}
	reader interface {
		room(ctx context.Context, r Request, sizes []size) (release func(), err error)
		silent(ctx context.Context, r Request, st statement, seen sight, at evaluation) ([]data.Notice, error)
		evaluate(ctx context.Context, p planned, at evaluation) ([]*arm, []data.Notice, error)
	}
	catalogue interface {
		Signals(ids []string) ([]model.Signal, error)
		KindOf(signal model.Signal) kind.Kind
	}
}

// Run answers how the observations of each variant are spread. What one signal cannot read does not take the others
// away.
func (q *Distributions) Run(ctx context.Context, r Request, s survey.Span) (data.Frames, error) {
	signals, err := q.catalogue.Signals(r.Query.Signals)
	if err != nil {
		return nil, err
	}
	at := evaluationOf(r.Query.Format, s)
	plans := make([]planned, len(signals))
	err = parallel.Do(len(signals), func(i int) error {
		plans[i] = q.plan(ctx, r, signals[i], s, at)
		return nil
	})
	if err != nil {
		return nil, err
	}
	release, err := q.reader.room(ctx, r, sizesOf(plans))
	if err != nil {
		return nil, err
	}
	defer release()
	found := make([][]distributed, len(plans))
	said := make([][]data.Notice, len(plans))
	failures := make([]error, len(plans))
	err = parallel.Do(len(plans), func(i int) error {
		found[i], said[i], failures[i] = q.read(ctx, r, plans[i], at)
		if failures[i] != nil {
			failures[i] = failure.Named(failures[i], plans[i].signals...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = errors.Join(failures...)
	if !slices.Contains(failures, nil) {
		return nil, err
	}
	meta := frames.Meta{Notices: notices.Unique(slices.Concat(said...))}
	return distributionFrames(r.Query, slices.Concat(found...), at, meta), err
}

// plan finds out what to ask for the histograms of one signal.
func (q *Distributions) plan(ctx context.Context, r Request, signal model.Signal, s survey.Span, at evaluation) planned {
	signals := []model.Signal{signal}
	if !q.catalogue.KindOf(signal).Drawn.Distribution {
		return planned{statement: statement{signals: signals}, err: &model.InvalidError{
			Field: "signals", Message: "it is no histogram, so it has no distribution; choose a signal of the kind histogram, such as latency",
		}}
	}
	st, err := q.planner.statementOf(ctx, r.Query, signals, s, at)
	p := planned{statement: st, err: err}
	if err == nil && !st.empty {
		p.size, p.err = q.planner.sizeOf(ctx, r, st, at)
	}
	p.signals = signals
	return p
}

// read reads the histograms of one signal.
func (q *Distributions) read(
	ctx context.Context, r Request, p planned, at evaluation,
) ([]distributed, []data.Notice, error) {
	if p.err != nil || p.empty {
		return nil, p.subject.Notices, p.err
	}
	arms, said, err := q.reader.evaluate(ctx, p, at)
	if err != nil {
		return nil, nil, err
	}
	if err := checkSizes(r.Query, []size{widthOf(p, arms, at)}); err != nil {
		return nil, nil, err
	}
	found := distributedOf(p.statement, p.signals[0], arms)
	seen := func(variant string) bool {
		return slices.ContainsFunc(found, func(d distributed) bool { return d.Variant == variant && d.arm.distributed() })
	}
	silent, err := q.reader.silent(ctx, r, p.statement, sight{seen, seen}, at)
	return found, slices.Concat(p.subject.Notices, said, silent), err
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
	return heatmaps(query, variants, at, meta)
}

// distributedOf orders the arms: the baseline, then the features in natural order.
func distributedOf(st statement, signal model.Signal, arms []*arm) []distributed {
	var out []distributed
	for _, variant := range append([]string{st.subject.Baseline}, st.subject.Features...) {
		for _, a := range arms {
			role, ok := st.subject.RoleOf(a.variant)
			if a.variant != variant || !ok {
				continue
			}
			out = append(out, distributed{
				Identity: frames.Identity{
					Flag: st.subject.Flag, Variant: variant, Role: role, Signal: signal.ID, Group: a.group,
				},
				arm: a, expr: st.expr, unit: signal.Unit,
			})
		}
	}
	return out
}

func heatmaps(query model.Query, variants []distributed, at evaluation, meta frames.Meta) data.Frames {
	var maps []frames.Heatmap
	for _, d := range variants {
		var times []histo.BinsAt
		for i := range at.grid.Len() {
			if distribution := d.arm.distribution(i); distribution != nil {
				times = append(times, histo.BinsAt{T: at.grid.At(i), Bins: distribution.Bins()})
			}
		}
		heatmap := frames.Heatmap{Identity: d.Identity, Expr: d.expr}
		if query.Detail == model.DetailEssential {
			heatmap.Unit = d.unit
		}
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
	all := make([]string, len(variants))
	for i, d := range variants {
		all[i] = d.expr
	}
	return strings.Join(names.Union(all), "\n")
}

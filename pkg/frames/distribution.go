package frames

import (
	"math"
	"strconv"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// frameTypeHeatmapRows is HeatmapRows of @grafana/data, which the SDK has no name for.
const frameTypeHeatmapRows data.FrameType = "heatmap-rows"

// HeatmapRow is one bucket over time; values are events a second in that bucket alone.
type HeatmapRow struct {
	// Upper is the bucket's upper bound.
	Upper  float64
	Points []promapi.FloatPoint
}

// Heatmap is the distribution of one variant over time, rows from the lowest bucket up.
type Heatmap struct {
	Identity
	// Expr is the PromQL that it comes from.
	Expr string
	// Unit is the Grafana unit id of the bounds. Where it is given the buckets are called by it, and the number in each says of
	// which variant it is: core panels write neither themselves.
	Unit string
	Rows []HeatmapRow
}

// bucketUnit is the unit of what lies in a bucket: events a second.
const bucketUnit = "cps"

// named is what a bucket is called, and the unit of what lies in it.
func (h Heatmap) named(upper float64) (name, unit string) {
	if h.Unit == "" {
		return bound(upper), bucketUnit
	}
	return numbers.Value(h.Unit, upper), "suffix:/s with " + h.Variant
}

// Heatmaps makes one heatmap-rows frame of each variant, in their order, all on the times of grid.
func Heatmaps(grid Grid, heatmaps []Heatmap, meta Meta) data.Frames {
	times := grid.times()
	frames := make(data.Frames, 0, len(heatmaps))
	if len(heatmaps) == 0 {
		last := bound(math.Inf(1))
		frames = append(frames, none(frameTypeHeatmapRows, noTimes(), noValues(last, data.Labels{LabelLE: last})))
	}
	for _, h := range heatmaps {
		fields := make([]*data.Field, 0, 1+len(h.Rows))
		fields = append(fields, data.NewField(FieldTime, nil, times))
		for _, row := range h.Rows {
			le := bound(row.Upper)
			labels := h.labels()
			labels[LabelLE] = le
			field := data.NewField(le, labels, grid.values(row.Points))
			name, unit := h.named(row.Upper)
			field.Config = &data.FieldConfig{Unit: unit, DisplayNameFromDS: name}
			fields = append(fields, field)
		}
		frame := data.NewFrame(h.displayName(), fields...)
		frame.Meta = &data.FrameMeta{
			Type:                frameTypeHeatmapRows,
			TypeVersion:         frameVersion,
			ExecutedQueryString: h.Expr,
		}
		frames = append(frames, frame)
	}
	return attach(frames, meta)
}

// bound writes an upper bound as Prometheus writes the label le.
func bound(v float64) string {
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// CDFRow is a point of a cumulative distribution: Share (0..1) of the observations is at most LE.
type CDFRow struct {
	Flag, Variant string
	Role          model.Role
	Signal        string
	LE            float64
	Share, Count  float64
}

// CDF makes the numeric-long frame of cumulative distributions, rows in their order. unit is the
// Grafana unit id of the bounds.
func CDF(rows []CDFRow, unit, expr string, meta Meta) data.Frames {
	le := column("le", rows, func(r CDFRow) *float64 { return nullable(r.LE) })
	le.Config = &data.FieldConfig{Unit: unit}
	share := column("share", rows, func(r CDFRow) *float64 { return nullable(r.Share) })
	share.Config = &data.FieldConfig{Unit: "percentunit"}
	return long([]*data.Field{
		column("flag", rows, func(r CDFRow) string { return r.Flag }),
		column("variant", rows, func(r CDFRow) string { return r.Variant }),
		column("role", rows, func(r CDFRow) string { return string(r.Role) }),
		column("signal", rows, func(r CDFRow) string { return r.Signal }),
		le,
		share,
		column("count", rows, func(r CDFRow) *float64 { return nullable(r.Count) }),
	}, expr, meta)
}

// ShiftRow is a row of the shift function: variant minus baseline at one quantile. NaN stands for a
// value that there is not.
type ShiftRow struct {
	Flag, Baseline, Variant, Signal string
	Quantile                        float64
	BaselineValue, VariantValue     float64
	Difference                      float64
	BaselineLower, BaselineUpper    float64
	VariantLower, VariantUpper      float64
}

// Shift makes the numeric-long frame of shift functions, rows in their order. unit is the Grafana unit
// id of the values.
func Shift(rows []ShiftRow, unit, expr string, meta Meta) data.Frames {
	number := func(name string, get func(ShiftRow) float64) *data.Field {
		field := column(name, rows, func(r ShiftRow) *float64 { return nullable(get(r)) })
		field.Config = &data.FieldConfig{Unit: unit}
		return field
	}
	return long([]*data.Field{
		column("flag", rows, func(r ShiftRow) string { return r.Flag }),
		column("baseline", rows, func(r ShiftRow) string { return r.Baseline }),
		column("variant", rows, func(r ShiftRow) string { return r.Variant }),
		column("signal", rows, func(r ShiftRow) string { return r.Signal }),
		column("quantile", rows, func(r ShiftRow) float64 { return r.Quantile }),
		number("baseline_value", func(r ShiftRow) float64 { return r.BaselineValue }),
		number("variant_value", func(r ShiftRow) float64 { return r.VariantValue }),
		number("difference", func(r ShiftRow) float64 { return r.Difference }),
		// Each quantile lies somewhere in its bucket, so the difference lies between those of the opposite bounds.
		number("difference_lower", func(r ShiftRow) float64 { return r.VariantLower - r.BaselineUpper }),
		number("difference_upper", func(r ShiftRow) float64 { return r.VariantUpper - r.BaselineLower }),
		number("baseline_lower", func(r ShiftRow) float64 { return r.BaselineLower }),
		number("baseline_upper", func(r ShiftRow) float64 { return r.BaselineUpper }),
		number("variant_lower", func(r ShiftRow) float64 { return r.VariantLower }),
		number("variant_upper", func(r ShiftRow) float64 { return r.VariantUpper }),
	}, expr, meta)
}

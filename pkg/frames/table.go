package frames

import (
	"maps"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
)

// Comparison is a row of the comparison table: one variant over the baseline in one stat of a signal.
// NaN stands for a value that there is not.
type Comparison struct {
	Flag, Baseline, Variant, Signal, Stat, Unit string
	// Direction says which way is better; empty leaves it to the reader.
	Direction model.Direction
	// Group holds the labels of groupBy.
	Group                        map[string]string
	BaselineValue, VariantValue  float64
	Difference, Ratio            float64
	BaselineLower, BaselineUpper float64
	VariantLower, VariantUpper   float64
}

// Table makes the numeric-long frame of comparisons, in their order.
func Table(rows []Comparison, expr string, meta Meta) data.Frames {
	text := func(name string, get func(Comparison) string) *data.Field { return column(name, rows, get) }
	number := func(name string, get func(Comparison) float64) *data.Field {
		return column(name, rows, func(r Comparison) *float64 { return nullable(get(r)) })
	}
	fields := []*data.Field{
		text("flag", func(r Comparison) string { return r.Flag }),
		text("baseline", func(r Comparison) string { return r.Baseline }),
		text("variant", func(r Comparison) string { return r.Variant }),
		text("signal", func(r Comparison) string { return r.Signal }),
		text("stat", func(r Comparison) string { return r.Stat }),
		text("unit", func(r Comparison) string { return r.Unit }),
		text("direction", func(r Comparison) string { return string(r.Direction) }),
	}
	fields = append(fields, groupColumns(fields, rows)...)
	fields = append(fields,
		number("baseline_value", func(r Comparison) float64 { return r.BaselineValue }),
		number("variant_value", func(r Comparison) float64 { return r.VariantValue }),
		number("difference", func(r Comparison) float64 { return r.Difference }),
		number("ratio", func(r Comparison) float64 { return r.Ratio }),
		number("baseline_lower", func(r Comparison) float64 { return r.BaselineLower }),
		number("baseline_upper", func(r Comparison) float64 { return r.BaselineUpper }),
		number("variant_lower", func(r Comparison) float64 { return r.VariantLower }),
		number("variant_upper", func(r Comparison) float64 { return r.VariantUpper }),
	)
	return long(fields, expr, meta)
}

// groupColumns are the columns of the groupBy labels that are not named like one of fields.
func groupColumns(fields []*data.Field, rows []Comparison) []*data.Field {
	names := map[string]bool{}
	for _, r := range rows {
		for name := range r.Group {
			names[name] = true
		}
	}
	for _, f := range fields {
		delete(names, f.Name)
	}
	var columns []*data.Field
	for _, name := range slices.Sorted(maps.Keys(names)) {
		columns = append(columns, column(name, rows, func(r Comparison) string { return r.Group[name] }))
	}
	return columns
}

// FlagRow is a row of the inventory.
type FlagRow struct {
	Flag, Variant string
	Role          model.Role
	// Share is the variant's part of the flag's traffic, 0..1; NaN if there is none.
	Share float64
	// FirstSeen and LastSeen are zero where they are not known.
	FirstSeen, LastSeen time.Time
	// Verdict is the most damaging state of the flag's signals, Evidence the most evidence; empty and NaN for a baseline.
	Verdict  string
	Evidence float64
	// Discovery says that a regression holds although it was looked for in the whole list.
	Discovery bool
}

// Flags makes the numeric-long frame of the inventory, rows in their order.
func Flags(rows []FlagRow, expr string, meta Meta) data.Frames {
	return long(flagFields(rows), expr, meta)
}

// FlagVerdicts is Flags with what the verdicts of each feature say.
func FlagVerdicts(rows []FlagRow, expr string, meta Meta) data.Frames {
	return long(append(flagFields(rows),
		column("verdict", rows, func(r FlagRow) string { return r.Verdict }),
		column(model.StatEvidence, rows, func(r FlagRow) *float64 { return nullable(r.Evidence) }),
		column("discovery", rows, func(r FlagRow) bool { return r.Discovery }),
	), expr, meta)
}

func flagFields(rows []FlagRow) []*data.Field {
	share := column("share", rows, func(r FlagRow) *float64 { return nullable(r.Share) })
	share.Config = &data.FieldConfig{Unit: "percentunit"}
	return []*data.Field{
		column("flag", rows, func(r FlagRow) string { return r.Flag }),
		column("variant", rows, func(r FlagRow) string { return r.Variant }),
		column("role", rows, func(r FlagRow) string { return string(r.Role) }),
		share,
		column("first_seen", rows, func(r FlagRow) *time.Time { return nullableTime(r.FirstSeen) }),
		column("last_seen", rows, func(r FlagRow) *time.Time { return nullableTime(r.LastSeen) }),
	}
}

// cell is what a column of a long frame holds.
type cell interface {
	string | bool | float64 | *float64 | time.Time | *time.Time
}

// column makes a field with one value of each row.
func column[R any, C cell](name string, rows []R, get func(R) C) *data.Field {
	values := make([]C, len(rows))
	for i, row := range rows {
		values[i] = get(row)
	}
	return data.NewField(name, nil, values)
}

// long makes the one numeric-long frame of fields.
func long(fields []*data.Field, expr string, meta Meta) data.Frames {
	frame := data.NewFrame("", fields...)
	frame.Meta = &data.FrameMeta{
		Type:                data.FrameTypeNumericLong,
		TypeVersion:         frameVersion,
		ExecutedQueryString: expr,
	}
	return attach(data.Frames{frame}, meta)
}

package frames

import (
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// Column is a column of a frame of rows: its name and what it holds, as Grafana calls that (string, number, time, boolean).
type Column struct{ Name, Type string }

// Layout is the columns of a frame of rows.
type Layout struct {
	// Name is what the frame is called in the contract; Doc says what a row is.
	Name, Doc string
	Columns   []Column
	// Required are those by which a reader knows the frame.
	Required []string
}

// SeriesLabels are the labels of a value field that carry meaning; whatever else it has groups the comparison.
var SeriesLabels = []string{LabelFlag, LabelVariant, LabelRole, LabelSignal, LabelStat}

// Layouts lists the frames of rows, with the columns that are written.
func Layouts() []Layout {
	// Of the exemplars the third column is called as the label that holds the id of the trace.
	exemplars := layout("EXEMPLAR", "An observation that names its trace, in the column behind these two.",
		Exemplars(model.Signal{}, "", []Exemplar{{}}, "", TraceLink{}))
	exemplars.Columns = slices.DeleteFunc(exemplars.Columns, func(c Column) bool { return c.Name == "" })
	exemplars.Required = namesOf(exemplars.Columns)
	verdicts := layout("VERDICT", "What is said of one signal of one feature.", Verdicts([]verdict.Verdict{{}}, "", Meta{}))
	verdicts.Required = namesOf(verdicts.Columns)[:slices.IndexFunc(verdicts.Columns, func(c Column) bool {
		return c.Name == model.StatEvidence
	})+1]
	return []Layout{
		layout("COMPARISON", "One variant over the baseline in one stat of a signal.", Table([]Comparison{{}}, "", Meta{}),
			"baseline", LabelVariant, LabelSignal, LabelStat, model.StatBaselineValue, model.StatVariantValue, model.StatDifference, model.StatRatio),
		verdicts,
		layout("FLAG", "One variant of a flag in the inventory, with its verdict.", FlagVerdicts([]FlagRow{{}}, "", Meta{}),
			LabelFlag, LabelVariant, LabelRole, "share"),
		layout("BACKTEST", "How often verdicts on one signal are wrong.", Backtest([]BacktestRow{{}}, "", Meta{}), LabelFlag, LabelSignal, "rate"),
		layout("CHANGE", "Something that happened to a flag, as an annotation.", Changes([]Change{{}}, "", Meta{}), "time", "title", "text"),
		layout("CUMULATIVE", "A point of a cumulative distribution.", CDF([]CDFRow{{}}, "", "", Meta{}),
			LabelVariant, LabelSignal, LabelRole, LabelLE, "share", "count"),
		layout("SHIFT", "The difference at one quantile.", Shift([]ShiftRow{{}}, "", "", Meta{}),
			LabelVariant, LabelSignal, "quantile", model.StatDifference),
		exemplars,
	}
}

func layout(name, doc string, written data.Frames, required ...string) Layout {
	l := Layout{Name: name, Doc: doc, Required: required}
	for _, field := range written[0].Fields {
		l.Columns = append(l.Columns, Column{Name: field.Name, Type: typeOf(field)})
	}
	return l
}

func typeOf(field *data.Field) string {
	switch {
	case field.Type().Time():
		return "time"
	case field.Type().Numeric():
		return "number"
	case field.Type() == data.FieldTypeBool:
		return "boolean"
	}
	return "string"
}

func namesOf(columns []Column) []string {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.Name
	}
	return names
}

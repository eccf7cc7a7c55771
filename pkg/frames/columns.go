package frames

import (
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
)

// table is what a frame of rows answers.
type table struct {
	queryType model.QueryType
	format    model.Format
}

func layoutOf(query model.Query) table { return table{query.QueryType, query.Format} }

// technical says of each frame of rows which of its columns are for machines.
var technical = map[table]func(name string) bool{
	{model.QueryCompare, model.FormatTable}: among(
		LabelFlag, "direction", "baseline_lower", "baseline_upper", "variant_lower", "variant_upper"),
	{model.QueryVerdict, model.FormatTable}: not(among(
		"baseline", LabelVariant, LabelSignal, "state", "difference_text", "interval_text", "margin_text", model.StatEvidence,
		model.StatNBaseline, model.StatNVariant, model.StatSince, "headline")),
	{model.QueryFlags, model.FormatTable}:      among(),
	{model.QueryBacktest, model.FormatTable}:   among(LabelFlag, "processes", "ticks", "seed"),
	{model.QueryChanges, model.FormatTable}:    among("timeEnd", "tags", LabelFlag),
	{model.QueryDistribution, model.FormatCDF}: among(LabelFlag),
	{model.QueryDistribution, model.FormatShift}: among(
		LabelFlag, "baseline_lower", "baseline_upper", "variant_lower", "variant_upper"),
}

func among(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}

func not(is func(string) bool) func(string) bool {
	return func(name string) bool { return !is(name) }
}

// timeWidth is the room in pixels that a table needs for a date with its time.
const timeWidth = 180

// dressColumns makes a frame of rows one that people read: technical columns hidden, dates whole, yes for true.
func dressColumns(frame *data.Frame, technical func(name string) bool) {
	for _, field := range frame.Fields {
		switch {
		case technical(field.Name):
			hide(field)
		case field.Type().Time():
			custom(field)["width"] = timeWidth
		case field.Type() == data.FieldTypeBool:
			custom(field)
			field.Config.Mappings = data.ValueMappings{data.ValueMapper{"true": {Text: "yes"}, "false": {Text: "no"}}}
		}
	}
}

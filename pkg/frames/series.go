package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// Series is one series of an answer to split or compare.
type Series struct {
	Identity
	// Unit is the Grafana unit id of the signal's values; that of a ratio series is replaced by none.
	Unit string
	// Direction says which way is better; empty leaves it to the reader.
	Direction model.Direction
	// Expr is the PromQL that the series comes from.
	Expr   string
	Points []promapi.FloatPoint
}

// TimeSeries makes one timeseries-multi frame of each series, in their order, all on the times of grid.
func TimeSeries(grid Grid, series []Series, meta Meta) data.Frames {
	// One field for all: nobody writes to it, and times take more room than values.
	times := data.NewField(FieldTime, nil, grid.times())
	frames := make(data.Frames, 0, len(series))
	if len(series) == 0 {
		frames = append(frames, none(data.FrameTypeTimeSeriesMulti, noTimes(), noValues(FieldValue, nil)))
	}
	for _, s := range series {
		frame := data.NewFrame("", times, valueField(s, grid.values(s.Points)))
		frame.Meta = &data.FrameMeta{
			Type:                data.FrameTypeTimeSeriesMulti,
			TypeVersion:         frameVersion,
			ExecutedQueryString: s.Expr,
		}
		frames = append(frames, frame)
	}
	return attach(frames, meta)
}

// Alert makes one numeric-multi frame of each series, in their order, with its last point. A series
// without points, or with NaN, keeps its frame with null: an alert rule that misses a series it expects
// would stay silent, and NaN would fire it.
func Alert(series []Series, meta Meta) data.Frames {
	frames := make(data.Frames, 0, len(series))
	if len(series) == 0 {
		frames = append(frames, none(data.FrameTypeNumericMulti))
	}
	for _, s := range series {
		value := []*float64{nil}
		if n := len(s.Points); n > 0 {
			value[0] = nullable(s.Points[n-1].V)
		}
		frame := data.NewFrame("", valueField(s, value))
		frame.Meta = &data.FrameMeta{
			Type:                data.FrameTypeNumericMulti,
			TypeVersion:         frameVersion,
			ExecutedQueryString: s.Expr,
		}
		frames = append(frames, frame)
	}
	return attach(frames, meta)
}

// Beyond is how far one series lies beyond a limit.
type Beyond struct {
	Identity
	Expr string
	// Excess is a factor, above 1 where it lies beyond; NaN where there is no value.
	Excess float64
	// Summary and Description are empty where no words are wanted.
	Summary, Description string
}

// AlertBeyond makes one numeric-multi frame of each series, in their order, like Alert.
func AlertBeyond(series []Beyond, meta Meta) data.Frames {
	frames := make(data.Frames, 0, len(series))
	for _, s := range series {
		labels := s.labels()
		if s.Summary != "" {
			labels[labelSummary], labels[labelDescription] = s.Summary, s.Description
		}
		field := data.NewField(FieldValue, labels, []*float64{nullable(s.Excess)})
		field.Config = &data.FieldConfig{DisplayNameFromDS: s.displayName() + ": beyond the limit"}
		frame := data.NewFrame("", field)
		frame.Meta = &data.FrameMeta{Type: data.FrameTypeNumericMulti, TypeVersion: frameVersion, ExecutedQueryString: s.Expr}
		frames = append(frames, frame)
	}
	return attach(frames, meta)
}

func valueField(s Series, values []*float64) *data.Field {
	field := data.NewField(FieldValue, s.labels(), values)
	field.Config = &data.FieldConfig{Unit: unitOf(s.Unit, s.Role), DisplayNameFromDS: s.displayName()}
	if s.Direction != "" {
		field.Config.Custom = map[string]any{"direction": s.Direction}
	}
	return field
}

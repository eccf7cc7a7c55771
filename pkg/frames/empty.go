package frames

import (
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
)

// Empty is the answer to a query of which there is nothing to show: the frame that it is answered with, without rows, whose
// notices say why. Core panels look for the fields of its type and some crash where there are none. A number for alert
// conditions has none: that is how the data plane contract says that there is no data.
func Empty(query model.Query, meta Meta) data.Frames {
	switch query.QueryType {
	case model.QueryDistribution:
		switch query.Format {
		case model.FormatCDF:
			return CDF(nil, "", "", meta)
		case model.FormatShift:
			return Shift(nil, "", "", meta)
		default:
			return Heatmaps(Grid{}, nil, meta)
		}
	case model.QueryFlags:
		if slices.Contains(query.Stats, model.StatVerdict) {
			return FlagVerdicts(nil, "", meta)
		}
		return Flags(nil, "", meta)
	case model.QueryVerdict:
		if query.Format == model.FormatAlert {
			return VerdictAlert(nil, "", "", meta)
		}
		return Verdicts(nil, "", meta)
	case model.QueryBacktest:
		return Backtest(nil, "", meta)
	case model.QueryChanges:
		return Changes(nil, "", meta)
	default:
		switch query.Format {
		case model.FormatTable:
			return Table(nil, "", meta)
		case model.FormatAlert:
			return Alert(nil, meta)
		default:
			return TimeSeries(Grid{}, nil, meta)
		}
	}
}

// ForAlert is an answer as alert rules read it. What has no rows loses its fields: Grafana takes a field without values for a
// series whose value is no number, where a frame without fields is what it calls no data.
func ForAlert(answer data.Frames) data.Frames {
	if len(answer) != 1 || answer[0].Rows() > 0 {
		return answer
	}
	answer[0].Fields = nil
	return answer
}

// none is a frame of a type without rows.
func none(of data.FrameType, fields ...*data.Field) *data.Frame {
	frame := data.NewFrame("", fields...)
	frame.Meta = &data.FrameMeta{Type: of, TypeVersion: frameVersion}
	return frame
}

func noTimes() *data.Field { return data.NewField(FieldTime, nil, []time.Time{}) }

func noValues(name string, labels data.Labels) *data.Field {
	return data.NewField(name, labels, []*float64{})
}

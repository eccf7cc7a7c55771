package series

import (
	"time"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
)

// evaluation is when and how the expressions of a query are evaluated.
type evaluation struct {
	grid    frames.Grid
	instant bool
	// fn turns counters into numbers at each time; gauge what is done to a gauge.
	fn, gauge promql.Func
	// lately is how old the newest sample of a series may be that is there.
	lately time.Duration
}

// evaluationOf is how a format is evaluated: over the grid, once at the end of the range (alert), or once over the whole
// range (tables).
func evaluationOf(format model.Format, s survey.Span) evaluation {
	at := evaluated(format, s)
	at.lately = min(s.Window/2, lookback)
	return at
}

// lookback is how long Prometheus itself takes a value for the present one.
const lookback = 5 * time.Minute

func evaluated(format model.Format, s survey.Span) evaluation {
	switch format {
	case model.FormatTable, model.FormatCDF, model.FormatShift:
		over := s.Length()
		return evaluation{
			grid: s.Point(), instant: true,
			fn:    promql.Func{Name: "increase", Window: over, Whole: true},
			gauge: promql.Func{Name: "avg_over_time", Window: over, Whole: true},
		}
	case model.FormatAlert:
		return evaluation{grid: s.Point(), instant: true, fn: promql.Func{Name: "rate", Window: s.Window}}
	default:
		return evaluation{grid: s.Grid(), fn: promql.Func{Name: "rate", Window: s.Window}}
	}
}

// funcsOf are the functions by which a signal is read: rates a second also where others are read as increases.
func funcsOf(at evaluation, from kind.Source) kind.Funcs {
	at.fn.Count = from.CountInside()
	return kind.Funcs{
		Counter: at.fn, Gauge: at.gauge, Rate: promql.Func{Name: "rate", Window: at.fn.Window, Count: at.fn.Count, Whole: at.fn.Whole},
	}
}

// seconds is what an increase is divided by to become a rate; 1 where rates were read.
func (at evaluation) seconds() float64 {
	if at.fn.Name == "increase" {
		return at.fn.Window.Seconds()
	}
	return 1
}

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

// funcsOf are the functions by which a signal is read.
func funcsOf(at evaluation, from kind.Source) kind.Funcs {
	fn := from.Counting(at.fn)
	if at.piecewise(from) {
		_, fn.Window = at.pieces()
		fn.Whole = false
	}
	return kind.Funcs{Counter: fn, Gauge: at.gauge}
}

// fewestPieces is in how many pieces a whole range is read at least, where what is read may change its class on the way.
const fewestPieces = 12

// piecewise is whether a whole range is read in pieces: a process that changes from classic to native histograms within it
// has counted a part of it in each, and where it had both for a while, that must not be counted twice.
func (at evaluation) piecewise(from kind.Source) bool { return at.fn.Whole && from.Beside != "" }

// pieces are the windows of a whole range, one after the other, and how long each is.
func (at evaluation) pieces() (frames.Grid, time.Duration) {
	n := max(min(at.fn.Window/max(2*at.lately, time.Second), fewestPieces), 1)
	length := max((at.fn.Window / n).Truncate(time.Second), time.Second)
	step := length.Milliseconds()
	return frames.Grid{Start: at.grid.End - int64(n-1)*step, End: at.grid.End, Step: step}, length
}

// seconds is what an increase is divided by to become a rate; 1 where rates were read.
func (at evaluation) seconds() float64 {
	if at.fn.Name == "increase" {
		return at.fn.Window.Seconds()
	}
	return 1
}

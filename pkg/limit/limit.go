// Package limit holds what was measured of one variant against a limit that somebody chose, and says that it lies beyond only
// where chance does not explain it. It does no I/O.
package limit

import (
	"math"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// Measured is what was measured of one signal of one variant over a window.
type Measured struct {
	Flag, Variant string
	Role          model.Role
	Signal        model.Signal
	// Form says how Value came about, Stat which one it is.
	Form counts.Form
	Stat string
	// Value is in the unit of the signal. NaN where there is none.
	Value float64
	// Quantile gives those of the distribution that Value is one of; nil where it is of none.
	Quantile func(q float64) float64
	// Events is how many requests it rests on; NaN where they are not counted.
	Events float64
	Window time.Duration
}

// Excess is how far beyond the limit the value lies for sure, as a factor: above 1 it does. NaN where there is no value, 0
// where there are fewer events than the limit asks for.
//
// Of a share the number of bad events is taken for a Poisson one, whose lower bound is Wilson's and Hilferty's (Sure); of a
// quantile the bound is the quantile of a rank that lies so many standard errors beside it (Conover 1999, section 3.2). What
// counts no events has no bound, and is compared as it is.
func Excess(m Measured, l model.Limit) float64 {
	if math.IsNaN(m.Value) {
		return math.NaN()
	}
	if m.Events < l.MinRequests {
		return 0
	}
	sure := Bound(m, l.Errors())
	if m.Signal.Direction == model.HigherIsBetter {
		if m.Form == counts.FormShare {
			return over(1-sure, 1-l.Value)
		}
		return over(l.Value, sure)
	}
	return over(sure, l.Value)
}

// over is a quotient of what is not negative; a limit of 0 is exceeded by whatever there is.
func over(value, limit float64) float64 {
	switch {
	case value <= 0:
		return 0
	case limit <= 0:
		return math.MaxFloat64
	}
	return value / limit
}

// Bound is how good the value may be for all that chance allows, so many standard errors away: its lower bound where lower is
// better, else its upper one. It is the value itself where nothing bounds it.
func Bound(m Measured, standardErrors float64) float64 {
	higher := m.Signal.Direction == model.HigherIsBetter
	switch {
	case math.IsNaN(m.Events):
		return m.Value
	case m.Form == counts.FormShare && higher:
		return 1 - Sure(m.Events*(1-m.Value), standardErrors)/m.Events
	case m.Form == counts.FormShare:
		return Sure(m.Events*m.Value, standardErrors) / m.Events
	}
	q, ok := model.StatQuantile(m.Stat)
	if !ok || m.Quantile == nil {
		return m.Value
	}
	away := standardErrors * math.Sqrt(q*(1-q)/m.Events)
	if higher {
		away = -away
	}
	return m.Quantile(min(max(q-away, 0), 1))
}

// Sure is the lower bound of the expected number of events of which n were counted, so many standard errors below: that of a
// Poisson distribution in the approximation of Wilson and Hilferty (1931), which is right to some percent from one event on.
func Sure(n, standardErrors float64) float64 {
	if !(n > 0) {
		return 0
	}
	root := 1 - 1/(9*n) - standardErrors/(3*math.Sqrt(n))
	return n * math.Pow(max(root, 0), 3)
}

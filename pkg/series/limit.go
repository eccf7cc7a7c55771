package series

import (
	"math"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/limit"
	"github.com/flaglens/flaglens/pkg/model"
)

// held is what a limit needs of a measure beside its value, of the last time.
type held struct {
	events   float64
	quantile func(q float64) float64
}

// hold keeps of an arm what a limit is held against.
func (m *measure) hold(of kind.Kind, r reading) {
	last := r.at.grid.Len() - 1
	m.held = held{events: math.NaN()}
	if !of.Judged.Requests {
		return
	}
	if rate, ok := r.arm.rate(last, r.at); ok {
		m.held.events = rate * r.at.fn.Window.Seconds()
	}
	if d := r.arm.distribution(last); d != nil {
		m.held.quantile = func(q float64) float64 {
			value, _, _ := d.Quantile(q)
			return value
		}
	}
}

// beyond says of each series how far it lies beyond the query's limit, with the words of an alert.
func (a answer) beyond(query model.Query, at evaluation) []frames.Beyond {
	wanted := wantedRoles(query)
	var out []frames.Beyond
	add := func(m *measure, role model.Role) {
		if m == nil || !wanted(role) {
			return
		}
		of := limit.Measured{
			Flag: a.subject.Flag, Variant: m.variant, Role: role, Signal: a.signal, Form: a.kind.Judged.Form, Stat: m.stat,
			Value: last(m.points), Quantile: m.held.quantile, Events: m.held.events, Window: at.fn.Window,
		}
		excess := limit.Excess(of, *query.Threshold)
		one := frames.Beyond{
			Identity: frames.Identity{
				Flag: a.subject.Flag, Variant: m.variant, Role: role, Signal: a.signal.ID, Stat: m.stat, Group: m.group,
			},
			Expr: a.expr, Excess: excess,
		}
		if query.Threshold.Words {
			words := limit.WordsOf(of, *query.Threshold, excess)
			one.Summary, one.Description = words.Summary, words.Description
		}
		out = append(out, one)
	}
	a.pairs(func(baseline *measure, features []measure) {
		add(baseline, model.RoleBaseline)
		for _, f := range features {
			add(&f, model.RoleFeature)
		}
	})
	return out
}

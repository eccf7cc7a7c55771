package verdict

import "slices"

// State is what a verdict says.
type State string

// States, in the words that people read.
const (
	Regressed    State = "regressed"
	Improved     State = "improved"
	WithinMargin State = "within margin"
	Inconclusive State = "inconclusive"
	Insufficient State = "insufficient data"
	Withheld     State = "withheld"
	// NotRead: the server did not answer, and nothing is known from before.
	NotRead State = "not read"
	NoData  State = "no data"
)

// byDamage lists the states from the one to act on first to the one that is fine.
var byDamage = []State{Regressed, Withheld, Inconclusive, Insufficient, NotRead, NoData, WithinMargin, Improved}

// States lists all states, from the one to act on first to the one that is fine.
func States() []State { return slices.Clone(byDamage) }

// MoreDamaging orders states: negative where a is to be acted on before b. Where one signal is inconclusive and another
// within its margin, the flag as a whole is inconclusive.
func MoreDamaging(a, b State) int { return slices.Index(byDamage, a) - slices.Index(byDamage, b) }

// Urgency orders verdicts from the one to act on first, which has the highest, to the one that is fine: by state, and within
// one state by evidence.
func (v *Verdict) Urgency() float64 {
	place := slices.Index(byDamage, v.State)
	if place < 0 {
		return 0
	}
	evidence := max(v.Evidence, 0)
	return float64(len(byDamage)-place) + evidence/(1+evidence)
}

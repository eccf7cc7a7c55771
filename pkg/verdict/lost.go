package verdict

import (
	"fmt"

	"github.com/flaglens/flaglens/pkg/counts"
)

// lost is about how much of what the arms counted is not among their counts, because processes restart again and again or lose
// parts of their series: as N, and the restarts that it stems from.
type lost struct {
	n, whole arms
	restarts arms
}

const (
	// unlike is by how much the part that is lost may differ between the arms: what is counted just before a crash may be what is
	// worse, and a part that both lose alike favours neither.
	unlike = 0.01
	// mostLost is the part that may be lost of either.
	mostLost = 0.05
)

func (l *lost) add(tick counts.Tick) {
	l.n.a, l.n.b = l.n.a+tick.LostA, l.n.b+tick.LostB
	l.restarts.a, l.restarts.b = l.restarts.a+float64(tick.RestartsA), l.restarts.b+float64(tick.RestartsB)
	for _, s := range tick.Strata {
		l.whole.a, l.whole.b = l.whole.a+s.A.Requests(), l.whole.b+s.B.Requests()
	}
}

// parts are those that are lost of all that each arm counted.
func (l *lost) parts() arms { return arms{of(l.n.a, l.n.a+l.whole.a), of(l.n.b, l.n.b+l.whole.b)} }

// much tells whether so much is lost that nothing can be said of the rest.
func (l *lost) much() bool {
	p := l.parts()
	return max(p.a, p.b) > mostLost || p.a-p.b > unlike || p.b-p.a > unlike
}

// hides tells whether so much more of the baseline is lost than of the feature that the feature may look worse by it.
func (l *lost) hides() bool {
	p := l.parts()
	return p.a-p.b > unlike
}

// some tells whether so much is lost that it has to be said.
func (l *lost) some() bool {
	p := l.parts()
	return max(p.a, p.b) > unlike
}

// words say how much is lost of which arm, and why; remedy says what to do about it.
func (l *lost) words(baseline, feature string) (why, remedy string) {
	p := l.parts()
	what := fmt.Sprintf("about %s of what %s counts and %s of what %s does", roughPart(p.a), baseline, roughPart(p.b), feature)
	restarts, whose := l.restarts.b, feature
	switch {
	case p.a-p.b <= unlike && p.b-p.a <= unlike:
		what, whose = fmt.Sprintf("about %s of what %s and %s count", roughPart(max(p.a, p.b)), baseline, feature), "both"
	case p.a > p.b:
		restarts, whose = l.restarts.a, baseline
	}
	if restarts >= 1 {
		return fmt.Sprintf("%s is left out: processes of %s restart again and again (%s times), and what they count before a restart is in no sample",
				what, whose, count(restarts)),
			"Find out why they restart (crashes, a memory limit, a liveness probe)."
	}
	return what + " is left out: processes of " + whose + " lose parts of their series again and again, and get them back",
		"Let the exporter keep idle series for longer, and check that every shard or replica of the store answers."
}

// roughPart writes a part in one or two digits: what was lost is estimated.
func roughPart(part float64) string {
	if part > 0 && part < 0.0005 {
		return "0%"
	}
	return fixed(100*part, decimals(100*part, 2)) + "%"
}

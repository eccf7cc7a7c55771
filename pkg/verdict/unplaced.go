package verdict

import (
	"fmt"

	"github.com/flaglens/flaglens/pkg/counts"
)

// unplaced is what was counted of the arms of a histogram without being placed at its edges, because processes have other
// bounds: in all, and in the latest minutes.
type unplaced struct {
	part, whole arms
	// since is when the first of it began, in unix seconds.
	since  int64
	recent []requestsPlaced
}

// requestsPlaced is a minute's requests, and how many of them were not placed.
type requestsPlaced struct{ part, whole arms }

const (
	// recently is how many minutes are the latest.
	recently = 15
	// mostly is the part of the latest minutes that may not be placed: a moment without a bucket is no change of bounds.
	mostly = 0.5
)

func (u *unplaced) add(tick counts.Tick) {
	var now requestsPlaced
	for _, s := range tick.Strata {
		now.part.a, now.part.b = now.part.a+s.A.Unplaced, now.part.b+s.B.Unplaced
		now.whole.a, now.whole.b = now.whole.a+s.A.Requests(), now.whole.b+s.B.Requests()
	}
	if u.since == 0 && now.part.a+now.part.b > 0 {
		u.since = tick.End - int64(counts.Step.Seconds())
	}
	u.part.a, u.part.b = u.part.a+now.part.a, u.part.b+now.part.b
	u.whole.a, u.whole.b = u.whole.a+now.whole.a, u.whole.b+now.whole.b
	if u.recent = append(u.recent, now); len(u.recent) > recently {
		u.recent = append(u.recent[:0], u.recent[1:]...)
	}
}

// shares are the parts of both arms that could not be placed: of all, and of the latest minutes.
func (u *unplaced) shares() (all, latest arms) {
	var part, whole arms
	for _, minute := range u.recent {
		part.a, part.b = part.a+minute.part.a, part.b+minute.part.b
		whole.a, whole.b = whole.a+minute.whole.a, whole.b+minute.whole.b
	}
	return arms{of(u.part.a, u.whole.a), of(u.part.b, u.whole.b)}, arms{of(part.a, whole.a), of(part.b, whole.b)}
}

// much tells whether so much was not placed that nothing can be said of the rest: it may be what is worse.
func (u *unplaced) much() bool {
	all, latest := u.shares()
	return max(all.a, all.b) > maxMissing || len(u.recent) == recently && max(latest.a, latest.b) > mostly
}

// words name the arm of which more was not placed, and how much of it.
func (u *unplaced) words(baseline, feature string) string {
	all, latest := u.shares()
	a, b := max(all.a, latest.a), max(all.b, latest.b)
	switch {
	case a == b:
		return fmt.Sprintf("%s of the requests of %s and %s are not judged", share(a), baseline, feature)
	case a > b:
		return fmt.Sprintf("%s of the requests of %s are not judged", share(a), baseline)
	}
	return fmt.Sprintf("%s of the requests of %s are not judged", share(b), feature)
}

func of(part, whole float64) float64 {
	if !(whole > 0) {
		return 0
	}
	return part / whole
}

package eprocess

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/overdispersion"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// TooFarBeyond is by how many standard errors a latest stretch of time may speak against Within or Better before they are no
// longer said. Both are about all the time since the start, so that hours of healthy traffic would outweigh for hours what
// has gone wrong since; and neither is latched.
const TooFarBeyond = 2.75

// recentSeconds are the lengths of those stretches.
var recentSeconds = [...]int64{15 * 60, 30 * 60, 60 * 60, 120 * 60}

// latest judges the latest stretches of time of a run.
type latest struct{ *Engine }

// readLive says that Within and Better, which are read live, are what a claim about A is made for.
func readLive(e *Engine) bool { return e.c.Arm == 1 }

// Stands says whether the evidence of a question is at its threshold after the ticks followed, and nothing new speaks
// against it.
func (e *Engine) Stands(alpha float64) bool {
	return e.Reaches(1/alpha) && !(readLive(e) && latest{e}.beyond() > TooFarBeyond)
}

// beyond is by how many standard errors the worst of the latest stretches of time, of those that the run is long enough
// for, lies on the wrong side of the claim; below 0 where none does. The errors are those that the dispersion before a
// stretch makes likely, which what goes wrong in it cannot raise.
func (e latest) beyond() float64 {
	worst := math.Inf(-1)
	var sum strata.TickSums
	from := e.Ticks
	for _, seconds := range recentSeconds {
		first := e.Ticks - int(seconds/e.h.Params.Step)
		if first < 0 {
			break
		}
		for ; from > first; from-- {
			sum.Join(*e.h.sums.At(from - 1))
		}
		worst = max(worst, e.against(&sum, e.dispersionBefore(first)))
	}
	return worst
}

// against is by how many standard errors a sum lies on the wrong side of the claim. Of the two variances of its residual,
// of counts given their sum and of Poisson counts, either is far too small where one arm has few of the requests and, by
// chance, none or one of the bad ones; the larger is not.
func (e latest) against(sum *strata.TickSums, phi float64) float64 {
	u, v, uu, vv := sum.U, sum.V, sum.UU, sum.VV
	if e.c.Arm == 1 {
		u, v, uu, vv = v, u, vv, uu
	}
	variance := max(e.c.Ratio*sum.T, uu+e.c.Ratio*e.c.Ratio*vv)
	if !(variance > 0) {
		return math.Inf(-1)
	}
	return (e.c.Ratio*v + e.c.Shift*sum.H - u) / math.Sqrt(variance*phi)
}

// dispersionBefore is the dispersion of the full quarters of an hour before a tick.
func (e latest) dispersionBefore(tick int) float64 {
	if quarter := tick / e.h.Clock.Quarter; quarter > 0 {
		return e.h.dispersion.Before(quarter)[e.c.Arm]
	}
	return overdispersion.PriorPhi
}

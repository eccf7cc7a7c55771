package verdict

import (
	"fmt"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// heard tells whether anything of the flag was scraped in a tick: a process without requests was.
func heard(tick counts.Tick) bool { return tick.Expected > 0 || len(tick.Strata) > 0 }

// noteStop says since when nothing new of the flag arrives, if it does not: what the ticks prove holds for the time before
// that. A time at which it could be decided cannot be given then.
func (v *Verdict) noteStop(t totals, c Context) {
	if t.heardEnd == 0 || t.lastEnd-t.heardEnd < int64(model.StopsAfter(c.Scrape).Seconds()) {
		return
	}
	v.stopped, v.Forecast = t.heardEnd, 0
	if v.Cause == model.CauseNone {
		v.Cause = model.CauseStopped
	}
}

// stoppedSince is the sentence about that; empty where data arrive.
func stoppedSince(v *Verdict) string {
	if v.stopped == 0 {
		return ""
	}
	return fmt.Sprintf("Nothing new of %s since %s: none of its processes was scraped after that. Check that they are up and scraped.",
		v.Options.Flag, moment(v.stopped))
}

// Stopped is since when nothing new of the flag arrives, in unix seconds, which is until when anything of it was scraped; 0 where
// data arrive.
func (v *Verdict) Stopped() int64 { return v.stopped }

// StoppedText is the same in a few words; empty where data arrive.
func (v *Verdict) StoppedText() string {
	if v.stopped == 0 {
		return ""
	}
	return "nothing new since " + moment(v.stopped)
}

package collect

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/trust"
)

// Series that several servers store are read once. When a second server begins to store them, or a process appears that two
// have, follows from the data: it is looked for at fixed ticks, so that whoever collects finds the same, and all is then read
// anew as if it had been known before.

const (
	// copiesEvery is how many ticks lie between two looks for copies in the first day, copiesLater after that.
	copiesEvery, copiesLater = 10, 60
	// copiesOften is up to which tick it is looked for them often.
	copiesOften = 24 * 60
)

// copiesLook is a range of ticks that are looked at in one request.
type copiesLook struct{ first, last, every int }

// copiesDue are the ticks after one, and up to another, at which copies are looked for.
func copiesDue(after, to int) []copiesLook {
	var looks []copiesLook
	next := func(tick, every int) int { return (max(tick, 0)/every + 1) * every }
	if first, last := next(after, copiesEvery), min(to, copiesOften)/copiesEvery*copiesEvery; first <= last {
		looks = append(looks, copiesLook{first, last, copiesEvery})
	}
	if first, last := next(max(after, copiesOften), copiesLater), to/copiesLater*copiesLater; first <= last {
		looks = append(looks, copiesLook{first, last, copiesLater})
	}
	return looks
}

// single sees to it that series which several servers store are read once: it looks at the first ticks of a run of which nothing
// was read yet.
func (c examiner) single(ctx context.Context, r *run, to time.Time) error {
	first := min(firstLook, int(to.Sub(r.start)/counts.Step))
	_, err := c.looked(ctx, r, []copiesLook{{first, first, 1}})
	return err
}

// doubled looks at what was not looked at of what was read, and tells whether there are copies that are not known yet.
func (c examiner) doubled(ctx context.Context, r *run) (bool, error) {
	if !r.ready {
		return false, nil
	}
	found, err := c.looked(ctx, r, copiesDue(r.copies.looked, r.done))
	if err != nil || !found {
		return false, err
	}
	return true, r.anew()
}

// looked looks for copies, and tells whether there are some that are not known yet. Whole native histograms cannot be read once:
// of those a doubt remains.
func (c examiner) looked(ctx context.Context, r *run, looks []copiesLook) (found bool, err error) {
	if r.kind.Events == nil || (r.source.Native || r.source.Beside != "") && r.kind.Edges {
		return false, nil
	}
	for _, look := range looks {
		names, err := trust.Copies(ctx, c.client, r.question(), trust.Times{
			Start: r.at(look.first), End: r.at(look.last), Step: time.Duration(look.every) * counts.Step,
		}, &r.copies.seen)
		if err != nil {
			return false, fmt.Errorf("collect %s: %w", r.signal.ID, err)
		}
		if look.last >= copiesEvery {
			r.copies.looked = look.last
		}
		for _, name := range names {
			if !slices.Contains(r.scope.Copies, name) {
				r.scope.Copies, found = append(slices.Clone(r.scope.Copies), name), true
			}
		}
	}
	return found, nil
}

// copies is how far it was looked for copies of series.
type copies struct {
	looked int
	seen   trust.Seen
}

// copiesNotice says that copies are counted once; none where there are none.
func copiesNotice(r *run) []string {
	if len(r.scope.Copies) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: each series is stored more than once, apart in %s; one of them is counted.",
		r.signal.Name, strings.Join(r.scope.Copies, ", "))}
}

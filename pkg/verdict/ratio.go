package verdict

import (
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/stats/srm"
)

// requestBlock is the length of a block of the request ratio check, in seconds.
const requestBlock = 15 * 60

// requestCounts collects the requests of both arms in blocks of a quarter of an hour.
type requestCounts struct {
	start  int64
	counts []arms
}

func (r *requestCounts) add(tick counts.Tick) {
	at := (tick.End - r.start - 1) / requestBlock
	if at < 0 {
		return
	}
	for int64(len(r.counts)) <= at {
		r.counts = append(r.counts, arms{})
	}
	for _, s := range tick.Strata {
		r.counts[at].a += s.A.Requests()
		r.counts[at].b += s.B.Requests()
	}
}

// check holds the requests against the shares that were set. Blocks in which the allocation changed, or which are not
// complete, are left out.
func (r *requestCounts) check(epochs []Epoch, until int64) (Share, error) {
	found := Share{Variant: math.NaN(), Expected: math.NaN(), State: ShareUnknown}
	var sum arms
	for _, c := range r.counts {
		sum.a, sum.b = sum.a+c.a, sum.b+c.b
	}
	if sum.a+sum.b > 0 {
		found.Variant = sum.b / (sum.a + sum.b)
	}
	var blocks []srm.Block
	for i, c := range r.counts {
		from := r.start + int64(i)*requestBlock
		epoch, ok := epochOf(epochs, from, from+requestBlock)
		if from+requestBlock > until || !ok || c.a+c.b == 0 {
			continue
		}
		blocks = append(blocks, srm.Block{
			Counts: []float64{c.a, c.b}, Expected: []float64{epoch.Baseline, epoch.Feature},
		})
	}
	if len(blocks) == 0 {
		if last, ok := epochOf(epochs, until, until); ok {
			found.Expected = last.Feature / (last.Baseline + last.Feature)
		}
		return found, nil
	}
	checked, err := srm.Check(blocks, srm.Alpha)
	if err != nil {
		return Share{}, fmt.Errorf("check the request ratio: %w", err)
	}
	found.Expected = checked.Expected[1]
	found.Evidence = checked.LogE / math.Log(1/srm.Alpha)
	switch {
	case checked.Mismatch && checked.Deviation < srm.HeavyUsers:
		found.State, found.Variant = ShareUneven, checked.Shares[1]
	case checked.Mismatch:
		found.State, found.Variant = ShareMismatch, checked.Shares[1]
	case checked.Enough:
		found.State, found.Variant = ShareFair, checked.Shares[1]
	}
	return found, nil
}

// epochOf is the epoch that holds a whole span of time, if both arms have a share in it.
func epochOf(epochs []Epoch, from, to int64) (Epoch, bool) {
	for i, e := range epochs {
		last := i == len(epochs)-1
		if e.Start <= from && (last || epochs[i+1].Start >= to) {
			if i+1 < len(epochs) && epochs[i+1].Start <= from {
				continue
			}
			return e, e.Baseline > 0 && e.Feature > 0
		}
	}
	return Epoch{}, false
}

package judging

import (
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// How much room the comparisons that are kept up to date may take, and for how long after the last time that somebody
// asked. What they say comes from the data alone: one that was forgotten is made again from the rollout's start, and says
// the same.
const (
	judgesBytes = 112 << 20
	judgesIdle  = 30 * time.Minute
)

// NewRoom is the room that the comparisons of one datasource have. now is the clock, time.Now if nil.
func NewRoom(now func() time.Time) *kept.Room { return kept.NewRoom(judgesBytes, judgesIdle, now) }

// comparison is one judge with the edges of what it was given, and the revision that it was given of. Whoever has acquired it
// is alone with it.
type comparison struct {
	judge    *verdict.Judge
	edges    []float64
	revision int64
	// behind is for how long, in seconds, what came before has lately turned out to be another, calm at how many looks since it
	// has not; copies are the judges of before that, in the order of time. While nothing comes late there are none.
	behind int64
	calm   int
	copies []*verdict.Judge
	// judged counts the ticks that a judge was given.
	judged int
}

const (
	// mostCopies is how many copies are kept: one to go back to, and one for what comes later than usual.
	mostCopies = 2
	// apart is how far copies lie apart at least, in seconds.
	apart = 5 * 60
	// calmAfter is after how many looks at which nothing was late it is forgotten that something was.
	calmAfter = 60
)

// Size is about the room that a comparison takes, in bytes; 0 where there is no judge, which is not kept.
func (c *comparison) Size() int64 {
	if c.judge == nil {
		return 0
	}
	size := c.judge.Size()
	for _, earlier := range c.copies {
		size += earlier.OwnSize()
	}
	return size
}

// last is the end of the newest tick that the judge has; 0 where there is no judge.
func (c *comparison) last() int64 {
	if c.judge == nil {
		return 0
	}
	return c.judge.Last()
}

// back are the ends of the ticks that can be gone back to.
func (c *comparison) back() []int64 {
	var ends []int64
	for _, earlier := range c.copies {
		ends = append(ends, earlier.Last())
	}
	return ends
}

// take adds what is new of a series. What was collected under other edges begins anew; it must then be whole. Where samples came
// late, judging goes on from before the first tick that is another.
func (c *comparison) take(o verdict.Options, got collect.Collected, series counts.Series) error {
	if got.Anew {
		c.goBack(got)
	} else if c.calm++; c.calm > calmAfter {
		c.behind = 0
	}
	c.revision = got.Revision
	if c.judge == nil || !slices.Equal(c.edges, series.Edges) {
		judge, err := verdict.NewJudge(o, series)
		if err != nil {
			return err
		}
		c.judge, c.edges, c.copies = judge, series.Edges, nil
	}
	first := slices.IndexFunc(series.Ticks, func(tick counts.Tick) bool { return tick.End > c.judge.Last() })
	if first < 0 {
		return nil
	}
	return c.add(series.Ticks[first:], max(got.End.Unix(), series.Ticks[len(series.Ticks)-1].End))
}

// goBack goes back to where what was collected begins.
func (c *comparison) goBack(got collect.Collected) {
	if c.calm = 0; got.Changed > 0 {
		c.behind = max(c.behind, c.last()-got.Changed+int64(counts.Step.Seconds()))
	}
	i := slices.IndexFunc(c.copies, func(earlier *verdict.Judge) bool { return earlier.Last() == got.From })
	c.copies = c.copies[:i+1]
	c.judge = nil
	if i >= 0 {
		c.judge = c.copies[i].Clone()
	}
}

// add gives ticks to the judge, of a series whose newest tick ends at a time. Where samples come late, a copy is kept of before
// what may yet turn out to be another.
func (c *comparison) add(ticks []counts.Tick, end int64) error {
	c.judged += len(ticks)
	if c.behind == 0 {
		c.copies = nil
		return c.judge.Add(ticks...)
	}
	early := 0
	if n := len(c.copies); n == 0 || c.copies[n-1].Last() < end-2*c.behind-apart {
		settled := end - c.behind - c.behind/2
		for early < len(ticks) && ticks[early].End <= settled {
			early++
		}
		if err := c.judge.Add(ticks[:early]...); err != nil {
			return err
		}
		if n == 0 || c.judge.Last() >= c.copies[n-1].Last()+apart {
			c.copies = append(c.copies, c.judge.Clone())
			c.copies = c.copies[max(0, len(c.copies)-mostCopies):]
		}
	}
	return c.judge.Add(ticks[early:]...)
}

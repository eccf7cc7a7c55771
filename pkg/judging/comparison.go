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
}

// Size is about the room that a comparison takes, in bytes; 0 where there is no judge, which is not kept.
func (c *comparison) Size() int64 {
	if c.judge == nil {
		return 0
	}
	return c.judge.Size()
}

// last is the end of the newest tick that the judge has; 0 where there is no judge.
func (c *comparison) last() int64 {
	if c.judge == nil {
		return 0
	}
	return c.judge.Last()
}

// take adds what is new of a series. What was collected under other edges, or is another since samples came late, begins
// anew; it must then be whole.
func (c *comparison) take(o verdict.Options, got collect.Collected, series counts.Series) error {
	if got.Anew {
		c.judge = nil
	}
	c.revision = got.Revision
	if c.judge == nil || !slices.Equal(c.edges, series.Edges) {
		judge, err := verdict.NewJudge(o, series)
		if err != nil {
			return err
		}
		c.judge, c.edges = judge, series.Edges
	}
	for i, tick := range series.Ticks {
		if tick.End > c.judge.Last() {
			return c.judge.Add(series.Ticks[i:]...)
		}
	}
	return nil
}

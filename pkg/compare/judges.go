package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

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

// judges keeps the comparisons that were asked for, so that a refresh adds the new ticks alone.
type judges struct{ kept *kept.Store[*comparison] }

func newJudges(room *kept.Room) *judges {
	return &judges{kept: kept.NewStore[*comparison](room)}
}

// comparison is one judge with the edges of what it was given. Whoever has acquired it is alone with it.
type comparison struct {
	judge *verdict.Judge
	edges []float64
}

// acquire waits for the comparison since a start, until nobody else has it or the caller gives up.
func (j *judges) acquire(
	ctx context.Context, o verdict.Options, start time.Time, filters any,
) (c *comparison, release func(), err error) {
	key, err := json.Marshal([]any{o, start.Unix(), filters})
	if err != nil {
		return nil, nil, fmt.Errorf("name a comparison: %w", err)
	}
	c, done, err := j.kept.Acquire(ctx, string(key), func() (*comparison, error) { return &comparison{}, nil })
	if err != nil {
		return nil, nil, err
	}
	return c, func() { done(c.size()) }, nil
}

// size is about the room that a comparison takes, in bytes; 0 where there is no judge, which is not kept.
func (c *comparison) size() int64 {
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

// take adds what is new of a series. What was collected under other edges begins anew; it must then be whole.
func (c *comparison) take(o verdict.Options, series counts.Series) error {
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

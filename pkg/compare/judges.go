package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/flaglens/flaglens/pkg/verdict"
)

// How much room the comparisons that are kept up to date may take, and for how long after the last time that somebody
// asked. What they say comes from the data alone: one that was forgotten is made again from the rollout's start, and says
// the same.
const (
	judgesBytes = 112 << 20
	judgesTTL   = 30 * time.Minute
)

// judges keeps the comparisons that were asked for, so that a refresh adds the new ticks alone.
type judges struct {
	kept *ttlcache.Cache[string, *seat]
}

func newJudges() *judges {
	return &judges{kept: ttlcache.New(
		ttlcache.WithTTL[string, *seat](judgesTTL),
		ttlcache.WithMaxCost(judgesBytes, func(item ttlcache.CostItem[string, *seat]) uint64 { return uint64(item.Value.size.Load()) }),
	)}
}

// seat holds one judge. Whoever has taken it is alone with it.
type seat struct {
	key   string
	taken chan struct{}
	// size is about the room that the judge takes, in bytes.
	size  atomic.Int64
	judge *verdict.Judge
	edges []float64
}

func newSeat(key string) *seat { return &seat{key: key, taken: make(chan struct{}, 1)} }

// acquire waits until nobody else has the seat, or the caller gives up.
func (s *seat) acquire(ctx context.Context) error {
	select {
	case s.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for another look at the same comparison: %w", ctx.Err())
	}
}

func (s *seat) release() {
	if s.judge != nil {
		s.size.Store(s.judge.Size())
	}
	<-s.taken
}

// settle tells the room that a seat takes by now; those that nobody asked for longest are given up beyond what all may
// take.
func (j *judges) settle(s *seat) {
	if j.kept.Has(s.key) {
		j.kept.Set(s.key, s, ttlcache.DefaultTTL)
	}
}

// of is the seat for a comparison since a start.
func (j *judges) of(o verdict.Options, start time.Time, filters any) (*seat, error) {
	key, err := json.Marshal([]any{o, start.Unix(), filters})
	if err != nil {
		return nil, fmt.Errorf("name a comparison: %w", err)
	}
	j.kept.DeleteExpired()
	item, _ := j.kept.GetOrSet(string(key), newSeat(string(key)))
	return item.Value(), nil
}

// last is the end of the newest tick that the judge has; 0 where there is no judge.
func (s *seat) last() int64 {
	if s.judge == nil {
		return 0
	}
	return s.judge.Last()
}

// take adds what is new of a series. What was collected under other edges begins anew; it must then be whole.
func (s *seat) take(o verdict.Options, series verdict.Series) error {
	if s.judge == nil || !slices.Equal(s.edges, series.Edges) {
		judge, err := verdict.NewJudge(o, series)
		if err != nil {
			return err
		}
		s.judge, s.edges = judge, series.Edges
	}
	for i, tick := range series.Ticks {
		if tick.End > s.judge.Last() {
			return s.judge.Add(series.Ticks[i:]...)
		}
	}
	return nil
}

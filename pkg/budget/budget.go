// Package budget bounds what all queries that are under way may hold in memory together. Whoever is about to read says
// how much that will be, waits until there is room for it, and gives it back.
package budget

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/flaglens/flaglens/pkg/promapi"
)

const (
	// Large bounds what the queries above Small hold together, in bytes; no single one may be larger. Beside what is kept
	// for refreshes and some 40 MB of the process itself, it keeps the backend below 256 MB.
	Large = 112 << 20
	// Small is up to where a query counts as small: that is most panels and alert rules. They have room of their own, so
	// that nobody's large query keeps them waiting.
	Small = 4 << 20
	// small bounds what the small ones hold together.
	small = 32 << 20
	// DefaultWait is how long room is waited for where the caller does not end before: twice as long as Grafana waits for an
	// alert rule.
	DefaultWait = time.Minute
)

// Budget hands out room. It is safe for concurrent use.
type Budget struct {
	small, large *semaphore.Weighted
	wait         time.Duration
}

// process is the budget of all datasources of this process, which share its memory.
var process = New(DefaultWait)

// Process is the budget of the whole process.
func Process() *Budget { return process }

// New makes a budget; wait is the longest that somebody waits for room.
func New(wait time.Duration) *Budget {
	return &Budget{small: semaphore.NewWeighted(small), large: semaphore.NewWeighted(Large), wait: wait}
}

// Acquire waits for room of so many bytes, and returns how to give it back. Who holds room must not wait for more, nor for
// anything that somebody else may hold while waiting for room: then nobody waits for ever. The error is a *promapi.Error,
// or that of ctx.
func (b *Budget) Acquire(ctx context.Context, bytes int64) (release func(), err error) {
	room := b.small
	bytes = max(bytes, 0)
	if bytes > Small {
		room = b.large
		bytes = min(bytes, Large)
	}
	waiting, cancel := context.WithTimeout(ctx, b.wait)
	defer cancel()
	begun := time.Now()
	if err := room.Acquire(waiting, bytes); err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			return nil, fmt.Errorf("wait for other queries to end: %w", ctx.Err())
		}
		return nil, &promapi.Error{
			Status: http.StatusServiceUnavailable, Kind: promapi.KindBusy, RetryAfter: b.wait,
			Message: fmt.Sprintf("other large queries are under way, and for %s there was no memory for one more", time.Since(begun).Round(time.Second)),
			Hint:    "Ask again later, or ask for less: fewer quantiles and signals, fewer labels to group by, a shorter range",
		}
	}
	return func() { room.Release(bytes) }, nil
}

// Bytes is count times each, or as much as there can be.
func Bytes(count, each int64) int64 {
	if count > 0 && each > math.MaxInt64/count {
		return math.MaxInt64
	}
	return count * each
}

// SampleBytes is what a sample takes on the way from a server's answer to ours.
const SampleBytes = 24

// Product is that of numbers which are not negative, or as much as there can be.
func Product(numbers ...int) int {
	result := 1
	for _, n := range numbers {
		if n > 0 && result > math.MaxInt32*1000/n {
			return math.MaxInt32 * 1000
		}
		result *= n
	}
	return result
}

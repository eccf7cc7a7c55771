// Package collect turns raw counters into what a verdict is counted from: the increments of each process and each arm,
// tick by tick, differenced here and not by the engine. rate() and increase() extrapolate, and drop what falls between
// two windows; fed to an exact test they raise its false alarms.
//
// What was collected is kept: a rerun asks for new ticks, and for those again for which samples may have come late (see
// again.go). Where none came it gives the same ticks; where some did it gives those that who begins anew would give.
package collect

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/trust"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// maxBytes bounds what is kept of all runs together.
const maxBytes = 86 << 20

// Client is what is asked of a Prometheus; promapi.Client is one.
type Client interface {
	QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error)
	Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error)
}

// Options of a collector. Zero fields mean the default.
type Options struct {
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Room is one of NewRoom, for this collector alone, if nil.
	Room *kept.Room
	// Budget is the memory that what is being read shares with other queries; that of the process if nil.
	Budget *budget.Budget
	// Words are the kinds of signals and the ways to split that there are; those of the plugin if zero.
	Words vocabulary.Vocabulary
}

// NewRoom is the room that the collectors of one datasource have together: one for each identity that asks. Beyond it, the
// runs that were not asked for longest are given up. now is the clock, time.Now if nil.
func NewRoom(now func() time.Time) *kept.Room { return kept.NewRoom(maxBytes, 0, now) }

// Collector collects for one identity that asks a datasource. It is safe for concurrent use; callers that want the same share one request.
type Collector struct {
	client   Client
	settings model.Settings
	words    vocabulary.Vocabulary
	now      func() time.Time
	runs     *kept.Store[*run]
	// revisions counts what was ever found to be another than before, from a number on that no earlier collector came to: what
	// it handed over may be another by now.
	revisions atomic.Int64
	budget    *budget.Budget
}

// New returns a collector that asks client, under the settings in force.
func New(client Client, settings model.Settings, options Options) *Collector {
	options.Words = options.Words.OrBuiltIn()
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Room == nil {
		options.Room = NewRoom(options.Now)
	}
	if options.Budget == nil {
		options.Budget = budget.Process()
	}
	c := &Collector{
		client: client, settings: settings, words: options.Words, now: options.Now, budget: options.Budget,
		runs: kept.NewStore[*run](options.Room),
	}
	c.revisions.Store(time.Now().UnixNano())
	return c
}

// Close gives up what was collected.
func (c *Collector) Close() { c.runs.Close() }

// Request says what to collect.
type Request struct {
	Flag string
	// Baseline is the variant that stands for the existing application, Variants the features; all of them are read at
	// once.
	Baseline string
	Variants []string
	Signal   model.Signal
	Filters  []model.Filter
	// Native says that the signal's metric is a native histogram: of a histogram instead of classic buckets, of a rate or a
	// ratio that it is the number of observations that is counted.
	Native bool
	// Beside is the histogram of which some series are native ones beside the others; empty where all are of one class.
	Beside string
	// Form is what the series of a histogram have; zero takes it for a whole classic one.
	Form kind.Form
	// Start is when the rollout began. Ticks lie on whole minutes, the first of them begins at the first one that is not
	// before Start: what came earlier belongs to another allocation.
	Start time.Time
	// End is the newest time of interest; zero, or one that is not complete yet, means the newest complete tick.
	End time.Time
	// Only is the feature whose series is handed over; those of all if empty. All are read either way.
	Only string
	// After leaves out ticks that do not end after it (unix seconds): those which the caller already has, from an answer of
	// that Revision. Where samples that came late have changed one of them, all are handed over again.
	After    int64
	Revision int64
	// Back are the ends of ticks, ascending, that the caller can go back to where samples that came late have changed what follows
	// them: only that is then handed over again.
	Back []int64
	// AtMost bounds how many ticks are handed over, the first of those that are asked for; all if zero. Laid out, ticks take
	// many times the room that they are kept in.
	AtMost int
	// Asked is when the question was asked that this is a part of; now if zero. What was read since is not read again.
	Asked time.Time
}

// Collected is what was collected for a request.
type Collected struct {
	// Series holds one comparison a feature, each append-only over the life of the rollout. A feature that has no data
	// has a series whose ticks are empty.
	Series map[string]counts.Series
	// Exprs is the PromQL that the series rest on.
	Exprs []string
	// Revision is what Request.Revision says of these ticks; Anew that they begin anew, whatever the caller has: after From, which
	// is one of Request.Back, or with the first where it is 0. Changed is the end of the first tick that is another;
	// 0 where all are.
	Revision      int64
	Anew          bool
	From, Changed int64
	// More says that there are ticks beyond Request.AtMost.
	More bool
	// Start is where the first tick begins, End where the newest one ends.
	Start, End time.Time
	// Notices say what was left out, and why.
	Notices []string
	// Uncommon says why a histogram with observations has no edges: its series have no bound in common. Empty for all else.
	Uncommon string
	// Doubts are why the counts cannot be true; none where they can.
	Doubts []trust.Doubt
}

// Collect brings a run up to date and hands its ticks over. Errors are *model.InvalidError, *promapi.Error, or a fault of
// our own; what was collected before an error is kept, and goes on from there.
func (c *Collector) Collect(ctx context.Context, request Request) (Collected, error) {
	if len(request.Variants) == 0 || request.Baseline == "" {
		return Collected{}, fmt.Errorf("collect %s of flag %q: a baseline and a feature are needed", request.Signal.ID, request.Flag)
	}
	if request.Asked.IsZero() {
		request.Asked = time.Now()
	}
	key, err := c.keyOf(request)
	if err != nil {
		return Collected{}, err
	}
	r, release, err := c.runs.Acquire(ctx, key, func() (*run, error) { return c.newRun(ctx, request) })
	if err != nil {
		return Collected{}, err
	}
	defer release()
	if err := c.advance(ctx, r, c.complete(request), request.Asked); err != nil {
		return Collected{}, err
	}
	if err := (examiner{c}).examine(ctx, r); err != nil {
		return Collected{}, err
	}
	return r.collected(request), nil
}

// complete is up to when what a request asks for is complete.
func (c *Collector) complete(request Request) time.Time {
	return promapi.Complete(c.now(), c.settings.ScrapeInterval(), request.End)
}

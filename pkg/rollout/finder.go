package rollout

import (
	"context"
	"time"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// DefaultLookback is how far back the beginning of a rollout is looked for.
const DefaultLookback = 14 * 24 * time.Hour

// maxBytes bounds what a finder keeps that has a room of its own. Histories are small: a flag of a few variants takes some 100 KB.
const maxBytes = 10 << 20

// Client is what is asked of a Prometheus; promapi.Client is one.
type Client interface {
	QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error)
	Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error)
}

// Options of a finder. Zero fields mean the default.
type Options struct {
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Room is what the histories share with all else that is kept; one of the finder's own if nil.
	Room *kept.Room
	// Words are the kinds of signals and the ways to split that there are; those of the plugin if zero.
	Words vocabulary.Vocabulary
}

// Finder finds rollouts for one identity that asks a datasource. It is safe for concurrent use; callers that want the same
// flag share one request.
type Finder struct {
	client   Client
	settings model.Settings
	words    vocabulary.Vocabulary
	now      func() time.Time
	flags    *kept.Store[*history]
}

// New returns a finder that asks client, under the settings in force.
func New(client Client, settings model.Settings, options Options) *Finder {
	options.Words = options.Words.OrBuiltIn()
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Room == nil {
		options.Room = kept.NewRoom(maxBytes, 0, options.Now)
	}
	return &Finder{
		client: client, settings: settings, words: options.Words, now: options.Now, flags: kept.NewStore[*history](options.Room),
	}
}

// Close gives up what was read.
func (f *Finder) Close() { f.flags.Close() }

// Request asks when the allocation of a flag last changed.
type Request struct {
	Flag string
	// Traffic is the signal whose events count as traffic, of the kind rate, ratio or histogram.
	Traffic model.Signal
	Filters []model.Filter
	// Native says that Traffic's metric is a native histogram, whose observations are the events.
	Native bool
	// Beside is the histogram of which some series are native ones beside Traffic's counter; empty for none.
	Beside string
	// At is the time as of which is asked; zero for now.
	At time.Time
	// Scrape is how far apart the samples of Traffic are; what the settings say if zero.
	Scrape time.Duration
	// Lookback is DefaultLookback if zero.
	Lookback time.Duration
}

// history is what was read so far of one flag.
type history struct {
	begun      time.Time
	allocation *allocationHistory
	traffic    *trafficHistory
	reasons    reasonsRead
}

// Find finds out when the allocation of a flag last changed. What was read is kept: asking again reads on. Errors are
// *promapi.Error or a fault of our own.
func (f *Finder) Find(ctx context.Context, request Request) (Rollout, error) {
	if request.Scrape <= 0 {
		request.Scrape = f.settings.ScrapeInterval()
	}
	complete := promapi.Complete(f.now(), request.Scrape, request.At)
	if request.Lookback <= 0 {
		request.Lookback = DefaultLookback
	}
	key, err := f.keyOf(request)
	if err != nil {
		return Rollout{}, err
	}
	// From midnight on, so that the beginning does not slide along with the clock.
	from := complete.Add(-request.Lookback).UTC().Truncate(24 * time.Hour)
	h, release, err := f.flags.Acquire(ctx, key, func() (*history, error) { return f.newHistory(request, from) })
	if err != nil {
		return Rollout{}, err
	}
	defer release()
	if from.Before(h.begun) {
		// Who looks at an older time needs what came before it.
		older, err := f.newHistory(request, from)
		if err != nil {
			return Rollout{}, err
		}
		*h = *older
	}
	found, err := f.read(ctx, h, request, complete, from)
	if err != nil {
		return Rollout{}, err
	}
	return found, f.reasons(ctx, request, &h.reasons, &found, complete)
}

func (f *Finder) newHistory(request Request, from time.Time) (*history, error) {
	scope := promql.Scope{
		Split: f.words.SplitOf(f.settings, request.Traffic), Flag: request.Flag, Selector: request.Traffic.Selector, Filters: request.Filters,
	}
	if !request.Native {
		request.Traffic = f.words.Kinds.Of(request.Traffic).Found.EventsOf(request.Traffic)
	}
	h := &history{begun: from, traffic: newTrafficHistory(scope, request, from, bucketOf(request.Scrape))}
	if metric := f.settings.AllocationMetric; metric != nil {
		var err error
		if h.allocation, err = newAllocationHistory(*metric, request.Flag, from); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// read reads on, and concludes. The gauge is believed while it says something: traffic is then not even read.
func (f *Finder) read(
	ctx context.Context, h *history, request Request, complete, from time.Time,
) (Rollout, error) {
	var result Rollout
	if h.allocation != nil {
		if err := h.allocation.extend(ctx, f.client, f.settings.AllocationMetric.VariantLabel, complete); err != nil {
			return Rollout{}, err
		}
		if complete.Sub(h.allocation.seen) <= silent {
			result.Epochs = within(settled(h.allocation.epochs, settling, sameAllocation), from, complete)
		}
		result.Source, result.Exprs, result.Step = SourceAllocation, []string{h.allocation.expr}, counts.Step
	}
	if len(result.Epochs) == 0 {
		if err := h.traffic.extend(ctx, f.client, complete, request.Scrape); err != nil {
			return Rollout{}, err
		}
		expr, err := h.traffic.expr(h.traffic.bucket)
		if err != nil {
			return Rollout{}, err
		}
		result.Epochs = within(settled(h.traffic.all(), passingEpoch, sameTraffic), from, complete)
		result.Source, result.Exprs, result.Step = SourceTraffic, []string{expr}, h.traffic.bucket
	}
	reported := result.Source
	result.conclude(from, h.traffic.bucket)
	result.expect(f.settings.Allocations[request.Flag], reported)
	result.Changes = h.changesOf(request.Flag, result.Epochs, reported, from)
	return result, nil
}

// keyOf is what a history is kept under.
func (f *Finder) keyOf(request Request) (string, error) {
	return kept.Key(
		request.Flag, request.Traffic.Metric, request.Traffic.Kind, request.Traffic.Selector, f.settings.SplitOf(request.Traffic),
		request.Filters, request.Native, request.Beside, prommodel.Duration(request.Lookback).String(),
		bucketOf(request.Scrape).String(),
	)
}

// Size is about the room that a history takes, in bytes.
func (h *history) Size() int64 {
	size := int64(1024)
	if h.allocation != nil {
		for _, epoch := range h.allocation.epochs {
			size += int64(64 + 64*len(epoch.Shares))
		}
	}
	size += int64(8 * h.traffic.buckets * len(h.traffic.variants))
	return size + int64(len(h.traffic.epochs)*256)
}

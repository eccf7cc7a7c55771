package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// DefaultLookback is how far back the beginning of a rollout is looked for.
const DefaultLookback = 14 * 24 * time.Hour

// Source says what told when a rollout began, or what its shares should be.
type Source string

// Sources, the one that is believed first at first.
const (
	// SourceSettings: the datasource's settings name the shares.
	SourceSettings Source = "settings"
	// SourceAllocation: a gauge of the allocation changed.
	SourceAllocation Source = "allocation"
	// SourceTraffic: the shares of the traffic shifted, and stayed.
	SourceTraffic Source = "traffic"
	// SourceAppearance: the allocation did not change since the flag was first seen.
	SourceAppearance Source = "appearance"
	// SourceLookback: the allocation did not change for as long as was looked back.
	SourceLookback Source = "lookback"
	// SourceNone: nothing was seen of the flag.
	SourceNone Source = "none"
)

// RolloutRequest asks when the allocation of a flag last changed.
type RolloutRequest struct {
	Flag string
	// Traffic is the signal whose events count as traffic, of the kind rate, ratio or histogram.
	Traffic model.Signal
	Filters []model.Filter
	// Native says that Traffic's metric is a native histogram, whose observations are the events.
	Native bool
	// At is the time as of which is asked; zero for now.
	At time.Time
	// Lookback is DefaultLookback if zero.
	Lookback time.Duration
}

// Rollout is what is known of a flag's allocation.
type Rollout struct {
	// Start is when the allocation last changed, on a whole minute. Where it did not change, it is when the flag was first
	// seen, or the first midnight (UTC) of the time that was looked back.
	Start  time.Time
	Source Source
	// Expected are the shares (0..1) that the variants should have of the requests; nil where nothing tells.
	Expected       map[string]float64
	ExpectedSource Source
	// Epochs are the times between changes, the oldest first; the last one is the present.
	Epochs []Epoch
	// Observational is set where a good part of the evaluations were targeted, so that who saw which variant was not
	// drawn by lot. Reasons are the shares of the reasons; nil where no metric tells.
	Observational bool
	Reasons       map[string]float64
	// Changes are what happened, in the order of time.
	Changes []Change
	// Exprs is the PromQL that this rests on: the first one is asked at each Step, others once.
	Exprs []string
	Step  time.Duration
	// Notices say what could not be read.
	Notices []string
}

// flagHistory is what was read so far of one flag.
type flagHistory struct {
	begun      time.Time
	allocation *allocationHistory
	traffic    *trafficHistory
	reasons    reasonsRead
}

// Rollout finds out when the allocation of a flag last changed. What was read is kept: asking again reads on.
func (c *Collector) Rollout(ctx context.Context, request RolloutRequest) (Rollout, error) {
	complete := c.complete(request.At)
	if request.Lookback <= 0 {
		request.Lookback = DefaultLookback
	}
	key, err := c.flagKey(request)
	if err != nil {
		return Rollout{}, err
	}
	// From midnight on, so that the beginning does not slide along with the clock.
	from := complete.Add(-request.Lookback).UTC().Truncate(24 * time.Hour)
	history, release, err := c.flags.Acquire(ctx, key, func() (*flagHistory, error) { return c.newFlagHistory(request, from) })
	if err != nil {
		return Rollout{}, err
	}
	defer func() { release(history.size()) }()
	if from.Before(history.begun) {
		// Who looks at an older time needs what came before it.
		older, err := c.newFlagHistory(request, from)
		if err != nil {
			return Rollout{}, err
		}
		*history = *older
	}
	rollout, err := c.rollout(ctx, history, request, complete, from)
	if err != nil {
		return Rollout{}, err
	}
	return rollout, c.reasons(ctx, request.Flag, &history.reasons, &rollout, complete)
}

func (c *Collector) newFlagHistory(request RolloutRequest, from time.Time) (*flagHistory, error) {
	scope := promql.Scope{
		Split: c.settings.SplitOf(request.Traffic), Flag: request.Flag, Selector: request.Traffic.Selector, Filters: request.Filters,
	}
	if request.Traffic.Kind == model.KindHistogram && !request.Native {
		request.Traffic.Metric += "_count"
	}
	history := &flagHistory{begun: from, traffic: newTrafficHistory(scope, request.Traffic, request.Native, from)}
	if metric := c.settings.AllocationMetric; metric != nil {
		var err error
		if history.allocation, err = newAllocationHistory(*metric, request.Flag, from); err != nil {
			return nil, err
		}
	}
	return history, nil
}

// rollout reads on, and concludes. The gauge is believed while it tells something: traffic is then not even read.
func (c *Collector) rollout(
	ctx context.Context, h *flagHistory, request RolloutRequest, complete, from time.Time,
) (Rollout, error) {
	var result Rollout
	if h.allocation != nil {
		if err := h.allocation.extend(ctx, c.client, c.settings.AllocationMetric.VariantLabel, complete); err != nil {
			return Rollout{}, err
		}
		if complete.Sub(h.allocation.seen) <= silent {
			result.Epochs = within(settled(h.allocation.epochs, settling, sameAllocation), from, complete)
		}
		result.Source, result.Exprs, result.Step = SourceAllocation, []string{h.allocation.expr}, counts.Step
	}
	if len(result.Epochs) == 0 {
		if err := h.traffic.extend(ctx, c.client, complete, c.settings.ScrapeInterval()); err != nil {
			return Rollout{}, err
		}
		expr, err := h.traffic.expr(bucketLength)
		if err != nil {
			return Rollout{}, err
		}
		result.Epochs = within(settled(h.traffic.all(), passingEpoch, sameTraffic), from, complete)
		result.Source, result.Exprs, result.Step = SourceTraffic, []string{expr}, bucketLength
	}
	told := result.Source
	result.conclude(from)
	result.expect(c.settings.Allocations[request.Flag], told)
	result.Changes = h.changesOf(request.Flag, result.Epochs, told, from)
	return result, nil
}

// conclude tells from the epochs when the rollout began.
func (r *Rollout) conclude(from time.Time) {
	n := len(r.Epochs)
	switch {
	case n == 0:
		r.Start, r.Source = from, SourceNone
		return
	case n == 1 && r.Epochs[0].From.Sub(from) < 2*bucketLength:
		r.Source = SourceLookback
	case n == 1:
		r.Source = SourceAppearance
	}
	r.Start = counts.FirstTick(r.Epochs[n-1].From)
	if r.Source == SourceLookback {
		r.Start = from
	}
}

// expect says what the shares should be: as the settings have it, else as the gauge has it.
func (r *Rollout) expect(configured map[string]float64, told Source) {
	switch {
	case len(configured) > 0:
		r.Expected, _ = proportions(configured)
		r.ExpectedSource = SourceSettings
	case told == SourceAllocation && len(r.Epochs) > 0:
		r.Expected = maps.Clone(r.Epochs[len(r.Epochs)-1].Shares)
		r.ExpectedSource = SourceAllocation
	}
}

// within leaves out epochs that ended before a time or begin after another.
func within(epochs []Epoch, from, to time.Time) []Epoch {
	var kept []Epoch
	for _, epoch := range epochs {
		if (!epoch.To.IsZero() && !epoch.To.After(from)) || epoch.From.After(to) {
			continue
		}
		if epoch.To.After(to) {
			epoch.To = time.Time{}
		}
		kept = append(kept, epoch)
	}
	return kept
}

func (c *Collector) flagKey(request RolloutRequest) (string, error) {
	key, err := json.Marshal([]any{
		request.Flag, request.Traffic.Metric, request.Traffic.Kind, request.Traffic.Selector, c.settings.SplitOf(request.Traffic),
		request.Filters, request.Native, prommodel.Duration(request.Lookback).String(),
	})
	if err != nil {
		return "", fmt.Errorf("name the history of a flag: %w", err)
	}
	return string(key), nil
}

// size is about the room that a history takes.
func (h *flagHistory) size() int64 {
	size := int64(1024)
	if h.allocation != nil {
		for _, epoch := range h.allocation.epochs {
			size += int64(64 + 64*len(epoch.Shares))
		}
	}
	size += int64(8 * h.traffic.buckets * len(h.traffic.variants))
	return size + int64(len(h.traffic.epochs)*256)
}

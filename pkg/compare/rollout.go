package compare

import (
	"context"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/rollout"
	"github.com/flaglens/flaglens/pkg/verdict"
)

const (
	// lookBackForVariants is how far back a verdict looks for the variants that it must have a row of: an arm that went
	// silent is still expected.
	lookBackForVariants = 24 * time.Hour
	// fresh is how close to now the end of a range means now: panels that refresh do not all ask in the same second.
	fresh = 2 * time.Minute
	// longLived is the age from which a rollout is judged day by day, and daysKept how many days before today still count.
	longLived = 7 * 24 * time.Hour
	daysKept  = 2 * 24 * time.Hour
)

// occasion is what all signals of a verdict have in common: the time that is judged, and what is known of the rollout.
type occasion struct {
	query model.Query
	// start is when the judged time begins, end when it ends; a zero end is now.
	start, end time.Time
	// at is end as a time.
	at      time.Time
	daily   bool
	rollout rollout.Rollout
	// scrape is the distance of samples.
	scrape time.Duration
}

// occasionOf finds out when the rollout began.
func (e *Engine) occasionOf(ctx context.Context, r Request) (occasion, error) {
	o := occasion{query: r.Query, at: e.now(), scrape: e.settings.ScrapeInterval()}
	if o.at.Sub(r.To) > fresh {
		o.end, o.at = r.To, r.To
	}
	traffic, err := e.trafficSignal()
	if err != nil {
		return occasion{}, err
	}
	native, err := e.countsNatively(ctx, traffic, stretchOf(o.at.Add(-lookBackForVariants), o.at, o.scrape))
	if err != nil {
		return occasion{}, err
	}
	o.rollout, err = e.rollouts.Find(ctx, rollout.Request{
		Flag: r.Query.Flag, Traffic: native.signal, Filters: r.Query.Filters, Native: native.native, At: o.at,
	})
	if err != nil {
		return occasion{}, err
	}
	o.start = o.rollout.Start
	switch at, given := r.Query.Since.Time(); {
	case given:
		o.start = at
	case r.Query.Since == model.SinceRange:
		o.start = r.From
	}
	if o.start.After(o.at) {
		return occasion{}, &model.InvalidError{Field: "since", Message: "it lies after the end of the time range; choose an earlier time"}
	}
	if o.at.Sub(o.start) > longLived {
		o.daily = true
		o.start = o.at.UTC().Truncate(24 * time.Hour).Add(-daysKept)
	}
	return o, nil
}

// counted is a signal as it is collected: native says that its metric is a native histogram.
type counted struct {
	signal model.Signal
	native bool
}

// countsNatively finds out whether what a signal counts is inside a native histogram.
func (e *Engine) countsNatively(ctx context.Context, signal model.Signal, s span) (counted, error) {
	if signal.Kind == model.KindHistogram {
		found, err := e.classesOf(ctx, signal.Metric, s)
		if err != nil {
			return counted{}, err
		}
		return counted{signal, found.native && !found.classic}, checkHistogram(signal, found)
	}
	was := signal.Metric
	signal, _, err := e.countedNatively(ctx, signal, evaluation{}, s)
	return counted{signal, signal.Metric != was}, err
}

// span is where variants are looked for: the time that is judged, and a day at least.
func (o occasion) span() span {
	from := o.at.Add(-lookBackForVariants)
	if o.start.Before(from) {
		from = o.start
	}
	s := stretchOf(from, o.at, o.scrape)
	// Which variants have the most traffic is told by the time that is judged, lest the choice change with every hour.
	s.window = max(s.window, min(o.at.Sub(o.start), lookBackForVariants).Truncate(time.Minute))
	return s
}

// known are the variants that the allocation names beside those that have series.
func (o occasion) known() []string {
	var names []string
	for variant, share := range o.rollout.Expected {
		if share > 0 {
			names = append(names, variant)
		}
	}
	if n := len(o.rollout.Epochs); n > 0 {
		for variant, share := range o.rollout.Epochs[n-1].Shares {
			if share > 0 && !slices.Contains(names, variant) {
				names = append(names, variant)
			}
		}
	}
	sortNaturally(names)
	return names
}

// context is what is known beside the ticks of a feature.
func (o occasion) context(baseline, variant string) verdict.Context {
	c := verdict.Context{Observational: o.rollout.Observational, ReasonKnown: o.rollout.Reasons != nil}
	known := o.rollout.Source != rollout.SourceNone && o.rollout.Source != rollout.SourceLookback
	if known && !o.rollout.Start.IsZero() {
		c.RolloutStart = o.rollout.Start.Unix()
	}
	switch o.rollout.ExpectedSource {
	case rollout.SourceSettings:
		c.Expected = []verdict.Epoch{{Baseline: o.rollout.Expected[baseline], Feature: o.rollout.Expected[variant]}}
	case rollout.SourceAllocation:
		for _, epoch := range o.rollout.Epochs {
			c.Expected = append(c.Expected, verdict.Epoch{
				Start: epoch.From.Unix(), Baseline: epoch.Shares[baseline], Feature: epoch.Shares[variant],
			})
		}
	}
	return c
}

package judging

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/rollout"
	"github.com/flaglens/flaglens/pkg/survey"
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
	// maxLookback bounds how far back changes are looked for: what is read for them is read day by day.
	maxLookback = 13 * rollout.DefaultLookback
)

// rollouts finds out when rollouts began.
type rollouts struct {
	catalogue interface {
		Traffic() (model.Signal, error)
	}
	classes counter
	client  interface {
		Find(ctx context.Context, request rollout.Request) (rollout.Rollout, error)
	}
	now       func() time.Time
	intervals intervalFinder
}

// at finds out what is known of a flag's rollout at a time; a lookback of 0 is the usual one.
func (f *rollouts) at(ctx context.Context, query model.Query, at time.Time, lookback time.Duration) (rollout.Rollout, error) {
	traffic, err := f.catalogue.Traffic()
	if err != nil {
		return rollout.Rollout{}, err
	}
	scrape := f.intervals.Of(ctx, model.Query{Flag: query.Flag}, at.Add(-lookBackForVariants), at)
	counted, err := f.classes.Counted(ctx, traffic, survey.Stretch(at.Add(-lookBackForVariants), at, scrape))
	var unfit *model.InvalidError
	if errors.As(err, &unfit) {
		// What cannot be counted tells no rollout; the signals that are asked for may be read all the same.
		counted, err = kind.Source{Signal: traffic}, nil
	}
	if err != nil {
		return rollout.Rollout{}, err
	}
	return f.client.Find(ctx, rollout.Request{
		Flag: query.Flag, Traffic: counted.Signal, Filters: query.Filters, Native: counted.Native, Beside: counted.Beside, At: at, Scrape: scrape, Lookback: lookback,
	})
}

// within finds out what happened to a flag's allocation up to the end of a range, and what it was when the range began.
func (f *rollouts) within(ctx context.Context, r Request) (rollout.Rollout, error) {
	at := f.now()
	if r.To.Before(at) {
		at = r.To
	}
	// Whole multiples of the usual, so that ranges that differ a little share what was read.
	lookback := rollout.DefaultLookback
	for at.Sub(r.From) > lookback-24*time.Hour && lookback < maxLookback {
		lookback += rollout.DefaultLookback
	}
	return f.at(ctx, r.Query, at, lookback)
}

// period is what all signals of a verdict have in common: the time that is judged, and what is known of the rollout.
type period struct {
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

// periodOf finds out which time is judged.
func (f *rollouts) periodOf(ctx context.Context, r Request) (period, error) {
	p := period{query: r.Query, at: f.now()}
	if p.at.Sub(r.To) > fresh {
		p.end, p.at = r.To, r.To
	}
	p.scrape = f.intervals.Of(ctx, r.Query, p.at.Add(-lookBackForVariants), p.at)
	var err error
	if p.rollout, err = f.at(ctx, r.Query, p.at, 0); err != nil {
		return period{}, err
	}
	p.start = p.rollout.Start
	switch at, given := r.Query.Since.Time(); {
	case given:
		p.start = at
	case r.Query.Since == model.SinceRange:
		p.start = r.From
	}
	if p.start.After(p.at) {
		return period{}, &model.InvalidError{Field: "since", Message: "it lies after the end of the time range; choose an earlier time"}
	}
	if p.at.Sub(p.start) > longLived {
		p.daily = true
		p.start = p.at.UTC().Truncate(24 * time.Hour).Add(-daysKept)
	}
	return p, nil
}

// before is the time before the rollout, judged like the rollout itself but ended when that began.
func (p period) before() period {
	p.end, p.at = p.rollout.Start, p.rollout.Start
	if at, given := p.query.Since.Time(); given {
		p.end, p.at = at, at
	}
	p.start = p.end.Add(-p.query.Backtest.Window())
	p.daily = false
	return p
}

// span is where variants are looked for: the time that is judged, and a day at least.
func (p period) span() survey.Span {
	from := p.at.Add(-lookBackForVariants)
	if p.start.Before(from) {
		from = p.start
	}
	s := survey.Stretch(from, p.at, p.scrape)
	// The time that is judged says which variants have the most traffic, so that the choice does not change every hour.
	s.Window = max(s.Window, min(p.at.Sub(p.start), lookBackForVariants).Truncate(time.Minute))
	return s
}

// judged is the time that is judged, as a span in which is looked for what is missing.
func (p period) judged() survey.Span {
	return survey.Stretch(p.start, p.at, p.scrape)
}

// known are the variants that the allocation names beside those that have series.
func (p period) known() []string {
	var known []string
	for variant, share := range p.rollout.Expected {
		if share > 0 {
			known = append(known, variant)
		}
	}
	if n := len(p.rollout.Epochs); n > 0 {
		for variant, share := range p.rollout.Epochs[n-1].Shares {
			if share > 0 && !slices.Contains(known, variant) {
				known = append(known, variant)
			}
		}
	}
	names.Sort(known)
	return known
}

// features are those of a subject, and those that the allocation names. A flag with more variants than are read is not
// read in full by its allocation either.
func (p period) features(s survey.Subject) []string {
	if s.Cut {
		return names.Union(s.Features)
	}
	return names.Union(s.Features, names.Without(p.known(), s.Baseline))
}

// context is what is known beside the ticks of a feature.
func (p period) context(baseline, variant string) verdict.Context {
	c := verdict.Context{Observational: p.rollout.Observational, ReasonKnown: p.rollout.Reasons != nil, Scrape: p.scrape}
	known := p.rollout.Source != rollout.SourceNone && p.rollout.Source != rollout.SourceLookback
	if known && !p.rollout.Start.IsZero() {
		c.RolloutStart = p.rollout.Start.Unix()
	}
	switch p.rollout.ExpectedSource {
	case rollout.SourceSettings:
		c.Expected = []verdict.Epoch{{Baseline: p.rollout.Expected[baseline], Feature: p.rollout.Expected[variant]}}
	case rollout.SourceAllocation:
		for _, epoch := range p.rollout.Epochs {
			c.Expected = append(c.Expected, verdict.Epoch{
				Start: epoch.From.Unix(), Baseline: epoch.Shares[baseline], Feature: epoch.Shares[variant],
			})
		}
	}
	return c
}

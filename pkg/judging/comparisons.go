package judging

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/trust"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// comparisons judges one feature after the other, and keeps what each judge has seen.
type comparisons struct {
	collector collector
	judges    *kept.Store[*comparison]
}

// acquire waits for the comparison since a start, until nobody else has it or the caller gives up.
func (k *comparisons) acquire(ctx context.Context, o verdict.Options, start time.Time, filters []model.Filter) (*comparison, func(), error) {
	key, err := kept.Key(o, start.Unix(), filters)
	if err != nil {
		return nil, nil, err
	}
	return k.judges.Acquire(ctx, key, func() (*comparison, error) { return &comparison{}, nil })
}

// unjudgedError is what kept one feature from being judged though its data could be read: the others have their verdicts all the same.
type unjudgedError struct {
	variant string
	err     error
}

func (e *unjudgedError) Error() string { return fmt.Sprintf("variant %.80q: %v", e.variant, e.err) }

func (e *unjudgedError) Unwrap() error { return e.err }

// judge reads what is new of one feature and judges it. Errors are those of reading, or *unjudgedError.
func (k *comparisons) judge(
	ctx context.Context, p period, options verdict.Options, request collect.Request, s survey.Subject,
) (collect.Collected, verdict.Verdict, error) {
	place, release, err := k.acquire(ctx, options, p.start, p.query.Filters)
	if err != nil {
		return collect.Collected{}, verdict.Verdict{}, err
	}
	defer release()
	if !p.end.IsZero() && place.last() > p.end.Unix() {
		// What is asked for ended before what is known does: it is judged by itself, and not kept.
		place = &comparison{}
	}
	request.Only, request.AtMost = options.Variant, atOnce
	got, err := k.more(ctx, place, request)
	if err != nil {
		return got, verdict.Verdict{}, err
	}
	series := got.Series[options.Variant]
	if (place.judge == nil || got.Anew) && options.Judged.Form == counts.FormTails && len(series.Edges) == 0 && got.Uncommon == "" {
		c := p.context(options.Baseline, options.Variant)
		c.Waiting = slices.Contains(s.Found, options.Variant) && slices.Contains(s.Found, options.Baseline)
		if !c.Waiting {
			c.Refused = fmt.Sprintf("there are no series of both %s and %s", options.Baseline, options.Variant)
		}
		return got, verdict.Absent(options, c), nil
	}
	for {
		series := got.Series[options.Variant]
		series.Signal = options.Signal
		if err := place.take(options, got, series); err != nil {
			return got, verdict.Verdict{}, &unjudgedError{options.Variant, err}
		}
		if !got.More {
			break
		}
		if got, err = k.more(ctx, place, request); err != nil {
			return got, verdict.Verdict{}, err
		}
		if got.Anew {
			// There is no room to keep what was read: the rest of it would begin anew again and again.
			request.AtMost = 0
		}
	}
	row, err := verdictOf(p, place, options, got)
	return got, row, err
}

// atOnce is how many ticks a judge is given at once: a day's.
const atOnce = 1440

// more collects what a comparison has not been given yet.
func (k *comparisons) more(ctx context.Context, c *comparison, request collect.Request) (collect.Collected, error) {
	request.After, request.Revision, request.Back = c.last(), c.revision, c.back()
	return k.collector.Collect(ctx, request)
}

// verdictOf asks a judge that has all that was collected.
func verdictOf(p period, c *comparison, options verdict.Options, got collect.Collected) (verdict.Verdict, error) {
	known := p.context(options.Baseline, options.Variant)
	known.Uncommon = got.Uncommon
	known.Doubt = doubtOf(got.Doubts)
	row, err := c.judge.Verdict(known)
	if err != nil {
		return verdict.Verdict{}, &unjudgedError{options.Variant, err}
	}
	return row, nil
}

// doubtOf puts the first reason into words; there are seldom more.
func doubtOf(doubts []trust.Doubt) verdict.Doubt {
	if len(doubts) == 0 {
		return verdict.Doubt{}
	}
	return verdict.Doubt{Why: doubts[0].Why(), Remedy: doubts[0].Remedy()}
}

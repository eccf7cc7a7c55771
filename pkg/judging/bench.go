package judging

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// bench judges one signal after the other.
type bench struct {
	subjects  subjectFinder
	baselines baselineFinder
	classes   counter
	terms     terms
	silences  interface {
		Of(ctx context.Context, query model.Query, signal model.Signal, variants []string, s survey.Span, window time.Duration) (survey.Silence, error)
	}
	refiner interface {
		refine(ctx context.Context, query model.Query, signal model.Signal, rows []verdict.Verdict) []data.Notice
	}
	comparisons interface {
		judge(
			ctx context.Context, p period, options verdict.Options, request collect.Request, s survey.Subject,
		) (collect.Collected, verdict.Verdict, error)
	}
}

// judge judges one signal. Its rows are those of the features that are expected, also where reading it failed.
func (b *bench) judge(ctx context.Context, p period, signal model.Signal) judged {
	base := b.terms.options(p.query, signal, p.query.Baseline, p.daily)
	s, err := b.subjects.Of(ctx, model.Query{
		Flag: p.query.Flag, Baseline: p.query.Baseline, Filters: p.query.Filters,
	}, signal, p.span())
	if err != nil {
		return b.unread(p, base, failure.Named(err, signal))
	}
	known := p.known()
	if s.Baseline == "" {
		s.Baseline = b.baselines.Of(p.query, known)
	}
	base.Baseline = s.Baseline
	all := p.features(s)
	// All that there are take a part of alpha, also those that are not read.
	base = weighted(base, b.terms.weight(signal, s.Baseline, known, names.Union(all, s.Others())))
	s.Features = wantedFeatures(p.query, s.Baseline, all)
	if s.Leaves && len(p.query.Variants) == 0 {
		s.Notices = append(s.Notices, s.LeftOut("judged"))
	}
	if signal.Direction == model.Neutral || signal.Direction == "" {
		return notJudged(base, s)
	}
	if s.Baseline == "" || len(s.Features) == 0 || len(all) == 0 {
		return withoutData(p, base, s, "", s.Cause)
	}
	result, err := b.collected(ctx, p, base, s, all)
	if err != nil {
		return rejected(p, base, s, failure.Named(err, signal))
	}
	result.notices = append(s.Notices, result.notices...)
	return result
}

// wantedFeatures are the features that a query wants rows of: those that it names, whether they have series or not,
// else all.
func wantedFeatures(query model.Query, baseline string, all []string) []string {
	if len(query.Variants) == 0 {
		return all
	}
	return names.Without(names.Union(query.Variants), baseline)
}

// collected reads what is new of a signal and judges it.
func (b *bench) collected(ctx context.Context, p period, base verdict.Options, s survey.Subject, all []string) (judged, error) {
	found, err := b.classes.Counted(ctx, base.Signal, p.span())
	if err != nil {
		return judged{}, err
	}
	request := collect.Request{
		Flag: base.Flag, Baseline: base.Baseline, Variants: names.Union(all, s.Features), Signal: found.Signal, Filters: p.query.Filters,
		Native: found.Native, Beside: found.Beside, Form: found.Form, Start: p.start, End: p.end, Asked: time.Now(),
	}
	var result judged
	for _, text := range found.Said() {
		result.notices = append(result.notices, notices.Info(text))
	}
	var failures []error
	// One after the other: the ticks of a flag with many variants are too many to be held at once.
	for _, variant := range s.Features {
		options := base
		options.Variant = variant
		got, row, err := b.comparisons.judge(ctx, p, options, request, s)
		var faulty *unjudgedError
		if errors.As(err, &faulty) {
			failures = append(failures, failure.Named(err, base.Signal))
			c := p.context(base.Baseline, variant)
			c.Refused, c.Cause = "it could not be judged: "+err.Error(), model.CauseUnfit
			row, err = verdict.Absent(options, c), nil
		}
		if err != nil {
			return judged{}, err
		}
		if row.State == verdict.NoData {
			if row, err = b.silent(ctx, p, options, s, row); err != nil {
				return judged{}, err
			}
		}
		result.exprs = got.Exprs
		result.notices = notices.Unique(append(result.notices, notices.Warnings(got.Notices)...))
		result.rows = append(result.rows, row)
	}
	if base.Judged.Form == counts.FormTails {
		result.notices = append(result.notices, b.refiner.refine(ctx, p.query, base.Signal, result.rows)...)
	}
	result.err = errors.Join(failures...)
	return result, nil
}

// silent says why a variant has nothing to judge where there is more to say of it than that it had no traffic.
func (b *bench) silent(
	ctx context.Context, p period, o verdict.Options, s survey.Subject, row verdict.Verdict,
) (verdict.Verdict, error) {
	c := p.context(o.Baseline, o.Variant)
	if s.Cause != model.CauseNone && len(s.Notices) > 0 {
		c.Refused, c.Cause = firstOf(s, o.Signal), s.Cause
		return verdict.Absent(o, c), nil
	}
	var missing []string
	for _, arm := range []struct {
		variant string
		n       float64
	}{{o.Baseline, row.NBaseline}, {o.Variant, row.NVariant}} {
		if !(arm.n > 0) {
			missing = append(missing, arm.variant)
		}
	}
	query := model.Query{Flag: o.Flag, Filters: p.query.Filters}
	found, err := b.silences.Of(ctx, query, o.Signal, missing, p.judged(), counts.Step*longestGap)
	if err != nil || found.Said == "" {
		return row, err
	}
	c.Refused, c.Cause = found.Said, found.Cause
	return verdict.Absent(o, c), nil
}

// longestGap is over how many ticks counters are still differenced.
const longestGap = 5

// unread are the rows of a signal of which not even the variants could be read: those of the features that the
// allocation names.
func (b *bench) unread(p period, base verdict.Options, err error) judged {
	known := p.known()
	s := survey.Subject{Baseline: b.baselines.Of(p.query, known)}
	base.Baseline = s.Baseline
	s.Features = wantedFeatures(p.query, s.Baseline, names.Without(known, s.Baseline))
	return rejected(p, base, s, err)
}

// rejected are the rows of a signal that could not be read.
func rejected(p period, base verdict.Options, s survey.Subject, err error) judged {
	cause := model.CauseUnreadable
	if !unreadable(err) {
		cause = model.CauseUnfit
		if unfit := (*model.InvalidError)(nil); errors.As(err, &unfit) {
			cause = cmp.Or(unfit.Cause, cause)
		}
	}
	result := withoutData(p, base, s, "it could not be read: "+err.Error(), cause)
	result.err = err
	return result
}

// withoutData are the rows of a signal of which there is nothing to judge. Where not even a feature is known, one row
// without a variant says so.
func withoutData(p period, base verdict.Options, s survey.Subject, why string, cause model.Cause) judged {
	result := judged{notices: s.Notices}
	if why == "" && len(s.Notices) > 0 {
		why = firstOf(s, base.Signal)
	}
	features := s.Features
	if len(features) == 0 {
		features = []string{""}
	}
	for _, variant := range features {
		options := base
		options.Variant = variant
		c := p.context(s.Baseline, variant)
		c.Refused, c.Cause = why, cause
		result.rows = append(result.rows, verdict.Absent(options, c))
	}
	return result
}

// firstOf is the first thing that is said of a subject, without the signal's name, with which the reason begins.
func firstOf(s survey.Subject, signal model.Signal) string {
	return strings.TrimPrefix(s.Notices[0].Text, signal.Name+": ")
}

// notJudged are the rows of a signal that has no better direction; they have no state.
func notJudged(base verdict.Options, s survey.Subject) judged {
	result := judged{notices: []data.Notice{notices.Info(
		base.Signal.Name + ": not judged, because neither more nor less of it is better.",
	)}}
	for _, variant := range s.Features {
		options := base
		options.Variant = variant
		row := verdict.Absent(options, verdict.Context{})
		row.State, row.Live = "", ""
		result.rows = append(result.rows, row)
	}
	return result
}

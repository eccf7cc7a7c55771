package compare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// judged is what was found of one signal: a row for every expected feature, whatever happened.
type judged struct {
	rows    []verdict.Verdict
	exprs   []string
	notices []data.Notice
	err     error
}

// runVerdicts answers verdict.
func (e *Engine) runVerdicts(ctx context.Context, r Request) (data.Frames, error) {
	all, err := e.verdicts(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.FromAlert && all.err != nil {
		// A row without evidence would say "resolved"; an error leaves the alert as it is.
		return nil, all.err
	}
	meta := frames.Meta{Notices: unique(all.notices)}
	expr := strings.Join(all.exprs, "\n")
	if r.Query.Format == model.FormatAlert {
		stat := model.StatEvidence
		if len(r.Query.Stats) > 0 {
			stat = r.Query.Stats[0]
		}
		return frames.VerdictAlert(all.rows, stat, expr, meta), all.err
	}
	rows := slices.DeleteFunc(slices.Clone(all.rows), func(v verdict.Verdict) bool { return v.State == "" })
	return frames.Verdicts(rows, expr, meta), all.err
}

// verdicts judges every signal of a query, in parallel.
func (e *Engine) verdicts(ctx context.Context, r Request) (judged, error) {
	signals := make([]model.Signal, len(r.Query.Signals))
	for i, id := range r.Query.Signals {
		signal, err := e.signal(id)
		if err != nil {
			return judged{}, err
		}
		signals[i] = signal
	}
	o, err := e.occasionOf(ctx, r)
	var wrong *model.InvalidError
	if errors.As(err, &wrong) {
		return judged{}, err
	}
	if err != nil {
		return e.unread(r.Query, signals, fmt.Errorf("find the rollout: %w", err)), nil
	}
	parts := make([]judged, len(signals))
	err = inParallel(len(signals), func(i int) error {
		parts[i] = e.judge(ctx, o, signals[i])
		return nil
	})
	if err != nil {
		return judged{}, err
	}
	all := judged{notices: texted(o.rollout.Notices), exprs: slices.Clone(o.rollout.Exprs)}
	var failures []error
	for _, part := range parts {
		all.rows = append(all.rows, part.rows...)
		all.notices = append(all.notices, part.notices...)
		failures = append(failures, part.err)
		for _, expr := range part.exprs {
			if !slices.Contains(all.exprs, expr) {
				all.exprs = append(all.exprs, expr)
			}
		}
	}
	all.err = errors.Join(failures...)
	return all, nil
}

// unread are the rows of a query of whose flag nothing could be found out.
func (e *Engine) unread(query model.Query, signals []model.Signal, err error) judged {
	all := judged{err: err}
	for _, signal := range signals {
		base := verdict.Options{
			Flag: query.Flag, Baseline: e.baselineOf(query, nil), Signal: signal, Margin: query.MarginOf(signal),
			Alpha: query.AlphaOf(e.settings), Weight: 1, Profile: query.ProfileOf(e.settings),
		}
		all.rows = append(all.rows, e.refused(occasion{query: query}, base, subject{}, err).rows...)
	}
	return all
}

// judge judges one signal. Its rows are those of the features that are expected, also where reading it failed.
func (e *Engine) judge(ctx context.Context, o occasion, signal model.Signal) judged {
	base := verdict.Options{
		Flag: o.query.Flag, Baseline: o.query.Baseline, Signal: signal, Margin: o.query.MarginOf(signal),
		Alpha: o.query.AlphaOf(e.settings), Weight: 1, Profile: o.query.ProfileOf(e.settings), Daily: o.daily,
	}
	s, err := e.subjectOf(ctx, model.Query{
		QueryType: o.query.QueryType, Flag: o.query.Flag, Baseline: o.query.Baseline, Filters: o.query.Filters,
	}, signal, o.span())
	if err != nil {
		return e.refused(o, base, subject{}, named([]model.Signal{signal}, err))
	}
	known := o.known()
	if s.baseline == "" {
		s.baseline = e.baselineOf(o.query, known)
	}
	base.Baseline = s.baseline
	all := s.features
	for _, variant := range known {
		// A flag with more variants than are read is not read in full by its allocation either.
		if variant != s.baseline && !slices.Contains(all, variant) && !s.cut {
			all = append(all, variant)
		}
	}
	// All that there are take a part of alpha, also those that are not read.
	others := slices.DeleteFunc(slices.Clone(s.found), func(v string) bool { return v == s.baseline })
	base.Weight = e.weight(signal, s.baseline, known, union(all, others))
	base.Alpha *= base.Weight
	s.features = wantedFeatures(o.query, s.baseline, all)
	if s.leaves && len(o.query.Variants) == 0 {
		s.notices = append(s.notices, s.leftOut("judged"))
	}
	if signal.Direction == model.Neutral || signal.Direction == "" {
		return notJudged(base, s)
	}
	if s.baseline == "" || len(s.features) == 0 || len(all) == 0 {
		return withoutData(o, base, s, "")
	}
	result, err := e.collected(ctx, o, base, s, all)
	if err != nil {
		return e.refused(o, base, s, named([]model.Signal{signal}, err))
	}
	result.notices = append(s.notices, result.notices...)
	return result
}

// wantedFeatures are the features that a query wants rows of: those that it names, whether they have series or not,
// else all.
func wantedFeatures(query model.Query, baseline string, all []string) []string {
	if len(query.Variants) == 0 {
		return all
	}
	return slices.DeleteFunc(union(nil, query.Variants), func(v string) bool { return v == baseline })
}

// collected reads what is new of a signal and judges it.
func (e *Engine) collected(ctx context.Context, o occasion, base verdict.Options, s subject, all []string) (judged, error) {
	found, err := e.countsNatively(ctx, base.Signal, o.span())
	if err != nil {
		return judged{}, err
	}
	request := collect.Request{
		Flag: base.Flag, Baseline: base.Baseline, Variants: union(all, s.features), Signal: found.signal, Filters: o.query.Filters,
		Native: found.native, Start: o.start, End: o.end,
	}
	var result judged
	var failures []error
	// One after the other: the ticks of a flag with many variants are too many to be held at once.
	for _, variant := range s.features {
		options := base
		options.Variant = variant
		got, row, err := e.judgeFeature(ctx, o, options, request, s)
		var faulty *unjudgedError
		if errors.As(err, &faulty) {
			failures = append(failures, named([]model.Signal{base.Signal}, err))
			c := o.context(base.Baseline, variant)
			c.Refused = "it could not be judged: " + err.Error()
			row, err = verdict.Absent(options, c), nil
		}
		if err != nil {
			return judged{}, err
		}
		result.exprs = got.Exprs
		result.notices = unique(append(result.notices, texted(got.Notices)...))
		result.rows = append(result.rows, row)
	}
	if base.Signal.Kind == model.KindHistogram {
		result.notices = append(result.notices, e.refine(ctx, o, base.Signal, result.rows)...)
	}
	result.err = errors.Join(failures...)
	return result, nil
}

// unjudgedError is what kept one feature from being judged though its data could be read: the others have their verdicts all the same.
type unjudgedError struct {
	variant string
	err     error
}

func (e *unjudgedError) Error() string { return fmt.Sprintf("variant %.80q: %v", e.variant, e.err) }

func (e *unjudgedError) Unwrap() error { return e.err }

// judgeFeature reads what is new of one feature and judges it. Errors are those of reading, or *unjudgedError.
func (e *Engine) judgeFeature(
	ctx context.Context, o occasion, options verdict.Options, request collect.Request, s subject,
) (collect.Collected, verdict.Verdict, error) {
	place, release, err := e.judges.acquire(ctx, options, o.start, o.query.Filters)
	if err != nil {
		return collect.Collected{}, verdict.Verdict{}, err
	}
	defer release()
	if !o.end.IsZero() && place.last() > o.end.Unix() {
		// What is asked for ended before what is known does: it is judged by itself, and not kept.
		place = &comparison{}
	}
	request.Only, request.After = options.Variant, place.last()
	got, err := e.collector.Collect(ctx, request)
	if err != nil {
		return got, verdict.Verdict{}, err
	}
	series := got.Series[options.Variant]
	if place.judge == nil && options.Signal.Kind == model.KindHistogram && len(series.Edges) == 0 {
		c := o.context(options.Baseline, options.Variant)
		c.Waiting = slices.Contains(s.found, options.Variant) && slices.Contains(s.found, options.Baseline)
		if !c.Waiting {
			c.Refused = fmt.Sprintf("there are no series of both %s and %s", options.Baseline, options.Variant)
		}
		return got, verdict.Absent(options, c), nil
	}
	row, err := e.verdictOf(ctx, o, place, options, request, series)
	return got, row, err
}

// verdictOf brings one judge up to date and asks it.
func (e *Engine) verdictOf(
	ctx context.Context, o occasion, c *comparison, options verdict.Options, request collect.Request, series counts.Series,
) (verdict.Verdict, error) {
	if c.judge != nil && !slices.Equal(c.edges, series.Edges) && request.After > 0 {
		request.After = 0
		whole, err := e.collector.Collect(ctx, request)
		if err != nil {
			return verdict.Verdict{}, err
		}
		series = whole.Series[options.Variant]
	}
	series.Signal = options.Signal
	if err := c.take(options, series); err != nil {
		return verdict.Verdict{}, &unjudgedError{options.Variant, err}
	}
	row, err := c.judge.Verdict(o.context(options.Baseline, options.Variant))
	if err != nil {
		return verdict.Verdict{}, &unjudgedError{options.Variant, err}
	}
	return row, nil
}

// union is a followed by what only b has.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, name := range b {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// refused are the rows of a signal that could not be read.
func (e *Engine) refused(o occasion, base verdict.Options, s subject, err error) judged {
	if s.flag == "" {
		known := o.known()
		s.baseline = e.baselineOf(o.query, known)
		base.Baseline = s.baseline
		s.features = wantedFeatures(o.query, s.baseline, slices.DeleteFunc(known, func(v string) bool { return v == s.baseline }))
	}
	result := withoutData(o, base, s, "it could not be read: "+err.Error())
	result.err = err
	return result
}

// withoutData are the rows of a signal of which there is nothing to judge. Where not even a feature is known, one row
// without a variant says so.
func withoutData(o occasion, base verdict.Options, s subject, why string) judged {
	result := judged{notices: s.notices}
	if why == "" && len(s.notices) > 0 {
		why = s.notices[0].Text
	}
	features := s.features
	if len(features) == 0 {
		features = []string{""}
	}
	for _, variant := range features {
		options := base
		options.Variant = variant
		c := o.context(s.baseline, variant)
		c.Refused = why
		result.rows = append(result.rows, verdict.Absent(options, c))
	}
	return result
}

// notJudged are the rows of a signal that has no better direction; they have no state.
func notJudged(base verdict.Options, s subject) judged {
	result := judged{notices: []data.Notice{{
		Severity: data.NoticeSeverityInfo,
		Text:     fmt.Sprintf("%s: not judged, because neither more nor less of it is better.", base.Signal.Name),
	}}}
	for _, variant := range s.features {
		options := base
		options.Variant = variant
		row := verdict.Absent(options, verdict.Context{})
		row.State, row.Live = "", ""
		result.rows = append(result.rows, row)
	}
	return result
}

// weight is a comparison's part of alpha, so that all signals and features of a flag together err at most as often as
// alpha says. It depends on the settings and the flag's features alone, never on what one query asks for: whoever looks
// at one signal sees the verdict that is seen beside the others.
func (e *Engine) weight(signal model.Signal, baseline string, known, found []string) float64 {
	signals := 0
	listed := false
	for _, other := range e.settings.Judged() {
		signals++
		listed = listed || other.ID == signal.ID
	}
	if !listed {
		signals++
	}
	features := 0
	for _, variant := range known {
		if variant != baseline {
			features++
		}
	}
	if features == 0 {
		features = len(found)
	}
	return 1 / float64(signals*max(features, 1))
}

// texted makes warnings of texts.
func texted(texts []string) []data.Notice {
	notices := make([]data.Notice, len(texts))
	for i, text := range texts {
		notices[i] = data.Notice{Severity: data.NoticeSeverityWarning, Text: text}
	}
	return notices
}

package compare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/collect"
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
	base.Weight = e.weight(signal, s.baseline, known, all)
	base.Alpha *= base.Weight
	s.features = wantedFeatures(o.query, s.baseline, all)
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
	// Taken in one order by all, so that no two wait for each other.
	order := slices.Clone(s.features)
	slices.Sort(s.features)
	comparisons := make([]*comparison, len(s.features))
	options := make([]verdict.Options, len(s.features))
	after := int64(-1)
	for i, variant := range s.features {
		options[i] = base
		options[i].Variant = variant
		var release func()
		if comparisons[i], release, err = e.judges.acquire(ctx, options[i], o.start, o.query.Filters); err != nil {
			return judged{}, err
		}
		defer release()
		if !o.end.IsZero() && comparisons[i].last() > o.end.Unix() {
			// What is asked for ended before what is known does: it is judged by itself, and not kept.
			comparisons[i] = &comparison{}
		}
		if last := comparisons[i].last(); after < 0 || last < after {
			after = last
		}
	}
	request := collect.Request{
		Flag: base.Flag, Baseline: base.Baseline, Variants: union(all, s.features), Signal: found.signal, Filters: o.query.Filters,
		Native: found.native, Start: o.start, End: o.end, After: max(after, 0),
	}
	got, err := e.collector.Collect(ctx, request)
	if err != nil {
		return judged{}, err
	}
	result := judged{exprs: got.Exprs, notices: texted(got.Notices)}
	for i, variant := range s.features {
		series := got.Series[variant]
		if comparisons[i].judge == nil && base.Signal.Kind == model.KindHistogram && len(series.Edges) == 0 {
			c := o.context(base.Baseline, variant)
			c.Waiting = slices.Contains(s.found, variant) && slices.Contains(s.found, base.Baseline)
			if !c.Waiting {
				c.Refused = fmt.Sprintf("there are no series of both %s and %s", base.Baseline, variant)
			}
			result.rows = append(result.rows, verdict.Absent(options[i], c))
			continue
		}
		v, err := e.verdictOf(ctx, o, comparisons[i], options[i], request, series)
		if err != nil {
			return judged{}, err
		}
		result.rows = append(result.rows, v)
	}
	if base.Signal.Kind == model.KindHistogram {
		result.notices = append(result.notices, e.refine(ctx, o, base.Signal, result.rows)...)
	}
	slices.SortStableFunc(result.rows, func(a, b verdict.Verdict) int {
		return slices.Index(order, a.Options.Variant) - slices.Index(order, b.Options.Variant)
	})
	return result, nil
}

// verdictOf brings one judge up to date and asks it.
func (e *Engine) verdictOf(
	ctx context.Context, o occasion, c *comparison, options verdict.Options, request collect.Request, series verdict.Series,
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
		return verdict.Verdict{}, err
	}
	return c.judge.Verdict(o.context(options.Baseline, options.Variant))
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

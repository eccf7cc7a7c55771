package survey

import (
	"context"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promql"
)

// Subject is what a comparison is about: a flag as one signal's metric knows it, with its baseline and features.
type Subject struct {
	Flag string
	// Baseline is empty where there is none.
	Baseline string
	// Features are those asked for, or all, in natural order.
	Features []string
	// Found are all variants that have series.
	Found []string
	// Cut is set where the flag has more variants than are read; Shown is then all that is read.
	Cut   bool
	Shown []string
	// Leaves is set where features with less traffic were left out.
	Leaves bool
	// Cause is why there are no variants.
	Cause model.Cause
	// Notices say what is missing.
	Notices []data.Notice
}

// RoleOf is the role of a variant; false where the query does not ask for it.
func (s Subject) RoleOf(variant string) (model.Role, bool) {
	switch {
	case variant == s.Baseline && variant != "":
		return model.RoleBaseline, true
	case slices.Contains(s.Features, variant):
		return model.RoleFeature, true
	}
	return "", false
}

// Others are all variants that have series beside the baseline.
func (s Subject) Others() []string { return names.Without(s.Found, s.Baseline) }

// LeftOut says what becomes of the variants that are read, and what to do about the others.
func (s Subject) LeftOut(become string) data.Notice {
	return notices.Warn("Flag %q has %d variants. The %d with the most traffic are %s: "+
		"choose variants in the query, or raise the limit in the datasource's settings.", s.Flag, len(s.Found), len(s.Features), become)
}

// leaver says what of a signal is left out, or belongs to nothing.
type leaver interface {
	leftOut(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]data.Notice, error)
}

// leftOut is what all of them say.
func leftOut(ctx context.Context, all []leaver, scope promql.Scope, signal model.Signal, s Span) ([]data.Notice, error) {
	var said []data.Notice
	for _, one := range all {
		more, err := one.leftOut(ctx, scope, signal, s)
		if err != nil {
			return nil, err
		}
		said = append(said, more...)
	}
	return said, nil
}

// Subjects finds out what comparisons are about.
type Subjects struct {
	catalogue Catalogue
	baselines Baselines
	variants  interface {
		Of(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]string, error)
	}
	absences interface {
		explain(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]data.Notice, model.Cause, error)
		unborn(ctx context.Context, signal model.Signal, s Span) ([]data.Notice, error)
	}
	ranking interface {
		busiest(ctx context.Context, scope promql.Scope, signal model.Signal, s Span, most int) ([]string, error)
	}
	// said is who says what is left out.
	said []leaver
	// most is how many features of a flag are read.
	most int
}

// Of finds out which variants a flag has on the metrics of a signal, and which of them is the baseline. Of the query it
// looks at the flag, the baseline, the variants and the filters.
func (f *Subjects) Of(ctx context.Context, query model.Query, signal model.Signal, s Span) (Subject, error) {
	scope := f.catalogue.Scope(query, signal)
	found, err := f.variants.Of(ctx, scope, signal, s)
	if err != nil {
		return Subject{}, err
	}
	result := Subject{Flag: query.Flag, Found: found}
	if len(found) == 0 {
		result.Notices, result.Cause, err = f.absences.explain(ctx, scope, signal, s)
		return result, err
	}
	if result.Notices, err = leftOut(ctx, f.said, scope, signal, s); err != nil {
		return result, err
	}
	unborn, err := f.absences.unborn(ctx, signal, s)
	if err != nil {
		return result, err
	}
	result.Notices = append(result.Notices, unborn...)
	result.Baseline = f.baselines.Of(query, found)
	if result.Baseline == "" || !slices.Contains(found, result.Baseline) {
		result.Notices = append(result.Notices, f.baselines.missing(query.Flag, result.Baseline, found))
	}
	for _, variant := range found {
		if variant != result.Baseline && (len(query.Variants) == 0 || slices.Contains(query.Variants, variant)) {
			result.Features = append(result.Features, variant)
		}
	}
	for _, variant := range query.Variants {
		if !slices.Contains(found, variant) {
			result.Notices = append(result.Notices, notices.Warn("Variant %q of flag %q has no series in this range. Seen: %s.",
				variant, query.Flag, names.Listed(found)))
		}
	}
	return f.cut(ctx, scope, signal, s, result)
}

// cut keeps the features with the most traffic where a flag has more than may be read.
func (f *Subjects) cut(ctx context.Context, scope promql.Scope, signal model.Signal, s Span, subject Subject) (Subject, error) {
	if len(subject.Found) <= f.most {
		return subject, nil
	}
	if len(subject.Features) > f.most {
		busiest, err := f.ranking.busiest(ctx, scope, signal, s, f.most)
		if err != nil {
			return subject, err
		}
		subject.Features = busiestOf(subject.Features, busiest, f.most)
		subject.Leaves = true
	}
	subject.Cut = true
	subject.Shown = slices.Clone(subject.Features)
	if subject.Baseline != "" {
		subject.Shown = append(subject.Shown, subject.Baseline)
	}
	return subject, nil
}

package survey

import (
	"context"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/split"
)

// absences says why something is not there.
type absences struct {
	catalogue Catalogue
	client    seriesLister
	places    places
	nameless  leaver
	flags     interface {
		names(ctx context.Context, split model.Split, signal model.Signal, s Span) ([]string, error)
	}
}

// explain says why a flag has no variants on a signal: the metric is not there, the signal's selector finds none of its
// series, it carries no flag at all, or it carries others.
func (a *absences) explain(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]data.Notice, model.Cause, error) {
	flags, err := a.flags.names(ctx, scope.Split.Split, signal, s)
	if err != nil {
		return nil, "", err
	}
	if slices.Contains(flags, scope.Flag) {
		if said, err := a.nameless.leftOut(ctx, scope, signal, s); err != nil || len(said) > 0 {
			return said, model.CauseVariantEmpty, err
		}
	}
	if said := a.catalogue.modeOf(signal).Absent(scope, signal, flags); said != "" {
		cause := model.CauseFlagUnknown
		if slices.Contains(flags, scope.Flag) {
			cause = model.CauseSelectorEmpty
			why, _, err := a.missing(ctx, signal, s)
			if err != nil {
				return nil, "", err
			}
			if why != "" {
				said = signal.Name + ": " + why
			}
		}
		return []data.Notice{notices.Warn("%s", said)}, cause, nil
	}
	notice, cause, err := a.explainMetric(ctx, scope, signal, s)
	return []data.Notice{notice}, cause, err
}

// explainMetric says why a signal's metric carries no flags.
func (a *absences) explainMetric(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) (data.Notice, model.Cause, error) {
	mode := a.catalogue.modeOf(signal)
	if said := mode.Uncarried(scope, signal); said != "" {
		return notices.Warn("%s", said), model.CauseNotJoined, nil
	}
	why, cause, err := a.missing(ctx, signal, s)
	if err != nil {
		return data.Notice{}, "", err
	}
	if why != "" {
		return notices.Warn("%s: %s", signal.Name, why), cause, nil
	}
	return notices.Warn("%s: %s carries no label %s, so it cannot be split by it. What is measured per process needs the info or "+
		"the matchers split, where the variant is constant in a process.", signal.Name, signal.Metric, mode.MissingLabel(scope)), model.CauseLabelMissing, nil
}

// unborn says that a counter which appears with its first event has no series yet, so that it counts as 0.
func (a *absences) unborn(ctx context.Context, signal model.Signal, s Span) ([]data.Notice, error) {
	own := a.catalogue.KindOf(signal).Found.Unborn
	if own == nil || own(signal) == "" {
		return nil, nil
	}
	match, err := promql.Name(own(signal))
	if err != nil {
		return nil, err
	}
	series, _, err := a.client.Series(ctx, promapi.MetaQuery{Match: []string{match}, Start: s.From, End: s.To, Limit: 1})
	if err != nil || len(series) > 0 {
		return nil, err
	}
	return []data.Notice{notices.Warn("%s: %s has no series in this range, so it counts as 0: many clients show a counter only once it has "+
		"counted something. If it should have, correct its name.", signal.Name, own(signal))}, nil
}

// missing says that a signal's metric is not there, or that the signal's selector finds none of its series; nothing where
// there are some.
func (a *absences) missing(ctx context.Context, signal model.Signal, s Span) (string, model.Cause, error) {
	metrics, err := a.places.of(ctx, signal, s)
	if err != nil {
		return "", "", err
	}
	there := func(narrow string) (bool, error) {
		match, err := split.Listed(metrics, func(metric string) (string, error) { return promql.Narrowed(metric, narrow) })
		if err != nil {
			return false, err
		}
		series, _, err := a.client.Series(ctx, promapi.MetaQuery{Match: match, Start: s.From, End: s.To, Limit: 1})
		return len(series) > 0, err
	}
	found, err := there(signal.Selector)
	if err != nil || found {
		return "", "", err
	}
	if signal.Selector != "" {
		if found, err = there(""); err != nil {
			return "", "", err
		}
	}
	if found {
		return selectsNothing(signal.Selector, signal.Metric) + ".", model.CauseSelectorEmpty, nil
	}
	return noSeries(signal.Metric) + ".", model.CauseMetricMissing, nil
}

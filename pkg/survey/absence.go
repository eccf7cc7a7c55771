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
	nameless  leaver
	flags     interface {
		names(ctx context.Context, split model.Split, signal model.Signal, s Span) ([]string, error)
	}
}

// explain says why a flag has no variants on a signal: the metric is not there, it carries no flag at all, or it carries
// others.
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
	match, err := split.Listed(a.catalogue.metricsOf(signal), promql.Name)
	if err != nil {
		return data.Notice{}, "", err
	}
	series, _, err := a.client.Series(ctx, promapi.MetaQuery{Match: match, Start: s.From, End: s.To, Limit: 1})
	if err != nil {
		return data.Notice{}, "", err
	}
	if len(series) == 0 {
		return notices.Warn("%s: Prometheus has no series named %s in this range. Check the name, and that the services are scraped.",
			signal.Name, signal.Metric), model.CauseMetricMissing, nil
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

package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/trust"
)

// hour is the hour that is looked at.
func (p *patient) hour() survey.Span {
	return survey.Stretch(p.now.Add(-lookBack), p.now, p.Settings.ScrapeInterval())
}

// counted is what a signal is read from; false where it cannot be read from its metric, which another check says.
func (p *patient) counted(ctx context.Context, signal model.Signal) (kind.Source, bool, error) {
	from, err := p.found.Classes.Counted(ctx, signal, p.hour())
	var unfit *model.InvalidError
	if errors.As(err, &unfit) {
		return from, false, nil
	}
	return from, err == nil, err
}

// birthsCheck looks for series of failures that were born above zero within the hour: what they had counted by then shows in
// no rate.
func (p *patient) birthsCheck(ctx context.Context, check *model.DoctorCheck) error {
	born, lost := 0.0, 0.0
	var worst string
	ratios := p.judged(model.KindRatio)
	for _, signal := range ratios {
		counted, ok, err := p.counted(ctx, signal)
		if err != nil {
			return err
		}
		if !ok || counted.Native {
			continue
		}
		metric, narrow := counted.Signal.Metric, model.BothSelectors(counted.Signal.Selector, signal.Bad)
		if signal.BadMetric != "" {
			metric = signal.BadMetric
		}
		expr, err := promql.Born(metric, narrow, lookBack)
		if err != nil {
			return err
		}
		result, err := p.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: p.now, Few: true})
		if err != nil {
			return err
		}
		series, events := partOf(result, promql.PartSeries), partOf(result, promql.PartSum)
		if events > 0 {
			check.Items = append(check.Items, fmt.Sprintf("%s: %.0f series of %s were born with %.0f counted.", signal.Name, series, metric, events))
		}
		if events > lost {
			worst = signal.Name
		}
		born, lost = born+series, lost+events
	}
	switch {
	case len(ratios) == 0:
		says(check, model.CheckPass, "", "No signal counts failures.")
	case lost == 0:
		says(check, model.CheckPass, "", "No series of failures was born above zero in the last hour.")
	default:
		says(check, model.CheckWarn, "Let each series begin at 0 when the process starts: register the flag's variants (Flaglens' library does so), or call inc(0) for each.",
			"%s: %.0f series of failures appeared above zero in the last hour, with %.0f events counted before. Drawn rates miss these; verdicts count them where the process was there before.",
			worst, born, lost)
		check.Code = `flags.register("FLAG", ["off", "on"])  // starts each series at 0`
	}
	return nil
}

// partOf is the value of a part of an answer; 0 where it is missing.
func partOf(result *promapi.Result, part string) float64 {
	for _, series := range result.Series {
		if series.Labels.Get(promql.PartLabel) == part && len(series.Floats) > 0 {
			return series.Floats[0].V
		}
	}
	return 0
}

// cardinalityCheck holds the series that are read against the limit.
func (p *patient) cardinalityCheck(ctx context.Context, check *model.DoctorCheck) error {
	limit := float64(p.Settings.Limits.MaxSeries)
	split, most, flag := *p.Settings.Split, 0.0, ""
	var by []string
	if split.Mode == model.SplitLabels {
		by = []string{split.FlagLabel}
	}
	total := 0.0
	var metrics []string
	for _, signal := range p.signals() {
		found := p.found.Catalogue.KindOf(signal).Found
		for _, metric := range found.Metrics(signal) {
			if !slices.Contains(metrics, metric) && len(metrics) < mostSignals {
				metrics = append(metrics, metric)
			}
		}
		if bucket := signal.Metric + "_bucket"; found.Whole && !slices.Contains(metrics, bucket) {
			metrics = append(metrics, bucket)
		}
	}
	for _, metric := range metrics {
		expr, err := promql.Tally(metric, by)
		if err != nil {
			return err
		}
		result, err := p.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: p.now})
		if err != nil {
			return err
		}
		sum := 0.0
		for _, series := range result.Series {
			if len(series.Floats) == 0 {
				continue
			}
			n := series.Floats[0].V
			sum += n
			if of := series.Labels.Get(split.FlagLabel); by != nil && of != "" && n > most {
				most, flag = n, of
			}
		}
		total = max(total, sum)
		if sum > 0 {
			check.Items = append(check.Items, fmt.Sprintf("%s: %.0f series.", metric, sum))
		}
	}
	share := total / limit
	check.Share = &share
	largest := ""
	if flag != "" {
		largest = fmt.Sprintf(" The largest flag is %s with %.0f.", flag, most)
	}
	const remedy = "Record fewer labels (routes as patterns, no ids), split fewer flags at once, or raise the limit of series in the settings."
	says(check, model.CheckPass, "", "The largest metric has %.0f series; one answer may have %.0f.%s", total, limit, largest)
	switch {
	case share > 1:
		check.Status, check.Remedy = model.CheckWarn, remedy
		check.Detail += " Queries add series up by variant, so most still work; those by process may be cut."
	case share > 0.5:
		check.Status, check.Remedy = model.CheckWarn, remedy
	}
	return nil
}

// writersCheck looks whether the counts of the judged signals can be true.
func (p *patient) writersCheck(ctx context.Context, check *model.DoctorCheck) error {
	if p.flag.Flag == "" {
		says(check, model.CheckPass, "", "There is no flag yet to look at.")
		return nil
	}
	var doubts []trust.Doubt
	looked := map[string]bool{}
	for _, signal := range p.Settings.Judged(p.Words) {
		events := p.found.Catalogue.KindOf(signal).Counted.Events
		if events == nil || len(looked) >= mostSignals {
			continue
		}
		counted, ok, err := p.counted(ctx, signal)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		question := trust.Question{
			Scope: p.found.Catalogue.Scope(model.Query{Flag: p.flag.Flag}, signal), Events: events(counted.Signal, counted.Native),
		}
		question.Scope.Selector = counted.Signal.Selector
		question.Scope.GroupBy = p.found.Catalogue.ProcessLabels(signal)
		key, err := question.Key()
		if err != nil || looked[key] {
			continue
		}
		looked[key] = true
		found, err := trust.Examine(ctx, p.client, question, p.now)
		if err != nil {
			return err
		}
		doubts = append(doubts, found...)
	}
	says(check, model.CheckPass, "", "The counts of %s move as counters of single processes do.", p.flag.Flag)
	for i, doubt := range trust.Merged(doubts) {
		said := sentence(doubt.Why())
		check.Items = append(check.Items, said)
		status := model.CheckWarn
		if doubt.Withholds() && doubt.Cause != trust.Replicas {
			status = model.CheckFail
		}
		if i == 0 || status == model.CheckFail && check.Status != model.CheckFail {
			says(check, status, doubt.Remedy(), "%s", said)
		}
	}
	return nil
}

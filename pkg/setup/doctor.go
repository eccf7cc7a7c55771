package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/survey"
)

// Client is what the doctor asks of a Prometheus; promapi.Client is one.
type Client = survey.Client

const (
	// checkTimeout bounds one check.
	checkTimeout = 15 * time.Second
	// mostItems bounds what a check lists.
	mostItems = 10
)

// patient is a trial with what the checks share.
type patient struct {
	Trial
	client Client
	found  *survey.Survey
	now    time.Time
	engine model.VersionResource
	// flags are those that there are; flag is the one that is looked at.
	flags   model.FlagsResource
	flag    model.FlagInfo
	failure error
	preview model.PreviewResource
}

// Doctor checks what stands in the way of a verdict. A check that cannot be made says so; none keeps the others from being made.
func (t Trial) Doctor(ctx context.Context, engine model.VersionResource, client Client) model.DoctorResource {
	began := time.Now()
	p := &patient{
		Trial: t, client: client, now: t.Now(), engine: engine,
		found: survey.New(client, t.Settings, survey.Options{Words: t.Words, Now: t.Now, Budget: budget.Process()}),
	}
	if p.flags, p.failure = t.Engine.Flags(ctx); p.failure == nil {
		p.flag = telling(p.flags.Flags, "")
		p.preview, p.failure = t.Preview(ctx, model.PreviewRequest{Flag: p.flag.Flag})
	}
	checks := []struct {
		id, title string
		// ofFlags is set where the flags have to be known.
		ofFlags bool
		look    func(*patient, context.Context, *model.DoctorCheck) error
	}{
		{"engine", "Engine", false, (*patient).engineCheck},
		{"flags", "Metrics with flag labels", true, (*patient).flagsCheck},
		{"baseline", "Baseline variant known", true, (*patient).baselineCheck},
		{"signals", "Signals that can be judged", true, (*patient).signalsCheck},
		{"buckets", "Bucket resolution around the quantile", true, (*patient).bucketsCheck},
		{"births", "Series born during the rollout", false, (*patient).birthsCheck},
		{"cardinality", "Cardinality", false, (*patient).cardinalityCheck},
		{"scrape", "Scrape interval against rate window", false, (*patient).scrapeCheck},
		{"retention", "Retention", false, (*patient).retentionCheck},
		{"clock", "Clock, and samples that arrive", false, (*patient).clockCheck},
		{"writers", "One writer for each series", true, (*patient).writersCheck},
	}
	answer := model.DoctorResource{Checks: make([]model.DoctorCheck, len(checks)), CheckedAt: p.now.UnixMilli()}
	failures := parallel.Each(parallel.Limit, len(checks), func(i int) error {
		ctx, cancel := context.WithTimeout(ctx, checkTimeout)
		defer cancel()
		check := &answer.Checks[i]
		*check = model.DoctorCheck{ID: checks[i].id, Title: checks[i].title, Status: model.CheckPass, Items: []string{}}
		if p.failure != nil && checks[i].ofFlags {
			return p.failure
		}
		return checks[i].look(p, ctx, check)
	})
	for i, failure := range failures {
		if failure != nil {
			check := &answer.Checks[i]
			check.Status, check.Detail = model.CheckWarn, "This could not be checked: "+failure.Error()+"."
			check.Remedy = "Check again; if it stays, look at the server's log."
		}
		answer.Checks[i].Items = answer.Checks[i].Items[:min(len(answer.Checks[i].Items), mostItems)]
	}
	answer.Summary = summary(answer.Checks)
	answer.TookMS = time.Since(began).Milliseconds()
	return answer
}

// summary says what fails.
func summary(checks []model.DoctorCheck) string {
	var failing []string
	for _, check := range checks {
		if check.Status == model.CheckFail {
			failing = append(failing, strings.ToLower(check.Title[:1])+check.Title[1:])
		}
	}
	if len(failing) == 0 {
		return ""
	}
	return "No verdict can rest on this until it is fixed: " + strings.Join(failing, ", ") + "."
}

// plural is a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// says fills in a check.
func says(check *model.DoctorCheck, status model.CheckStatus, remedy, format string, args ...any) {
	check.Status, check.Remedy, check.Detail = status, remedy, fmt.Sprintf(format, args...)
}

func (p *patient) engineCheck(ctx context.Context, check *model.DoctorCheck) error {
	if _, err := p.client.Query(ctx, promapi.InstantQuery{Expr: "1", Time: p.now}); err != nil {
		says(check, model.CheckFail, "Check the URL, the credentials, and that the server runs.", "The server does not answer: %s.", err)
		return nil
	}
	switch name := strings.TrimSpace(p.engine.Engine + " " + p.engine.Version); p.engine.Engine {
	case "unknown":
		says(check, model.CheckPass, "", "It answers PromQL and does not say which engine it is, as behind a proxy that blocks that question.")
	default:
		says(check, model.CheckPass, "", "%s answers.", name)
	}
	return nil
}

func (p *patient) flagsCheck(_ context.Context, check *model.DoctorCheck) error {
	split := *p.Settings.Split
	if len(p.flags.Flags) == 0 {
		says(check, model.CheckFail, "Let the setup propose a split, or choose the labels that your metrics have.", "No flag was found: %s",
			p.Words.Modes.Of(split).Nothing(split, p.Settings.Preset))
		return nil
	}
	several := 0
	for _, flag := range p.flags.Flags {
		if len(flag.Variants) > 1 {
			several++
		}
	}
	says(check, model.CheckPass, "", "%s, %d of them with two variants or more. %s", plural(len(p.flags.Flags), "flag"), several, splitIn(split))
	if several == 0 {
		check.Status, check.Remedy = model.CheckWarn, "Give a second variant a part of the traffic."
	}
	check.Items = append(check.Items, p.flags.Notices...)
	return nil
}

// splitIn says a split in words.
func splitIn(split model.Split) string {
	switch split.Mode {
	case model.SplitFlagLabel:
		return fmt.Sprintf("Labels named %s*.", split.Prefix)
	case model.SplitInfo:
		return fmt.Sprintf("Info metric %s, joined on %s.", split.InfoMetric, strings.Join(split.On, ", "))
	case model.SplitMatchers:
		return fmt.Sprintf("%s by selectors.", plural(len(split.Flags), "flag"))
	default:
		return fmt.Sprintf("Labels %s and %s.", split.FlagLabel, split.VariantLabel)
	}
}

func (p *patient) baselineCheck(_ context.Context, check *model.DoctorCheck) error {
	known, all := 0, 0
	for _, flag := range p.flags.Flags {
		if len(flag.Variants) < 2 {
			continue
		}
		all++
		if flag.Baseline != "" && slices.Contains(flag.Variants, flag.Baseline) {
			known++
			continue
		}
		why := fmt.Sprintf("None of its variants is named %s.", strings.Join(p.Settings.BaselineNames, ", "))
		if flag.Baseline != "" {
			why = fmt.Sprintf("%q is set, and has no series.", flag.Baseline)
		}
		check.Items = append(check.Items, fmt.Sprintf("%s has %s. %s", flag.Flag, names.Listed(flag.Variants), why))
		if len(check.Baselines) < mostFlags {
			check.Baselines = append(check.Baselines, model.ProposedFlag{
				Flag: flag.Flag, Variants: flag.Variants[:min(len(flag.Variants), mostVariants)], VariantCount: len(flag.Variants), BaselineFrom: why,
			})
		}
	}
	says(check, model.CheckPass, "", "%d of %s.", known, plural(all, "flag"))
	switch {
	case all == 0:
		check.Detail = "No flag has two variants, so none needs a baseline yet."
	case known == 0:
		check.Status, check.Remedy = model.CheckFail, "Choose the variant that stands for the existing application."
	case known < all:
		check.Status, check.Remedy = model.CheckWarn, "Choose the variant that stands for the existing application; until then these flags are not compared."
	}
	return nil
}

func (p *patient) signalsCheck(_ context.Context, check *model.DoctorCheck) error {
	judged, failing := 0, 0
	for _, row := range p.preview.Rows {
		switch {
		case !row.Judged || row.Variant != "" && row.Role == model.RoleFeature:
		case row.Cause == model.CauseNone:
			judged++
		case row.Cause == model.CauseNoTraffic:
			check.Items = append(check.Items, row.Name+": "+row.Message)
		default:
			failing++
			check.Items = append(check.Items, row.Name+": "+row.Message)
		}
	}
	switch {
	case failing > 0:
		says(check, model.CheckFail, "Correct what is named, or take the signal out.", "%d of the judged signals cannot be read for %s.", failing, p.flag.Flag)
	case judged == 0:
		says(check, model.CheckWarn, "Send some traffic, or give a signal a better direction.", "Nothing can be judged for %s in the last hour.", p.flag.Flag)
	default:
		says(check, model.CheckPass, "", "%s can be judged for %s in the last hour.", plural(judged, "signal"), p.flag.Flag)
	}
	return nil
}

// request asks about the flag that is looked at, over the last hour.
func (p *patient) request(query model.Query) compare.Request {
	query.Flag = p.flag.Flag
	return compare.Request{Query: query, From: p.now.Add(-lookBack), To: p.now}
}

// run answers a query of the engine; a part that fails is left out where others are there.
func (p *patient) run(ctx context.Context, query model.Query) (data.Frames, error) {
	read, err := p.Engine.Run(ctx, p.request(query))
	if len(read) > 0 {
		return read, nil
	}
	var wrong *model.InvalidError
	if errors.As(err, &wrong) {
		return nil, nil
	}
	return read, err
}

// judged are the signals that verdicts are made of, of one kind.
func (p *patient) judged(kind model.SignalKind) []model.Signal {
	var found []model.Signal
	for _, signal := range p.Settings.Judged(p.Words) {
		if signal.Kind == kind && len(found) < mostSignals {
			found = append(found, signal)
		}
	}
	return found
}

package setup

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
)

// written is a duration as Prometheus writes it.
func written(d time.Duration) string { return prommodel.Duration(d).String() }

// sentence begins a text with a capital and ends it with a full stop.
func sentence(text string) string {
	text = strings.TrimRight(text, ". ")
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// scrapeCheck holds the scrape interval that the samples show against the one that is set, and against the windows of rates.
func (p *patient) scrapeCheck(ctx context.Context, check *model.DoctorCheck) error {
	learning := p.Settings
	learning.TimeInterval = ""
	intervals := survey.New(p.client, learning, survey.Options{Words: p.Words, Now: p.Now, Budget: budget.Process()}).Intervals
	learnt, known := intervals.OfTraffic(ctx, p.now.Add(-6*time.Hour), p.now)
	set := p.Settings.ScrapeInterval()
	switch {
	case !known && p.Settings.ScrapeIntervalIsSet():
		says(check, model.CheckWarn, "Send some traffic, then check again.", "%s is set; there are too few samples to hold against it.", written(set))
	case !known:
		says(check, model.CheckWarn, "Send some traffic, then check again.", "There are too few samples to tell it; %s is assumed until then.", written(set))
	case p.Settings.ScrapeIntervalIsSet() && learnt > set*3/2:
		says(check, model.CheckFail, fmt.Sprintf("Set it to %s, or leave it empty to have it learnt.", written(learnt)),
			"%s is set, and the samples are %s apart: windows hold too few samples, so rates have gaps.", written(set), written(learnt))
	case p.Settings.ScrapeIntervalIsSet() && learnt*2 < set:
		says(check, model.CheckWarn, fmt.Sprintf("Set it to %s, or leave it empty to have it learnt.", written(learnt)),
			"%s is set, and the samples are %s apart: windows are longer than they have to be.", written(set), written(learnt))
	case learnt > time.Minute:
		says(check, model.CheckWarn, "Scrape every 15 to 60 s, so that a bad rollout is seen within minutes.",
			"Scraped every %s: windows are %s at least, and a change of the allocation is found late.", written(learnt), written(4*learnt))
	default:
		says(check, model.CheckPass, "", "Scraped every %s; the smallest window is %s: 4 samples.", written(learnt), written(4*learnt))
	}
	return nil
}

// traffic is the metric that counts the traffic; empty where there is none.
func (p *patient) traffic(ctx context.Context) string {
	signal, err := p.found.Catalogue.Traffic()
	if err != nil {
		return ""
	}
	counted, err := p.found.Classes.Counted(ctx, signal, p.hour())
	if err != nil {
		// Why it cannot be read is another check's.
		return signal.Metric
	}
	return counted.Signal.Metric
}

// there tells whether a metric has samples at a time.
func (p *patient) there(ctx context.Context, metric string, at time.Time) (bool, error) {
	expr, err := promql.Tally(metric, nil)
	if err != nil {
		return false, err
	}
	result, err := p.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: at, Few: true})
	return err == nil && len(result.Series) > 0, err
}

// ages are how far back is looked for samples.
var ages = []time.Duration{30 * 24 * time.Hour, 14 * 24 * time.Hour, 7 * 24 * time.Hour, 2 * 24 * time.Hour, 24 * time.Hour}

// found14 is how far back a rollout's beginning is looked for.
const found14 = 14 * 24 * time.Hour

func (p *patient) retentionCheck(ctx context.Context, check *model.DoctorCheck) error {
	// What every target has says more of the server than a metric that may be new.
	metric, of := "up", "samples go"
	some, err := p.there(ctx, metric, p.now)
	if err != nil {
		return err
	}
	if !some {
		metric = p.traffic(ctx)
		of = "samples of " + metric + " go"
	}
	if metric == "" {
		says(check, model.CheckWarn, "Choose a preset or a signal.", "There is no metric to look at.")
		return nil
	}
	for _, age := range ages {
		old, err := p.there(ctx, metric, p.now.Add(-age))
		if err != nil {
			return err
		}
		if !old {
			continue
		}
		says(check, model.CheckPass, "", "%s back %s at least.", sentence(of)[:len(of)], written(age))
		if age < found14 {
			check.Status = model.CheckWarn
			check.Remedy = "Keep 15 days or more (--storage.tsdb.retention.time), unless the server is new."
			check.Detail += " A rollout that began earlier is judged from where they begin."
		}
		return nil
	}
	says(check, model.CheckWarn, "Keep 15 days or more (--storage.tsdb.retention.time), unless the server is new.",
		"%s back less than a day: a rollout that began earlier is judged from where they begin.", sentence(of)[:len(of)])
	return nil
}

const (
	// ahead is how far in the future samples are looked for, and skew how much of it is no fault.
	ahead = 10 * time.Minute
	skew  = 30 * time.Second
)

// clockCheck looks when the newest sample of the traffic is from, also past now.
func (p *patient) clockCheck(ctx context.Context, check *model.DoctorCheck) error {
	metric := p.traffic(ctx)
	if metric == "" {
		says(check, model.CheckWarn, "Choose a preset or a signal.", "There is no metric to look at.")
		return nil
	}
	expr, err := promql.Newest(metric, lookBack)
	if err != nil {
		return err
	}
	result, err := p.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: p.now.Add(ahead), Few: true})
	if err != nil {
		return err
	}
	if len(result.Series) == 0 || len(result.Series[0].Floats) == 0 {
		says(check, model.CheckWarn, "Check that the services are up and scraped.", "%s has no sample of the last hour.", metric)
		return nil
	}
	newest := time.UnixMilli(int64(result.Series[0].Floats[0].V * 1000))
	age := p.now.Sub(newest)
	interval, _ := p.Engine.ScrapeInterval(ctx, p.now.Add(-6*time.Hour), p.now)
	switch {
	case -age > skew:
		says(check, model.CheckWarn, "Set the clocks of Grafana's host and of the server by NTP.",
			"The newest sample is %s ahead of Grafana's clock: the newest minutes are left out of verdicts.", written((-age).Round(time.Second)))
	case age > 4*interval+time.Minute:
		says(check, model.CheckWarn, "Check that the services are up and scraped; if they are, set the clocks by NTP.",
			"The newest sample of %s is %s old.", metric, written(age.Round(time.Second)))
	default:
		says(check, model.CheckPass, "", "The newest sample is %s old.", written(max(age.Round(time.Second), 0)))
	}
	return nil
}

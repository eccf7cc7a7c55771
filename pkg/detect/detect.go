// Package detect looks at a Prometheus that it knows nothing of, and proposes how its metrics can be split: which labels look
// like flags and variants, which metrics can be signals, their units, directions and margins, and which variant is the baseline.
// It asks a handful of bounded questions, decides nothing, and says what it is not certain of. What a proposal yields is read by
// the survey that answers queries.
package detect

import (
	"context"
	"fmt"
	"slices"
	"time"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// Client is what detection asks of a Prometheus; promapi.Client is one.
type Client = survey.Client

// What is looked at at most. What is cut is said.
const (
	// lookBack is how far back something counts as being there.
	lookBack = 6 * time.Hour
	// lately is the time over which traffic is compared.
	lately = time.Hour
	// mostLabels and mostMetrics bound the lists of all names, mostCarriers that of the metrics with one label.
	mostLabels   = 5_000
	mostMetrics  = 20_000
	mostCarriers = 2_000
	// mostDescribed bounds the descriptions that are read; where there are more metrics, none are: they are sent whole.
	mostDescribed = 5_000
	// mostSeries bounds the series of one metric that are looked at.
	mostSeries = 500
	// mostWays bounds the ways to split that are tried, mostFamilies the metrics that are looked at for each.
	mostWays     = 8
	mostFamilies = 8
	// mostProposals, mostFlags and mostVariants bound what is answered.
	mostProposals = 6
	mostFlags     = 20
	mostVariants  = 20
	// longestText is how much of a name is repeated in a sentence.
	longestText = 80
)

// Options of detection.
type Options struct {
	// Words are the kinds of signals and the ways to split that there are.
	Words vocabulary.Vocabulary
	// Now is the clock.
	Now func() time.Time
}

// Detector looks at one server.
type Detector struct {
	client   Client
	settings model.Settings
	words    vocabulary.Vocabulary
	now      func() time.Time
	classes  interface {
		Of(ctx context.Context, metric, selector string, s survey.Span) (kind.Form, error)
	}
}

// New looks at the server that client asks. Of the settings it keeps what no proposal changes: limits and intervals.
func New(client Client, settings model.Settings, options Options) *Detector {
	d := &Detector{client: client, settings: settings, words: options.Words.OrBuiltIn(), now: options.Now}
	if d.now == nil {
		d.now = time.Now
	}
	d.classes = d.survey(settings).Classes
	return d
}

// survey finds out what settings yield.
func (d *Detector) survey(settings model.Settings) *survey.Survey {
	return survey.New(d.client, settings, survey.Options{Words: d.words, Now: d.now, Budget: budget.Process()})
}

// span is the time in which something counts as being there.
func (d *Detector) span() survey.Span {
	now := d.now()
	return survey.Stretch(now.Add(-lookBack), now, d.settings.ScrapeInterval())
}

// inventory is the names that there are.
type inventory struct {
	labels, metrics []string
	described       map[string][]promapi.Metadata
	notices         []string
}

// Detect looks and proposes. Engine and Version of the answer are left to the caller. The error is that of a server that does
// not list its names; what else cannot be read is a notice.
func (d *Detector) Detect(ctx context.Context) (model.DetectResource, error) {
	there, err := d.inventory(ctx)
	if err != nil {
		return model.DetectResource{}, err
	}
	answer := model.DetectResource{
		Proposals: []model.Proposal{}, Advice: []string{}, Metrics: len(there.metrics), Labels: len(there.labels),
		Notices: append([]string{}, there.notices...),
	}
	ways, said := d.ways(ctx, there)
	answer.Notices = append(answer.Notices, said...)
	if len(ways) > mostWays {
		answer.Notices = append(answer.Notices, fmt.Sprintf("There are %d ways to split; the %d most likely ones were looked at.", len(ways), mostWays))
		ways = ways[:mostWays]
	}
	proposals := make([]*drafted, len(ways))
	failures := parallel.Each(parallel.Limit/2, len(ways), func(i int) (err error) {
		proposals[i], err = d.propose(ctx, there, ways[i])
		return err
	})
	for i, failure := range failures {
		if failure != nil {
			answer.Notices = append(answer.Notices, fmt.Sprintf("%s could not be looked at: %s.", short(ways[i].title), failure))
		}
	}
	drafts := ranked(proposals)
	for _, draft := range drafts[:min(len(drafts), mostProposals)] {
		answer.Proposals = append(answer.Proposals, draft.proposal)
	}
	d.interval(ctx, &answer)
	answer.Advice = append(answer.Advice, advice(there, ways, drafts)...)
	return answer, nil
}

// inventory lists the names of the last hours. Descriptions are read where they are few: a server without them is no worse.
func (d *Detector) inventory(ctx context.Context) (inventory, error) {
	s := d.span()
	var there inventory
	var cutLabels, cutMetrics []string
	err := parallel.Do(2, func(i int) (err error) {
		if i == 0 {
			there.labels, cutLabels, err = d.client.LabelNames(ctx, promapi.MetaQuery{Start: s.From, End: s.To, Limit: mostLabels})
			return err
		}
		there.metrics, cutMetrics, err = d.client.LabelValues(ctx, prommodel.MetricNameLabel,
			promapi.MetaQuery{Start: s.From, End: s.To, Limit: mostMetrics})
		return err
	})
	if err != nil {
		return there, err
	}
	for _, warning := range cutLabels {
		there.notices = append(there.notices, "Names of labels: "+warning+".")
	}
	for _, warning := range cutMetrics {
		there.notices = append(there.notices, "Names of metrics: "+warning+".")
	}
	if len(there.metrics) <= mostDescribed {
		// What it does not tell is known from names.
		there.described, _ = d.client.Metadata(ctx, "", mostDescribed)
	}
	return there, nil
}

// carriers are the names of the metrics that a selector finds.
func carriers(ctx context.Context, d *Detector, match ...string) ([]string, error) {
	s := d.span()
	found, _, err := d.client.LabelValues(ctx, prommodel.MetricNameLabel, promapi.MetaQuery{Match: match, Start: s.From, End: s.To, Limit: mostCarriers})
	return found, err
}

// interval says how often the best proposal's traffic is scraped.
func (d *Detector) interval(ctx context.Context, answer *model.DetectResource) {
	if d.settings.ScrapeIntervalIsSet() {
		answer.ScrapeIntervalMS = d.settings.ScrapeInterval().Milliseconds()
		answer.ScrapeIntervalFrom = "The settings say so; leave the field empty to have it learnt from the samples."
		return
	}
	answer.ScrapeIntervalFrom = "It is not known: nothing that can be compared has samples. 15 s is assumed until there are some."
	if len(answer.Proposals) == 0 {
		return
	}
	settings, err := decode(d, answer.Proposals[0].Settings)
	if err != nil {
		return
	}
	now := d.now()
	if interval, learnt := d.survey(settings).Intervals.OfTraffic(ctx, now.Add(-lookBack), now); learnt {
		answer.ScrapeIntervalMS = interval.Milliseconds()
		answer.ScrapeIntervalFrom = "Learnt from the samples of the traffic. Nothing has to be set."
	}
}

// ranked are the drafts that yield something, the best first.
func ranked(drafts []*drafted) []*drafted {
	drafts = slices.DeleteFunc(drafts, func(d *drafted) bool { return d == nil })
	slices.SortStableFunc(drafts, func(a, b *drafted) int { return b.rank - a.rank })
	return drafts
}

// short cuts a name for a sentence.
func short(text string) string {
	runes := []rune(text)
	if len(runes) <= longestText {
		return text
	}
	return string(runes[:longestText]) + "…"
}

// Package judging says whether features made things worse: it finds out when a rollout began, collects what was counted
// since, asks for verdicts, and hands them to frames. How evidence is weighed is in verdict.
package judging

import (
	"context"
	"time"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/rollout"
	"github.com/flaglens/flaglens/pkg/series"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// What the types of this package ask of others, each no more than it needs.
type (
	rangeQuerier interface {
		QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error)
	}
	counter interface {
		Counted(ctx context.Context, signal model.Signal, s survey.Span) (kind.Source, error)
	}
	collector interface {
		Collect(ctx context.Context, request collect.Request) (collect.Collected, error)
	}
	signalFinder interface {
		Signal(id string) (model.Signal, error)
		Signals(ids []string) ([]model.Signal, error)
	}
	subjectFinder interface {
		Of(ctx context.Context, query model.Query, signal model.Signal, s survey.Span) (survey.Subject, error)
	}
	baselineFinder interface {
		Of(query model.Query, found []string) string
	}
	periodFinder interface {
		periodOf(ctx context.Context, r Request) (period, error)
	}
)

// Request is one query with its range.
type Request struct {
	Query    model.Query
	From, To time.Time
	// FromAlert is set where an alert rule asks, which sees no notices.
	FromAlert bool
}

// Options are what judging is given.
type Options struct {
	// Words are the kinds of signals and the ways to split that there are.
	Words vocabulary.Vocabulary
	// Now is the clock.
	Now func() time.Time
	// Survey says what is there, Quantiles reads those that are shown beside verdicts.
	Survey    *survey.Survey
	Quantiles *series.Quantiles
	// Collector reads what is counted, Rollouts finds out since when.
	Collector *collect.Collector
	Rollouts  *rollout.Finder
	// Room is the room for the comparisons that are kept.
	Room *kept.Room
}

// Judging is all that judges. It is safe for concurrent use.
type Judging struct {
	Verdicts  *Verdicts
	Backtests *Backtests
	Scan      *Scan
	Changes   *Changes
	judges    *kept.Store[*comparison]
	answers   *kept.Store[*remembered]
}

// New judges what client's server has, under the settings in force.
func New(client rangeQuerier, settings model.Settings, o Options) *Judging {
	found, terms := o.Survey, terms{settings, o.Words}
	rollouts := &rollouts{
		catalogue: found.Catalogue, classes: found.Classes, client: o.Rollouts, now: o.Now, scrape: settings.ScrapeInterval(),
	}
	judges := kept.NewStore[*comparison](o.Room)
	answers := kept.NewStore[*remembered](o.Room)
	verdicts := &Verdicts{
		catalogue: found.Catalogue, rollouts: rollouts, terms: terms,
		memory: &memory{answers: answers, now: o.Now},
		bench: &bench{
			subjects: found.Subjects, baselines: found.Baselines, classes: found.Classes, terms: terms,
			silences: found.Silences, refiner: &refiner{quantiles: o.Quantiles},
			comparisons: &comparisons{collector: o.Collector, judges: judges},
		},
	}
	return &Judging{
		Verdicts: verdicts,
		Backtests: &Backtests{
			catalogue: found.Catalogue, rollouts: rollouts, subjects: found.Subjects, classes: found.Classes,
			collector: o.Collector, terms: terms, now: o.Now,
		},
		Scan: &Scan{verdicts: verdicts, settings: settings, terms: terms},
		Changes: &Changes{
			rollouts: rollouts, baselines: found.Baselines,
			markers: &markers{client: client, settings: settings},
		},
		judges: judges, answers: answers,
	}
}

// Close gives up what is kept.
func (j *Judging) Close() {
	j.judges.Close()
	j.answers.Close()
}

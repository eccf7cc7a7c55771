// Package series reads the series that are drawn: it plans the fewest requests for a query's signals, reads them in
// parallel, lays the features over the baseline, and hands the result to frames. It judges nothing.
package series

import (
	"context"
	"time"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/survey"
)

// What the types of this package ask of a Prometheus, each no more than it needs.
type (
	rangeQuerier interface {
		QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error)
	}
	evaluator interface {
		rangeQuerier
		Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error)
	}
	exemplarClient interface {
		Exemplars(ctx context.Context, q promapi.ExemplarQuery) (series []promapi.ExemplarSeries, warnings []string, err error)
	}
)

// Client is what reading series asks of a Prometheus; promapi.Client is one.
type Client interface {
	evaluator
	exemplarClient
}

// Request is one query with what Grafana sends beside it.
type Request struct {
	Query    model.Query
	From, To time.Time
	// Interval is the distance of points that the caller can draw; zero leaves it to the scrape interval.
	Interval      time.Duration
	MaxDataPoints int64
	// Answer is what the queries of one answer may come to together; nil where there is but one.
	Answer *Allowance
	// FromAlert is set where an alert rule asks, which sees no notices.
	FromAlert bool
	// numbersOnly is set where nobody sees what is said beside the numbers.
	numbersOnly bool
}

// Options of reading.
type Options struct {
	// Budget is the memory that queries share.
	Budget *budget.Budget
	// ExemplarTimeout is how long an answer waits for its exemplars; 3 s if zero.
	ExemplarTimeout time.Duration
}

// Series is all that reads series. It is safe for concurrent use.
type Series struct {
	Planner       *Planner
	Signals       *Signals
	Distributions *Distributions
	Quantiles     *Quantiles

	doubter *doubter
}

// Forget gives up what was found out of whether what is drawn can be true.
func (s *Series) Forget() { s.doubter.forget() }

// New reads from the server that client asks, under the settings in force; found says what is there.
func New(client Client, settings model.Settings, found *survey.Survey, options Options) *Series {
	planner := &Planner{catalogue: found.Catalogue, subjects: found.Subjects, classes: found.Classes, client: client}
	doubter := newDoubter(client, found.Catalogue)
	reader := &reader{client: client, planner: planner, doubter: doubter, budget: options.Budget, silences: found.Silences}
	return &Series{
		Planner: planner, doubter: doubter,
		Signals: &Signals{
			planner: planner, reader: reader, exemplars: newExemplars(client, settings, found, options.ExemplarTimeout),
		},
		Distributions: &Distributions{planner: planner, reader: reader, catalogue: found.Catalogue},
		Quantiles:     &Quantiles{planner: planner, reader: reader, scrape: settings.ScrapeInterval()},
	}
}

// Package compare answers queries: it is the table that says which room answers which type of query. It knows neither
// the SDK's handlers nor HTTP, and does no work of its own.
package compare

import (
	"context"
	"errors"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/judging"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/rollout"
	"github.com/flaglens/flaglens/pkg/series"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// Client is what the engine asks of a Prometheus; promapi.Client is one.
type Client interface {
	survey.Client
	series.Client
}

// Request is one query with what Grafana sends beside it.
type Request = series.Request

// Allowance is what all queries of one request may come to.
type Allowance = series.Allowance

// Options of an engine.
type Options struct {
	// Words are the kinds of signals and the ways to split that there are; those of the plugin if zero.
	Words vocabulary.Vocabulary
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Budget is the memory that queries share; that of the process if nil.
	Budget *budget.Budget
	// ExemplarTimeout is how long an answer waits for its exemplars; 3 s if zero.
	ExemplarTimeout time.Duration
	// Room is the room for what the engine keeps; one of its own if nil.
	Room *Room
}

// Room is the room that the engines of one datasource have together: one for each identity that asks.
type Room struct{ runs, rollouts, judges *kept.Room }

// NewRoom is the room that one datasource has. now is the clock, time.Now if nil.
func NewRoom(now func() time.Time) *Room {
	return &Room{runs: collect.NewRoom(now), rollouts: rollout.NewRoom(now), judges: judging.NewRoom(now)}
}

// Engine answers the queries of one identity that asks a datasource, and holds all that is kept for it between queries.
// It is safe for concurrent use. The editors' resources are those of survey.Lists.
type Engine struct {
	*survey.Lists

	survey    *survey.Survey
	series    *series.Series
	judging   *judging.Judging
	collector *collect.Collector
	rollouts  *rollout.Finder
	table     map[model.QueryType]handler
	now       func() time.Time
	// partialAsError is whether alert rules get an error in the place of a partial answer.
	partialAsError bool
}

// New returns an engine that asks client, under the settings in force.
func New(client Client, settings model.Settings, options Options) *Engine {
	options.Words = options.Words.OrBuiltIn()
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Room == nil {
		options.Room = NewRoom(options.Now)
	}
	if options.Budget == nil {
		options.Budget = budget.Process()
	}
	client = watched{onceClient{client}}
	found := survey.New(client, settings, survey.Options{Words: options.Words, Now: options.Now, Budget: options.Budget})
	read := series.New(client, settings, found, series.Options{
		Budget: options.Budget, ExemplarTimeout: options.ExemplarTimeout,
	})
	collector := collect.New(client, settings, collect.Options{
		Words: options.Words, Now: options.Now, Room: options.Room.runs, Budget: options.Budget,
	})
	rollouts := rollout.New(client, settings, rollout.Options{
		Words: options.Words, Now: options.Now, Room: options.Room.rollouts,
	})
	return &Engine{
		Lists: found.Lists, survey: found, series: read, collector: collector, rollouts: rollouts, table: handlers(),
		now: options.Now, partialAsError: settings.PartialAsError,
		judging: judging.New(client, settings, judging.Options{
			Words: options.Words, Now: options.Now, Survey: found, Quantiles: read.Quantiles, Collector: collector, Rollouts: rollouts,
			Room: options.Room.judges,
		}),
	}
}

// Close gives up what is kept between queries. Those that are under way end in their own time.
func (e *Engine) Close() {
	e.collector.Close()
	e.rollouts.Close()
	e.judging.Close()
	e.survey.Forget()
	e.series.Forget()
}

// Run answers a query. Frames and error may both be set: what one signal could not read does not take the others away.
// Errors are *model.InvalidError (the query is wrong), *promapi.Error (the server's), or a fault of our own; several are joined.
func (e *Engine) Run(ctx context.Context, r Request) (data.Frames, error) {
	h, r, err := e.handlerOf(r)
	if err != nil {
		return nil, err
	}
	ctx = sharing(ctx)
	if !r.FromAlert {
		answer, err := h.run(ctx, e, r)
		frames.Dress(answer, r.Query)
		return answer, err
	}
	ctx, lacks := noting(ctx)
	answer, err := h.run(ctx, e, r)
	if rejected := lacks.reject(e.partialAsError); rejected != nil {
		return nil, errors.Join(err, rejected)
	}
	return frames.ForAlert(answer), err
}

// fit is the range of a request as it will be asked; empty says why there is nothing to ask.
func (e *Engine) fit(ctx context.Context, r Request) (s survey.Span, empty string, err error) {
	return series.Fit(r, e.now(), func(from, to time.Time) time.Duration {
		return e.survey.Intervals.Of(ctx, r.Query, from, to)
	})
}

// ScrapeInterval is how far apart the samples of traffic are between two times, and whether they told, or somebody has set it.
func (e *Engine) ScrapeInterval(ctx context.Context, from, to time.Time) (interval time.Duration, learnt bool) {
	return e.survey.Intervals.OfTraffic(ctx, from, to)
}

// PromQL lists the expressions that a request would send, as they would be sent, without sending them. What they depend
// on (which variants there are, of which class a metric is) is found out all the same.
func (e *Engine) PromQL(ctx context.Context, r Request) ([]model.PromQLStatement, error) {
	h, r, err := e.handlerOf(r)
	if err != nil {
		return nil, err
	}
	return h.preview(ctx, e, r)
}

// Backtest answers the resource of that name.
func (e *Engine) Backtest(ctx context.Context, r Request) (model.BacktestResource, error) {
	_, r, err := e.handlerOf(r)
	if err != nil {
		return model.BacktestResource{}, err
	}
	return e.judging.Backtests.Resource(ctx, judged(r))
}

// Why says why a flag has nothing to show on a signal, in the range of a request: the cause, and a sentence that says what to
// do.
func (e *Engine) Why(ctx context.Context, r Request, signal string) (model.Cause, string, error) {
	found, err := e.survey.Catalogue.Signal(signal)
	if err != nil {
		return "", "", err
	}
	s, empty, err := e.fit(ctx, r)
	if err != nil || empty != "" {
		return model.CauseFewSamples, empty, err
	}
	return e.survey.Why(ctx, r.Query, found, s)
}

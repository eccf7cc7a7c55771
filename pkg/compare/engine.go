// Package compare answers queries: it finds out what a flag and its signals are, plans the fewest requests, runs them in
// parallel, lays the features over the baseline, and hands the result to frames. It knows neither the SDK's handlers nor
// HTTP.
package compare

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/rollout"
)

// Client is what the engine asks of a Prometheus; promapi.Client is one.
type Client interface {
	QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error)
	Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error)
	LabelNames(ctx context.Context, q promapi.MetaQuery) (names, warnings []string, err error)
	LabelValues(ctx context.Context, label string, q promapi.MetaQuery) (values, warnings []string, err error)
	Series(ctx context.Context, q promapi.MetaQuery) (series []labels.Labels, warnings []string, err error)
	Metadata(ctx context.Context, metric string, limit int) (map[string][]promapi.Metadata, error)
	Exemplars(ctx context.Context, q promapi.ExemplarQuery) (series []promapi.ExemplarSeries, warnings []string, err error)
}

// Options of an engine.
type Options struct {
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
	return &Room{
		runs: collect.NewRoom(now), rollouts: rollout.NewRoom(now), judges: kept.NewRoom(judgesBytes, judgesIdle, now),
	}
}

// Engine answers the queries of one identity that asks a datasource, and holds all that is kept for it between queries.
// It is safe for concurrent use.
type Engine struct {
	client    Client
	settings  model.Settings
	now       func() time.Time
	known     *knowledge
	collector *collect.Collector
	rollouts  *rollout.Finder
	judges    *judges
	budget    *budget.Budget
	// exemplarTimeout is how long the series wait for what only adorns them.
	exemplarTimeout time.Duration
}

// New returns an engine that asks client, under the settings in force.
func New(client Client, settings model.Settings, options Options) *Engine {
	now := options.Now
	if now == nil {
		now = time.Now
	}
	room := options.Room
	if room == nil {
		room = NewRoom(now)
	}
	exemplarTimeout := cmp.Or(options.ExemplarTimeout, defaultExemplarTimeout)
	shared := options.Budget
	if shared == nil {
		shared = budget.Process()
	}
	return &Engine{
		client: client, settings: settings, now: now, known: newKnowledge(), budget: shared,
		collector: collect.New(client, settings, collect.Options{Now: now, Room: room.runs, Budget: shared}),
		rollouts:  rollout.New(client, settings, rollout.Options{Now: now, Room: room.rollouts}),
		judges:    newJudges(room.judges), exemplarTimeout: exemplarTimeout,
	}
}

// Close gives up what is kept between queries. Those that are under way end in their own time.
func (e *Engine) Close() {
	e.collector.Close()
	e.rollouts.Close()
	e.judges.kept.Close()
	e.known.forget()
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
}

// Run answers a query. Frames and error may both be set: what one signal could not read does not take the others away.
// Errors are *model.InvalidError (the query is wrong), *promapi.Error (the server's), or a fault of our own; several are joined.
func (e *Engine) Run(ctx context.Context, r Request) (data.Frames, error) {
	query, err := r.Query.Validate()
	if err != nil {
		return nil, err
	}
	r.Query = query
	switch query.QueryType {
	case model.QueryVerdict:
		return e.runVerdicts(ctx, r)
	case model.QueryChanges:
		return e.runChanges(ctx, r)
	case model.QueryBacktest:
		return e.runBacktest(ctx, r)
	}
	span, empty, err := e.spanOf(r)
	if err != nil {
		return nil, err
	}
	if empty != "" {
		return noData(empty), nil
	}
	switch query.QueryType {
	case model.QueryFlags:
		return e.runFlags(ctx, r, span)
	case model.QueryDistribution:
		return e.runDistribution(ctx, r, span)
	case model.QuerySplit, model.QueryCompare:
		return e.runSignals(ctx, r, span)
	}
	return nil, fmt.Errorf("query type %q passed validation but is not implemented", query.QueryType)
}

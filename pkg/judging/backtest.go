package judging

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/survey"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// backtestReserve is the time that is left, of a caller's, for what comes after judging.
const backtestReserve = 2 * time.Second

// Backtests answers backtest: it judges random halves of what was counted before a rollout.
type Backtests struct {
	catalogue signalFinder
	rollouts  periodFinder
	subjects  subjectFinder
	classes   counter
	collector collector
	terms     terms
	now       func() time.Time
}

// backtested is what was found of all signals of a query.
type backtested struct {
	rows    []frames.BacktestRow
	exprs   []string
	notices []string
	err     error
}

// Run answers a query: a row per signal.
func (j *Backtests) Run(ctx context.Context, r Request) (data.Frames, error) {
	all, err := j.of(ctx, r)
	if err != nil {
		return nil, err
	}
	result := frames.Backtest(all.rows, strings.Join(all.exprs, "\n"), frames.Meta{Notices: notices.Warnings(all.notices)})
	return frames.Answered(result, len(all.rows), all.err)
}

// Resource answers the resource of that name.
func (j *Backtests) Resource(ctx context.Context, r Request) (model.BacktestResource, error) {
	query, err := r.Query.Validate()
	if err != nil {
		return model.BacktestResource{}, err
	}
	if query.QueryType != model.QueryBacktest {
		return model.BacktestResource{}, &model.InvalidError{Field: "query.queryType", Message: "this resource takes backtest alone"}
	}
	r.Query = query
	all, err := j.of(ctx, r)
	if err != nil {
		return model.BacktestResource{}, err
	}
	if len(all.rows) == 0 && all.err != nil {
		return model.BacktestResource{}, all.err
	}
	answer := model.BacktestResource{Results: []model.BacktestResult{}, Notices: all.notices}
	if all.err != nil {
		answer.Notices = append(answer.Notices, all.err.Error())
	}
	for _, row := range all.rows {
		answer.Results = append(answer.Results, model.BacktestResult{
			Signal: row.Signal, Baseline: row.Baseline, Splits: row.Splits, Alarms: row.Alarms, Rate: known(row.Rate),
			StandardError: known(row.StandardError), Alpha: row.Alpha, Processes: row.Processes, Ticks: row.Ticks,
			From: row.From * 1000, To: row.To * 1000, Reason: row.Reason,
		})
	}
	return answer, nil
}

// known is a pointer to v, nil for NaN.
func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// of judges random halves for every signal, in parallel. What one signal cannot read does not take the others away.
func (j *Backtests) of(ctx context.Context, r Request) (backtested, error) {
	p, err := j.rollouts.periodOf(ctx, r)
	if err != nil {
		return backtested{}, err
	}
	ids := r.Query.Signals
	rows := make([]frames.BacktestRow, len(ids))
	exprs := make([][]string, len(ids))
	failures := make([]error, len(ids))
	err = parallel.Do(len(ids), func(i int) error {
		rows[i], exprs[i], failures[i] = j.one(ctx, p.before(), ids[i])
		return nil
	})
	if err != nil {
		return backtested{}, err
	}
	all := backtested{exprs: names.Union(exprs...), notices: p.rollout.Notices, err: errors.Join(failures...)}
	for i, row := range rows {
		if failures[i] == nil {
			all.rows = append(all.rows, row)
		}
	}
	return all, nil
}

// one judges random halves of one signal.
func (j *Backtests) one(ctx context.Context, p period, id string) (frames.BacktestRow, []string, error) {
	signal, err := j.catalogue.Signal(id)
	if err != nil {
		return frames.BacktestRow{}, nil, err
	}
	query := model.Query{Flag: p.query.Flag, Baseline: p.query.Baseline, Filters: p.query.Filters}
	around := survey.Stretch(p.start, j.now(), p.scrape)
	s, err := j.subjects.Of(ctx, query, signal, around)
	if err != nil {
		return frames.BacktestRow{}, nil, failure.Named(err, signal)
	}
	features := p.features(s)
	if s.Baseline == "" || len(features) == 0 {
		return frames.BacktestRow{}, nil, &model.InvalidError{Field: "flag", Message: "there is no baseline, or no feature, to test with; choose the baseline"}
	}
	options := weighted(j.terms.options(p.query, signal, s.Baseline, false),
		j.terms.weight(signal, s.Baseline, p.known(), names.Union(features, s.Others())))
	options.Variant = features[0]
	found, err := j.classes.Counted(ctx, signal, around)
	if err != nil {
		return frames.BacktestRow{}, nil, failure.Named(err, signal)
	}
	got, err := j.collector.Collect(ctx, collect.Request{
		Flag: p.query.Flag, Baseline: s.Baseline, Variants: features, Signal: found.Signal, Filters: p.query.Filters,
		Native: found.Native, Beside: found.Beside, Form: found.Form, Start: p.start, End: p.end, Only: features[0],
	})
	if err != nil {
		return frames.BacktestRow{}, nil, failure.Named(err, signal)
	}
	if got.Uncommon != "" {
		return frames.BacktestRow{
			Flag: p.query.Flag, Baseline: s.Baseline, Signal: signal.ID, Rate: math.NaN(), StandardError: math.NaN(), Alpha: options.Alpha,
			From: got.Start.Unix(), To: got.End.Unix(), Seed: p.query.Backtest.Seed,
			Reason: signal.Name + ": not tested: " + got.Uncommon + ".",
		}, got.Exprs, nil
	}
	limited, cancel := withReserve(ctx, backtestReserve)
	defer cancel()
	seed := p.query.Backtest.Seed
	tested, err := verdict.RunBacktest(limited, options, got.Series[features[0]], verdict.BacktestOptions{
		Splits: p.query.Backtest.Splits, Seed: seed,
	})
	if errors.Is(err, verdict.ErrNeutral) {
		err = &model.InvalidError{Field: "signals", Message: signal.ID + " has no better direction, so it has no verdict to test; leave it out"}
	}
	return frames.BacktestRow{
		Flag: p.query.Flag, Baseline: s.Baseline, Signal: signal.ID, Splits: tested.Splits, Alarms: tested.Alarms,
		Rate: tested.Rate, StandardError: tested.StandardError, Alpha: options.Alpha, Processes: tested.Processes,
		Ticks: tested.Ticks, From: got.Start.Unix(), To: got.End.Unix(), Seed: seed, Reason: tested.Reason,
	}, got.Exprs, err
}

// withReserve is ctx with a deadline that much earlier.
func withReserve(ctx context.Context, reserve time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}

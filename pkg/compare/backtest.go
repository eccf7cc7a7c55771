package compare

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// backtestReserve is the time that is left, of a caller's, for what comes after judging.
const backtestReserve = 2 * time.Second

// backtested is what was found of all signals of a query.
type backtested struct {
	rows    []frames.BacktestRow
	exprs   []string
	notices []string
	err     error
}

// runBacktest answers backtest: a row per signal.
func (e *Engine) runBacktest(ctx context.Context, r Request) (data.Frames, error) {
	all, err := e.backtests(ctx, r)
	if err != nil {
		return nil, err
	}
	result := frames.Backtest(all.rows, strings.Join(all.exprs, "\n"), frames.Meta{Notices: texted(all.notices)})
	return answered(result, len(all.rows), all.err)
}

// Backtest answers the resource of that name.
func (e *Engine) Backtest(ctx context.Context, r Request) (model.BacktestResource, error) {
	query, err := r.Query.Validate()
	if err != nil {
		return model.BacktestResource{}, err
	}
	if query.QueryType != model.QueryBacktest {
		return model.BacktestResource{}, &model.InvalidError{Field: "query.queryType", Message: "this resource takes backtest alone"}
	}
	r.Query = query
	all, err := e.backtests(ctx, r)
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

// backtests judges random halves for every signal, in parallel.
func (e *Engine) backtests(ctx context.Context, r Request) (backtested, error) {
	o, err := e.occasionOf(ctx, r)
	if err != nil {
		return backtested{}, err
	}
	// The time before the rollout is judged like the rollout itself, but ended when that began.
	before := o
	before.end, before.at = o.rollout.Start, o.rollout.Start
	if at, given := r.Query.Since.Time(); given {
		before.end, before.at = at, at
	}
	before.start = before.end.Add(-r.Query.Backtest.Window())
	before.daily = false
	rows := make([]frames.BacktestRow, len(r.Query.Signals))
	exprs := make([][]string, len(rows))
	failures := make([]error, len(rows))
	err = parallel.Do(len(rows), func(i int) error {
		rows[i], exprs[i], failures[i] = e.backtest(ctx, before, r.Query.Signals[i])
		return nil
	})
	if err != nil {
		return backtested{}, err
	}
	all := backtested{exprs: slices.Compact(slices.Concat(exprs...)), notices: o.rollout.Notices, err: errors.Join(failures...)}
	for i, row := range rows {
		if failures[i] == nil {
			all.rows = append(all.rows, row)
		}
	}
	return all, nil
}

// backtest judges random halves of one signal.
func (e *Engine) backtest(ctx context.Context, o occasion, id string) (frames.BacktestRow, []string, error) {
	signal, err := e.signal(id)
	if err != nil {
		return frames.BacktestRow{}, nil, err
	}
	query := model.Query{QueryType: model.QueryBacktest, Flag: o.query.Flag, Baseline: o.query.Baseline, Filters: o.query.Filters}
	around := stretchOf(o.start, e.now(), e.settings.ScrapeInterval())
	s, err := e.subjectOf(ctx, query, signal, around)
	if err != nil {
		return frames.BacktestRow{}, nil, named([]model.Signal{signal}, err)
	}
	features := union(s.features, nil)
	for _, variant := range o.known() {
		if variant != s.baseline && !slices.Contains(features, variant) && !s.cut {
			features = append(features, variant)
		}
	}
	if s.baseline == "" || len(features) == 0 {
		return frames.BacktestRow{}, nil, &model.InvalidError{Field: "flag", Message: "there is no baseline, or no feature, to test with; choose the baseline"}
	}
	others := slices.DeleteFunc(slices.Clone(s.found), func(v string) bool { return v == s.baseline })
	weight := e.weight(signal, s.baseline, o.known(), union(features, others))
	options := verdict.Options{
		Flag: o.query.Flag, Baseline: s.baseline, Variant: features[0], Signal: signal, Margin: o.query.MarginOf(signal),
		Alpha: o.query.AlphaOf(e.settings) * weight, Weight: weight, Profile: o.query.ProfileOf(e.settings),
	}
	found, err := e.countsNatively(ctx, signal, around)
	if err != nil {
		return frames.BacktestRow{}, nil, named([]model.Signal{signal}, err)
	}
	got, err := e.collector.Collect(ctx, collect.Request{
		Flag: o.query.Flag, Baseline: s.baseline, Variants: features, Signal: found.signal, Filters: o.query.Filters,
		Native: found.native, Start: o.start, End: o.end, Only: features[0],
	})
	if err != nil {
		return frames.BacktestRow{}, nil, named([]model.Signal{signal}, err)
	}
	limited, cancel := withReserve(ctx, backtestReserve)
	defer cancel()
	seed := o.query.Backtest.Seed
	tested, err := verdict.RunBacktest(limited, options, got.Series[features[0]], verdict.BacktestOptions{
		Splits: o.query.Backtest.Splits, Seed: seed,
	})
	if errors.Is(err, verdict.ErrNeutral) {
		err = &model.InvalidError{Field: "signals", Message: signal.ID + " has no better direction, so it has no verdict to test; leave it out"}
	}
	return frames.BacktestRow{
		Flag: o.query.Flag, Baseline: s.baseline, Signal: signal.ID, Splits: tested.Splits, Alarms: tested.Alarms,
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

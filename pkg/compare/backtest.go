package compare

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// backtestReserve is the time that is left, of a caller's, for what comes after judging.
const backtestReserve = 2 * time.Second

// runBacktest answers backtest: a row per signal.
func (e *Engine) runBacktest(ctx context.Context, r Request) (data.Frames, error) {
	o, err := e.occasionOf(ctx, r)
	if err != nil {
		return nil, err
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
	err = inParallel(len(rows), func(i int) error {
		rows[i], exprs[i], failures[i] = e.backtest(ctx, before, r.Query.Signals[i])
		return nil
	})
	if err != nil {
		return nil, err
	}
	kept := rows[:0]
	for i, row := range rows {
		if failures[i] == nil {
			kept = append(kept, row)
		}
	}
	all := slices.Compact(slices.Concat(exprs...))
	result := frames.Backtest(kept, strings.Join(all, "\n"), frames.Meta{Notices: texted(o.rollout.Notices)})
	return answered(result, len(kept), errors.Join(failures...))
}

// backtest judges random halves of one signal.
func (e *Engine) backtest(ctx context.Context, o occasion, id string) (frames.BacktestRow, []string, error) {
	signal, err := e.signal(id)
	if err != nil {
		return frames.BacktestRow{}, nil, err
	}
	query := model.Query{Flag: o.query.Flag, Baseline: o.query.Baseline, Filters: o.query.Filters}
	s, err := e.subjectOf(ctx, query, signal, span{from: o.start, to: e.now()})
	if err != nil {
		return frames.BacktestRow{}, nil, named([]model.Signal{signal}, err)
	}
	features := union(s.features, nil)
	for _, variant := range o.known() {
		if variant != s.baseline && !slices.Contains(features, variant) {
			features = append(features, variant)
		}
	}
	if s.baseline == "" || len(features) == 0 {
		return frames.BacktestRow{}, nil, &model.InvalidError{Field: "flag", Message: "there is no baseline, or no feature, to test with; choose the baseline"}
	}
	weight := e.weight(signal, s.baseline, o.known(), features)
	options := verdict.Options{
		Flag: o.query.Flag, Baseline: s.baseline, Variant: features[0], Signal: signal, Margin: o.query.MarginOf(signal),
		Alpha: o.query.AlphaOf(e.settings) * weight, Weight: weight, Profile: o.query.ProfileOf(e.settings),
	}
	found, err := e.countsNatively(ctx, signal, span{from: o.start, to: e.now()})
	if err != nil {
		return frames.BacktestRow{}, nil, named([]model.Signal{signal}, err)
	}
	got, err := e.collector.Collect(ctx, collect.Request{
		Flag: o.query.Flag, Baseline: s.baseline, Variants: features, Signal: found.signal, Filters: o.query.Filters,
		Native: found.native, Start: o.start, End: o.end,
	})
	if err != nil {
		return frames.BacktestRow{}, nil, named([]model.Signal{signal}, err)
	}
	limited, cancel := within(ctx, backtestReserve)
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

// within is ctx with a deadline that much earlier.
func within(ctx context.Context, reserve time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}

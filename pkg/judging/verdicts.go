package judging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// judged is what was found of signals: a row for every expected feature, whatever happened.
type judged struct {
	rows    []verdict.Verdict
	exprs   []string
	notices []data.Notice
	err     error
}

// Verdicts answers verdict.
type Verdicts struct {
	catalogue signalFinder
	rollouts  periodFinder
	bench     interface {
		judge(ctx context.Context, p period, signal model.Signal) judged
		unread(p period, base verdict.Options, err error) judged
	}
	terms  terms
	memory *memory
}

// Run answers a query. Frames and error may both be set.
func (j *Verdicts) Run(ctx context.Context, r Request) (data.Frames, error) {
	all, err := j.of(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.FromAlert && all.err != nil {
		// A row without evidence would say "resolved"; an error leaves the alert as it is.
		return nil, all.err
	}
	meta := frames.Meta{Notices: notices.Unique(all.notices)}
	expr := strings.Join(all.exprs, "\n")
	if r.Query.Format == model.FormatAlert {
		stat := model.StatEvidence
		if len(r.Query.Stats) > 0 {
			stat = r.Query.Stats[0]
		}
		return frames.VerdictAlert(all.rows, stat, expr, meta), all.err
	}
	rows := slices.DeleteFunc(slices.Clone(all.rows), func(v verdict.Verdict) bool { return v.State == "" })
	return frames.Verdicts(rows, expr, meta), all.err
}

// Preview lists what a query's answer rests on. Which bucket edges a verdict counts follows from the data, so that it is
// known once they were collected, as they are here.
func (j *Verdicts) Preview(ctx context.Context, r Request) ([]model.PromQLStatement, error) {
	p, err := j.rollouts.periodOf(ctx, r)
	if err != nil {
		return nil, err
	}
	signals, err := j.catalogue.Signals(r.Query.Signals)
	if err != nil {
		return nil, err
	}
	statements := []model.PromQLStatement{}
	add := func(signal string, exprs []string) {
		for _, expr := range exprs {
			statements = append(statements, model.PromQLStatement{
				Signal: signal, Expr: expr, Step: prommodel.Duration(counts.Step).String(),
			})
		}
	}
	add("", p.rollout.Exprs)
	for _, signal := range signals {
		part := j.bench.judge(ctx, p, signal)
		if part.err != nil {
			return nil, part.err
		}
		add(signal.ID, part.exprs)
	}
	return statements, nil
}

// of judges every signal of a query, in parallel.
func (j *Verdicts) of(ctx context.Context, r Request) (judged, error) {
	signals, err := j.catalogue.Signals(r.Query.Signals)
	if err != nil {
		return judged{}, err
	}
	p, err := j.rollouts.periodOf(ctx, r)
	var wrong *model.InvalidError
	if errors.As(err, &wrong) {
		return judged{}, err
	}
	if err != nil {
		return j.unread(ctx, r, signals, fmt.Errorf("find the rollout: %w", err)), nil
	}
	parts := make([]judged, len(signals))
	err = parallel.Do(len(signals), func(i int) error {
		parts[i] = j.memory.settle(ctx, r, signals[i], j.bench.judge(ctx, p, signals[i]))
		return nil
	})
	if err != nil {
		return judged{}, err
	}
	all := judged{notices: notices.Warnings(p.rollout.Notices), exprs: p.rollout.Exprs}
	var failures []error
	for _, part := range parts {
		all.rows = append(all.rows, part.rows...)
		all.notices = append(all.notices, part.notices...)
		failures = append(failures, part.err)
		all.exprs = names.Union(all.exprs, part.exprs)
	}
	all.err = errors.Join(failures...)
	return all, nil
}

// unread are the rows of a query of whose flag nothing could be found out.
func (j *Verdicts) unread(ctx context.Context, r Request, signals []model.Signal, err error) judged {
	all := judged{err: err}
	for _, signal := range signals {
		part := j.memory.settle(ctx, r, signal, j.bench.unread(period{query: r.Query}, j.terms.options(r.Query, signal, "", false), err))
		all.rows = append(all.rows, part.rows...)
	}
	return all
}

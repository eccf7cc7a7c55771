package compare

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// inventoryPlan is what is asked to see the traffic of all flags: one expression where two labels hold flag and variant,
// else one a flag.
type inventoryPlan struct {
	at      evaluation
	exprs   []string
	pairOf  []func(labels.Labels) pair
	notices []data.Notice
}

func (p *inventoryPlan) add(expr string, pairOf func(labels.Labels) pair) {
	p.exprs = append(p.exprs, expr)
	p.pairOf = append(p.pairOf, pairOf)
}

// planInventory builds the expressions that count the events of a signal by flag and variant.
func (e *Engine) planInventory(ctx context.Context, query model.Query, signal model.Signal, s span) (inventoryPlan, error) {
	split := e.settings.SplitOf(signal)
	signal, at, err := e.countedNatively(ctx, signal, flagsEvaluation(s), s)
	if err != nil {
		return inventoryPlan{}, err
	}
	plan := inventoryPlan{at: at}
	if split.Mode == model.SplitLabels || split.Mode == model.SplitInfo {
		expr, err := promql.Inventory(split, signal.Metric, signal.Selector, query.Filters, at.fn)
		plan.add(expr, func(l labels.Labels) pair { return pair{l.Get(split.FlagLabel), l.Get(split.VariantLabel)} })
		return plan, err
	}
	flags, err := e.flagNames(ctx, split, signal, s)
	if err != nil {
		return inventoryPlan{}, err
	}
	if most := e.settings.Limits.MaxVariants; len(flags) > most {
		plan.notices = append(plan.notices, warn("There are %d flags. The first %d are shown.", len(flags), most))
		flags = flags[:most]
	}
	for _, flag := range flags {
		scope := e.scopeOf(model.Query{Flag: flag, Filters: query.Filters}, signal)
		expr, err := scope.Sum(signal.Metric, at.fn)
		if err != nil {
			return inventoryPlan{}, err
		}
		plan.add(expr, func(l labels.Labels) pair { return pair{flag, l.Get(scope.VariantLabel())} })
	}
	return plan, nil
}

// inventorySamples is about how many samples are read for an inventory: of many flags and variants fewer points each.
const inventorySamples = 1_000_000

// fit makes the points of a plan fewer where it reads many series: it is counted how many.
func (e *Engine) fit(ctx context.Context, plan *inventoryPlan) (samples int, err error) {
	counts := make([]int, len(plan.exprs))
	err = parallel.Do(len(plan.exprs), func(i int) error {
		expr, err := promql.Count(plan.exprs[i])
		if err != nil {
			return err
		}
		result, err := e.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: time.UnixMilli(plan.at.grid.End)})
		if err == nil && len(result.Series) > 0 && len(result.Series[0].Floats) > 0 {
			counts[i] = int(result.Series[0].Floats[0].V)
		}
		return err
	})
	series := 1
	for _, n := range counts {
		series += n
	}
	grid := &plan.at.grid
	if most := max(inventorySamples/series, fewestPoints); grid.Len() > most {
		grid.Step *= int64((grid.Len() + most - 1) / most)
		grid.Start = grid.End - (grid.End-grid.Start)/grid.Step*grid.Step
	}
	return product(series, grid.Len()), err
}

// inventory carries a plan out.
func (e *Engine) inventory(ctx context.Context, plan inventoryPlan) (trafficByPair, frames.Meta, error) {
	meta := frames.Meta{Notices: plan.notices}
	samples, err := e.fit(ctx, &plan)
	if err != nil {
		return nil, meta, err
	}
	release, err := e.budget.Acquire(ctx, budget.Bytes(int64(samples), sampleBytes))
	if err != nil {
		return nil, meta, err
	}
	defer release()
	seen := trafficByPair{}
	var mutex sync.Mutex
	said := make([][]data.Notice, len(plan.exprs))
	err = parallel.Do(len(plan.exprs), func(i int) error {
		result, err := e.ask(ctx, plan.exprs[i], plan.at)
		if err != nil {
			return err
		}
		said[i] = frames.Notices(result.Warnings, result.Infos)
		mutex.Lock()
		defer mutex.Unlock()
		for _, series := range result.Series {
			seen.add(plan.pairOf[i](series.Labels), series.Floats)
		}
		return nil
	})
	if err != nil {
		return nil, meta, err
	}
	meta.Notices = append(meta.Notices, slices.Concat(said...)...)
	meta.Notices = unique(meta.Notices)
	return seen, meta, nil
}

// text is what a plan asks, for the frame that shows the answers together.
func (p inventoryPlan) text() string { return strings.Join(p.exprs, "\n") }

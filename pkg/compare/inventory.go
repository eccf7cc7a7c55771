package compare

import (
	"context"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
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

// inventory carries a plan out.
func (e *Engine) inventory(ctx context.Context, plan inventoryPlan) (trafficByPair, frames.Meta, error) {
	results := make([]*promapi.Result, len(plan.exprs))
	meta := frames.Meta{Notices: plan.notices}
	err := inParallel(len(plan.exprs), func(i int) (err error) {
		results[i], err = e.ask(ctx, plan.exprs[i], plan.at)
		return err
	})
	if err != nil {
		return nil, meta, err
	}
	seen := trafficByPair{}
	for i, result := range results {
		meta.Notices = append(meta.Notices, frames.Notices(result.Warnings, result.Infos)...)
		for _, series := range result.Series {
			seen.add(plan.pairOf[i](series.Labels), series.Floats)
		}
	}
	meta.Notices = unique(meta.Notices)
	return seen, meta, nil
}

// text is what a plan asks, for the frame that shows the answers together.
func (p inventoryPlan) text() string { return strings.Join(p.exprs, "\n") }

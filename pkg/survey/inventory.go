package survey

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// flagsPoints bounds the points of the inventory: enough to say when a variant was first and last seen.
	flagsPoints = 200
	// fewestPoints are those that are left of an inventory of very many flags and variants.
	fewestPoints = 20
	// inventorySamples is about how many samples are read for an inventory: of many flags and variants fewer points each.
	inventorySamples = 1_000_000
)

// InventoryPlan is what is asked to see the traffic of all flags: one expression where two labels hold flag and variant,
// else one a flag.
type InventoryPlan struct {
	// Signal is the one whose events count as traffic.
	Signal model.Signal
	Grid   frames.Grid
	Exprs  []string

	pairOf  []func(labels.Labels) pair
	filters []model.Filter
	span    Span
	// flags are those that are read one by one.
	flags   []string
	notices []data.Notice
}

func (p *InventoryPlan) add(expr string, pairOf func(labels.Labels) pair) {
	p.Exprs = append(p.Exprs, expr)
	p.pairOf = append(p.pairOf, pairOf)
}

// Text is what a plan asks, for the frame that shows the answers together.
func (p InventoryPlan) Text() string { return strings.Join(p.Exprs, "\n") }

// Statements lists the expressions of a plan.
func (p InventoryPlan) Statements() []model.PromQLStatement {
	statements := []model.PromQLStatement{}
	step := prommodel.Duration(time.Duration(p.Grid.Step) * time.Millisecond).String()
	for _, expr := range p.Exprs {
		statements = append(statements, model.PromQLStatement{Signal: p.Signal.ID, Expr: expr, Step: step})
	}
	return statements
}

// Inventory counts the traffic of all flags and variants.
type Inventory struct {
	catalogue Catalogue
	baselines Baselines
	client    interface {
		querier
		rangeQuerier
	}
	classes counter
	flags   interface {
		names(ctx context.Context, split model.Split, signal model.Signal, s Span) ([]string, error)
	}
	said   []leaver
	budget *budget.Budget
	// most is how many variants of a flag are shown, and how many flags where each needs an expression.
	most int
}

// Plan builds the expressions that count the events of all flags by flag and variant.
func (v *Inventory) Plan(ctx context.Context, filters []model.Filter, s Span) (InventoryPlan, error) {
	traffic, err := v.catalogue.Traffic()
	if err != nil {
		return InventoryPlan{}, err
	}
	mode, split := v.catalogue.modeOf(traffic), v.catalogue.Scope(model.Query{}, traffic).Split
	counted, err := v.classes.Counted(ctx, traffic, s)
	if err != nil {
		return InventoryPlan{}, err
	}
	signal := counted.Signal
	// It is coarser than a chart.
	s.Step = max(s.Step, (s.To.Sub(s.From) / flagsPoints).Round(time.Second))
	fn := counted.Counting(promql.Func{Name: "rate", Window: max(s.Step, s.Window)})
	plan := InventoryPlan{Signal: traffic, Grid: s.GridToEnd(), filters: filters, span: s}
	if !mode.OneByOne() {
		expr, err := promql.Inventory(split, signal.Metric, signal.Selector, filters, fn)
		plan.add(expr, func(l labels.Labels) pair { return pair{l.Get(split.FlagLabel), l.Get(split.VariantLabel)} })
		return plan, err
	}
	flags, err := v.flags.names(ctx, split.Split, signal, s)
	if err != nil {
		return InventoryPlan{}, err
	}
	if len(flags) > v.most {
		plan.notices = append(plan.notices, notices.Warn("There are %d flags. The first %d are shown.", len(flags), v.most))
		flags = flags[:v.most]
	}
	plan.flags = flags
	for _, flag := range flags {
		scope := v.catalogue.Scope(model.Query{Flag: flag, Filters: filters}, signal)
		expr, err := scope.Sum(signal.Metric, fn)
		if err != nil {
			return InventoryPlan{}, err
		}
		plan.add(expr, func(l labels.Labels) pair { return pair{flag, l.Get(scope.VariantLabel())} })
	}
	return plan, nil
}

// Read carries a plan out: every flag and variant that had traffic in the span, with shares and when it was seen.
func (v *Inventory) Read(ctx context.Context, plan InventoryPlan) ([]frames.FlagRow, frames.Meta, error) {
	seen, meta, err := v.count(ctx, plan)
	if err != nil {
		return nil, meta, err
	}
	if len(seen) == 0 && len(meta.Notices) == 0 {
		meta.Notices = []data.Notice{notices.Warn("No flag had traffic on %s in this range.", plan.Signal.Metric)}
	}
	rows, cuts := seen.rows(v.baselines, v.most)
	meta.Notices = append(meta.Notices, cuts...)
	left, err := v.leftOut(ctx, plan, rows)
	meta.Notices = append(meta.Notices, left...)
	return rows, meta, err
}

func (v *Inventory) count(ctx context.Context, plan InventoryPlan) (Traffic, frames.Meta, error) {
	meta := frames.Meta{Notices: plan.notices}
	samples, err := v.fit(ctx, &plan)
	if err != nil {
		return nil, meta, err
	}
	release, err := v.budget.Acquire(ctx, budget.Bytes(int64(samples), budget.SampleBytes))
	if err != nil {
		return nil, meta, err
	}
	defer release()
	seen := Traffic{}
	var mutex sync.Mutex
	said := make([][]data.Notice, len(plan.Exprs))
	err = parallel.Do(len(plan.Exprs), func(i int) error {
		result, err := v.client.QueryRange(ctx, promapi.RangeQuery{
			Expr: plan.Exprs[i], Start: time.UnixMilli(plan.Grid.Start), End: time.UnixMilli(plan.Grid.End),
			Step: time.Duration(plan.Grid.Step) * time.Millisecond,
		})
		if err != nil {
			return err
		}
		said[i] = append(said[i], frames.Notices(result.Warnings, result.Infos)...)
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
	meta.Notices = notices.Unique(meta.Notices)
	return seen, meta, nil
}

// mostExplained bounds the flags of which it is said what is left out.
const mostExplained = 20

// leftOut says what of the flags' traffic is left out because nothing tells its variant, or has none.
func (v *Inventory) leftOut(ctx context.Context, plan InventoryPlan, rows []frames.FlagRow) ([]data.Notice, error) {
	joined := v.catalogue.modeOf(plan.Signal).Carrier(v.catalogue.SplitOf(plan.Signal)) != ""
	var flags []string
	if joined {
		// Also those of which all is left out.
		flags = plan.flags[:min(len(plan.flags), mostExplained)]
	}
	for _, row := range rows {
		if !slices.Contains(flags, row.Flag) && len(flags) < mostExplained {
			flags = append(flags, row.Flag)
		}
	}
	said := make([][]data.Notice, len(flags))
	err := parallel.Do(len(flags), func(i int) (err error) {
		bare := slices.ContainsFunc(rows, func(r frames.FlagRow) bool { return r.Flag == flags[i] && r.Role == model.RoleNone })
		if !joined && !bare {
			return nil
		}
		scope := v.catalogue.Scope(model.Query{Flag: flags[i], Filters: plan.filters}, plan.Signal)
		said[i], err = leftOut(ctx, v.said, scope, plan.Signal, plan.span)
		return err
	})
	return notices.Unique(slices.Concat(said...)), err
}

// fit makes the points of a plan fewer where it reads many series: it is counted how many.
func (v *Inventory) fit(ctx context.Context, plan *InventoryPlan) (samples int, err error) {
	counts := make([]int, len(plan.Exprs))
	err = parallel.Do(len(plan.Exprs), func(i int) error {
		expr, err := promql.Count(plan.Exprs[i])
		if err != nil {
			return err
		}
		result, err := v.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: time.UnixMilli(plan.Grid.End)})
		if err == nil && len(result.Series) > 0 && len(result.Series[0].Floats) > 0 {
			counts[i] = int(result.Series[0].Floats[0].V)
		}
		return err
	})
	series := 1
	for _, n := range counts {
		series += n
	}
	grid := &plan.Grid
	if most := max(inventorySamples/series, fewestPoints); grid.Len() > most {
		grid.Step *= int64((grid.Len() + most - 1) / most)
		grid.Start = grid.End - (grid.End-grid.Start)/grid.Step*grid.Step
	}
	return budget.Product(series, grid.Len()), err
}

package collect

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// How a run is fetched: in chunks that stay far below what engines take in one request (11,000 points), several at once.
const (
	chunkTicks = 1440
	// nativeTicks is shorter: a native histogram takes a hundred times the room of a number.
	nativeTicks = 120
	maxParallel = 4
)

// chunk is the values of some ticks, by process.
type chunk struct {
	first, ticks int
	processes    map[string]*matrix
	warnings     []string
}

// matrix holds the values of one process: arm by arm, number by number, tick by tick; none where there is none.
type matrix struct{ arms [][][]float64 }

// advance collects what is missing up to a time. Chunks are fetched side by side and taken in one after the other.
func (c *Collector) advance(ctx context.Context, r *run, to time.Time) error {
	if to.Before(r.start) {
		return nil
	}
	if err := c.prepare(ctx, r, to); err != nil || !r.ready {
		return err
	}
	last := int(to.Sub(r.start) / counts.Step)
	if r.done >= last {
		return nil
	}
	r.warnings = nil
	series := 0
	err := parallel.Safely(func() (err error) {
		series, err = c.seriesOf(ctx, r, last)
		return err
	})
	if err != nil {
		return faultOf(err)
	}
	if err := r.checkSize(series, last); err != nil {
		return err
	}
	size := r.chunkOf(series)
	for first := r.done + 1; first <= last; {
		// A round at a time bounds what is held before it is taken in.
		var chunks []*chunk
		for ; first <= last && len(chunks) < 2*maxParallel; first += size {
			chunks = append(chunks, &chunk{first: first, ticks: min(size, last-first+1)})
		}
		if err := c.round(ctx, r, chunks, series); err != nil {
			return err
		}
	}
	return nil
}

// round fetches chunks and takes them in, once there is room for all of them.
func (c *Collector) round(ctx context.Context, r *run, chunks []*chunk, series int) error {
	ticks := 0
	for _, part := range chunks {
		ticks += part.ticks
	}
	release, err := c.budget.Acquire(ctx, budget.Bytes(int64(ticks)*int64(series), r.sampleBytes()))
	if err != nil {
		return fmt.Errorf("collect %s: %w", r.signal.ID, err)
	}
	defer release()
	return c.fetchAll(ctx, r, chunks)
}

// fetchAll fetches chunks and takes them in, in their order. What came before one that fails is kept.
func (c *Collector) fetchAll(ctx context.Context, r *run, chunks []*chunk) error {
	failures := parallel.Each(maxParallel, len(chunks), func(i int) error { return c.fetch(ctx, r, chunks[i]) })
	for i, part := range chunks {
		if failures[i] != nil {
			return faultOf(failures[i])
		}
		r.take(part)
	}
	return nil
}

// faultOf says of a panic what it interrupted.
func faultOf(err error) error {
	var fault *parallel.Panic
	if errors.As(err, &fault) {
		return fmt.Errorf("collecting met an %w", err)
	}
	return err
}

// fetch reads the values of a chunk. An answer that is not whole is none: nothing could be appended to it later.
func (c *Collector) fetch(ctx context.Context, r *run, part *chunk) error {
	part.processes = map[string]*matrix{}
	return c.fetchInto(ctx, r, part, part.first, part.ticks)
}

// fetchInto reads some ticks of a chunk; where our own cap cuts the answer, in two halves.
func (c *Collector) fetchInto(ctx context.Context, r *run, part *chunk, first, ticks int) error {
	result, err := c.client.QueryRange(ctx, promapi.RangeQuery{
		Expr: r.expr, Start: r.at(first), End: r.at(first + ticks - 1), Step: counts.Step,
	})
	if err != nil {
		return fmt.Errorf("collect %s: %w", r.signal.ID, err)
	}
	if result.Cut && ticks > 1 {
		half := ticks / 2
		if err := c.fetchInto(ctx, r, part, first, half); err != nil {
			return err
		}
		return c.fetchInto(ctx, r, part, first+half, ticks-half)
	}
	if result.Partial {
		return notWhole(r.signal, result.Warnings)
	}
	for _, warning := range result.Warnings {
		if !slices.Contains(part.warnings, warning) {
			part.warnings = append(part.warnings, warning)
		}
	}
	for _, series := range result.Series {
		r.lay(part, series)
	}
	return nil
}

// notWhole refuses an answer of which a part is missing.
func notWhole(signal model.Signal, warnings []string) error {
	return promapi.NotWhole(signal.ID, warnings)
}

// lay puts the values of a series in their place.
func (r *run) lay(part *chunk, series promapi.Series) {
	variant := slices.Index(r.variants, series.Labels.Get(r.scope.VariantLabel()))
	if variant < 0 {
		return
	}
	name := processOf(series.Labels, r.scope.GroupBy)
	m := part.processes[name]
	if m == nil {
		m = &matrix{arms: make([][][]float64, len(r.variants))}
		part.processes[name] = m
	}
	if m.arms[variant] == nil {
		m.arms[variant] = make([][]float64, r.layout.width())
	}
	numbers := m.arms[variant]
	if len(series.Histograms) > 0 {
		r.layHistograms(part, numbers, series.Histograms)
		return
	}
	k, ok := r.layout.kind.Place(series.Labels, r.layout.edges)
	if !ok {
		return
	}
	if numbers[k] == nil {
		numbers[k] = nothing(part.ticks)
	}
	for _, point := range series.Floats {
		if i, ok := r.index(part, point.T); ok {
			numbers[k][i] = point.V
		}
	}
}

// index is where a time (unix milliseconds) lies in a chunk.
func (r *run) index(part *chunk, t int64) (int, bool) {
	i := (t-r.start.UnixMilli())/counts.Step.Milliseconds() - int64(part.first)
	return int(i), i >= 0 && i < int64(part.ticks)
}

func nothing(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = none
	}
	return values
}

// take takes a chunk in, tick by tick.
func (r *run) take(part *chunk) {
	names := make([]string, 0, len(part.processes))
	for name := range part.processes {
		names = append(names, name)
	}
	slices.Sort(names)
	values := make([][]float64, len(r.variants))
	for i := range values {
		values[i] = make([]float64, r.layout.width())
	}
	var seen []*process
	for i := range part.ticks {
		tick := part.first + i
		seen = seen[:0]
		for _, name := range names {
			part.processes[name].at(i, r.layout.kind.Zero, values)
			if present(values) {
				p := r.process(name)
				r.observe(p, tick, values)
				seen = append(seen, p)
			}
		}
		r.conclude(tick, len(seen))
		r.weigh(tick, seen)
		r.group(tick, seen)
	}
	r.done = part.first + part.ticks - 1
	for _, warning := range part.warnings {
		if len(r.warnings) < 10 && !slices.Contains(r.warnings, warning) {
			r.warnings = append(r.warnings, warning)
		}
	}
}

// at reads the values of a tick. Without its whole an arm has none; zero fills in a part that has no series.
func (m *matrix) at(i int, zero bool, values [][]float64) {
	for v, numbers := range m.arms {
		for k := range values[v] {
			values[v][k] = none
			if numbers == nil || numbers[k] == nil {
				continue
			}
			if number := numbers[k][i]; finite(number) {
				values[v][k] = number
			}
		}
		if zero && !math.IsNaN(values[v][0]) && math.IsNaN(values[v][1]) {
			values[v][1] = 0
		}
	}
}

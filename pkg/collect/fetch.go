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
	"github.com/flaglens/flaglens/pkg/promql"
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
	// last is the newest tick that will be read.
	last      int
	processes map[string]*matrix
	warnings  []string
}

// matrix holds the values of one process: arm by arm, number by number, tick by tick; none where there is none. read are the
// values as the series had them, by the spelling of their bound.
// natives are those of native histograms, nil without them.
type matrix struct {
	target  string
	arms    [][][]float64
	read    [][][]spelled
	natives [][][]float64
}

// advance collects what is missing up to a time, and what may have come late before it unless that was read since it was
// asked.
func (c *Collector) advance(ctx context.Context, r *run, to, asked time.Time) error {
	if to.Before(r.start) {
		return nil
	}
	if !r.ready && r.edges.window > 0 {
		// What it waits for may have come late, in a window that was looked at.
		if err := (chooser{c}).beginAnew(ctx, r); err != nil {
			return err
		}
	}
	for {
		if err := c.readOn(ctx, r, to, asked); err != nil || r.lackAt() == 0 {
			return err
		}
	}
}

// readOn collects what is missing up to a time, or up to where it turns out that other edges must be chosen.
func (c *Collector) readOn(ctx context.Context, r *run, to, asked time.Time) error {
	if err := (chooser{c}).prepare(ctx, r, to); err != nil || !r.ready {
		return err
	}
	last := max(int(to.Sub(r.start)/counts.Step), r.done)
	if last == r.done && !r.looked.Before(asked) {
		return nil
	}
	begun := time.Now()
	r.warnings = nil
	var err error
	if r.done < -lead {
		err = c.collect(ctx, r, r.done+1, last)
	} else {
		err = c.renew(ctx, r, last)
	}
	if err == nil && r.lackAt() == 0 {
		r.looked = begun
	}
	return err
}

// renew reads what may have come late, and what is new.
func (c *Collector) renew(ctx context.Context, r *run, last int) error {
	done := r.done
	from := r.again.from(done, last, r.counting.ledger.missing(done))
	for {
		other, err := chooser{c}.chosenAnew(ctx, r, from, last)
		switch {
		case err != nil:
			return err
		case other:
			if err := (chooser{c}).prepare(ctx, r, r.at(last)); err != nil || !r.ready {
				return err
			}
			return c.collect(ctx, r, r.done+1, last)
		}
		if err := c.collect(ctx, r, from, last); err != nil || r.lackAt() > 0 {
			return err
		}
		late := r.late
		if late != unchanged && late-from < certain && from > -lead {
			from = r.again.deeper(from, done)
			continue
		}
		age := 0
		if late != unchanged {
			age = done + 1 - late
			r.rewind(late)
			if err := c.collect(ctx, r, r.done+1, last); err != nil || r.lackAt() > 0 {
				return err
			}
		}
		r.again.found(age)
		r.again.looked(from, last)
		return nil
	}
}

// collect reads ticks: those that were read before are compared, those that follow taken in. Chunks are fetched side by side
// and taken in one after the other.
func (c *Collector) collect(ctx context.Context, r *run, from, last int) error {
	r.late = unchanged
	series := 0
	err := parallel.Safely(func() (err error) {
		series, err = c.seriesOf(ctx, r, from, last)
		return err
	})
	if err != nil {
		return faultOf(err)
	}
	if err := (extent{r}).checkSize(series, last); err != nil {
		return err
	}
	size := extent{r}.chunkOf(series)
	for first := from; first <= last; {
		// A round at a time bounds what is held before it is taken in.
		var chunks []*chunk
		for ; first <= last && len(chunks) < 2*maxParallel; first += size {
			chunks = append(chunks, &chunk{first: first, ticks: min(size, last-first+1), last: last})
		}
		if err := c.round(ctx, r, chunks, series); err != nil || r.lackAt() > 0 {
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
	release, err := c.budget.Acquire(ctx, budget.Bytes(int64(ticks)*int64(series), extent{r}.sampleBytes()))
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
		if r.take(part); r.lackAt() > 0 {
			return nil
		}
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
		layer{r}.lay(part, series)
	}
	return nil
}

// notWhole refuses an answer of which a part is missing.
func notWhole(signal model.Signal, warnings []string) error {
	return promapi.NotWhole(signal.ID, warnings)
}

// layer lays the answers of the server in the ticks and numbers of a run.
type layer struct{ *run }

// lay puts the values of a series in their place.
func (r layer) lay(part *chunk, series promapi.Series) {
	variant := slices.Index(r.variants, series.Labels.Get(r.scope.VariantLabel()))
	if variant < 0 {
		return
	}
	name := processOf(series.Labels, r.scope.GroupBy)
	m := part.processes[name]
	if m == nil {
		n := len(r.variants)
		m = &matrix{
			target: targetOf(series.Labels, r.scope.GroupBy),
			arms:   make([][][]float64, n), read: make([][][]spelled, n), natives: make([][][]float64, n),
		}
		part.processes[name] = m
	}
	if m.arms[variant] == nil {
		m.arms[variant], m.read[variant] = make([][]float64, r.layout.width()), make([][]spelled, r.layout.width())
	}
	if len(series.Histograms) > 0 {
		if m.natives[variant] == nil {
			m.natives[variant] = make([][]float64, r.layout.width())
		}
		r.layHistograms(part, m.natives[variant], series.Histograms)
		return
	}
	first, last, ok := r.layout.kind.Places(series.Labels, r.layout.edges)
	for k := first; ok && k <= last; k++ {
		values := spelledAs(&m.read[variant][k], series.Labels.Get(promql.BucketLabel), part.ticks)
		for _, point := range series.Floats {
			if i, ok := r.index(part, point.T); ok {
				values[i] = sum(values[i], point.V)
			}
		}
	}
}

// index is where a time (unix milliseconds) lies in a chunk.
func (r layer) index(part *chunk, t int64) (int, bool) {
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

// take takes a chunk in, tick by tick. Ticks that were read before are compared with what they were then.
func (r *run) take(part *chunk) {
	names := make([]string, 0, len(part.processes))
	for name := range part.processes {
		names = append(names, name)
	}
	slices.Sort(names)
	hashes := make([]uint64, part.ticks)
	known := min(max(r.done+1-part.first, 0), part.ticks)
	for _, name := range names {
		m := part.processes[name]
		r.again.hash(hashes, name, m)
		if known < part.ticks && r.late == unchanged {
			layer{r}.resolve(name, m, known, part.ticks)
			m.fill()
		}
	}
	values := make([][]float64, len(r.variants))
	for i := range values {
		values[i] = make([]float64, r.layout.width())
	}
	var seen []*process
	for i := range part.ticks {
		tick := part.first + i
		if tick <= r.done {
			if r.late == unchanged && r.again.changed(tick, hashes[i]) {
				r.late = tick
			}
			continue
		}
		if r.late != unchanged {
			// It follows from what is to be taken in anew.
			break
		}
		if keeps(tick-1, part.last) {
			r.again.checkpointed(r.counting, r.doubts, tick-1, part.last)
		}
		seen = seen[:0]
		for _, name := range names {
			part.processes[name].at(i, r.zero(), values)
			if present(values) {
				p := r.counting.ledger.process(name, part.processes[name].target)
				r.counting.observe(p, tick, values)
				seen = append(seen, p)
			}
		}
		r.counting.conclude(tick, len(seen))
		r.counting.ledger.weigh(tick, seen)
		r.counting.ledger.group(tick, seen)
		r.doubts.take(tick, r.counting.ledger.faults.vanished)
		r.again.keep(tick, hashes[i])
		r.done = tick
	}
	for _, warning := range part.warnings {
		if len(r.warnings) < 10 && !slices.Contains(r.warnings, warning) {
			r.warnings = append(r.warnings, warning)
		}
	}
}

// zero is whether a number that has no series where the whole has one is 0: nothing was counted there yet.
func (r *run) zero() bool {
	return r.kind.Zero != nil && r.kind.Zero(r.signal) || r.layout.kind.Edges && r.source.Buckets().Ranges
}

// at reads the values of a tick. Without its whole an arm has none; zero fills in parts that have no series.
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
		for k := 1; zero && !math.IsNaN(values[v][0]) && k < len(values[v]); k++ {
			if math.IsNaN(values[v][k]) {
				values[v][k] = 0
			}
		}
	}
}

package collect

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// run is all that was collected of one signal of one flag since one start. Tick 0 is the values at the start, which only
// serve to be differenced against, as those before it do; tick k ends k steps later.
type run struct {
	scope    promql.Scope
	signal   model.Signal
	kind     kind.Counted
	native   bool
	variants []string
	start    time.Time
	layout   layout
	// ready is set once it is known what to read: at once, but for histograms, whose edges are chosen first.
	ready bool
	expr  string
	edges edgeChoice
	// done is the newest tick that was collected; the one before the lead at first.
	done      int
	processes []*process
	byName    map[string]*process
	gaps      []gap
	faults    faults
	doubts    doubts
	// pace is how fast the processes count, all of them together.
	pace pace
	// falls are what processes lost at the tick that is being taken in.
	falls falls
	// nothing is an arm that counted nothing yet.
	nothing []float64
	// strata says, for each feature, from which tick on strata are processes, or all of them together.
	strata []pooling
	// notices say what holds for the whole run, warnings what the server said when it was asked last.
	notices, warnings []string
}

func (c *Collector) newRun(ctx context.Context, request Request) (*run, error) {
	r := &run{
		scope: c.scopeOf(request), signal: request.Signal, kind: c.words.Kinds.Of(request.Signal).Counted,
		native: request.Native, variants: request.variants(),
		start: counts.FirstTick(request.Start), done: -lead - 1, byName: map[string]*process{},
	}
	r.strata = make([]pooling, len(r.variants))
	if err := c.single(ctx, r, c.complete(request)); err != nil {
		return nil, err
	}
	if r.kind.Edges {
		return r, nil
	}
	return r, r.read(nil)
}

// read settles what the run reads.
func (r *run) read(edges []float64) error {
	expr, err := r.kind.Statement(r.scope, r.signal, r.native, edges)
	if err != nil {
		return err
	}
	r.layout = layout{r.kind, edges}
	r.expr, r.ready, r.nothing = expr, true, make([]float64, r.layout.width())
	return nil
}

// at is when a tick ends.
func (r *run) at(tick int) time.Time { return r.start.Add(time.Duration(tick) * counts.Step) }

// process finds a process by its name; what is seen for the first time gets the next number.
func (r *run) process(name string) *process {
	p := r.byName[name]
	if p == nil {
		p = &process{id: len(r.processes) + 1, name: name, last: unseen, arms: make([]arm, len(r.variants))}
		r.byName[name] = p
		r.processes = append(r.processes, p)
	}
	return p
}

// Size is about the room that the run takes, in bytes.
func (r *run) Size() int64 {
	const perRun, perProcess, perArm = 4096, 256, 128
	size := int64(perRun + len(r.gaps)*64)
	for _, p := range r.processes {
		size += int64(perProcess + len(p.name)*2)
		for _, a := range p.arms {
			size += int64(perArm + 8*(cap(a.base)+cap(a.owed)+cap(a.usual)+cap(a.rose)))
			for i := range a.columns {
				size += a.columns[i].bytes()
			}
		}
	}
	return size
}

// collected hands a run's ticks over.
func (r *run) collected(request Request) Collected {
	doubts, doubtNotices := r.parted(r.until(request))
	result := Collected{
		Series: map[string]counts.Series{}, Exprs: r.exprs(), Start: r.start, End: r.at(max(r.done, 0)),
		Notices: slices.Concat(r.notices, r.warnings, r.faultNotices(), doubtNotices),
		Doubts:  doubts,
	}
	from := 1
	if after := request.After - r.start.Unix(); after > 0 {
		from = int(after/int64(counts.Step.Seconds())) + 1
	}
	to := r.until(request)
	for i, variant := range r.variants[1:] {
		if request.Only != "" && request.Only != variant {
			continue
		}
		result.Series[variant] = counts.Series{
			Signal: request.Signal, Edges: slices.Clone(r.layout.edges), Quantiles: slices.Clone(r.edges.best.quantiles),
			Step: int64(counts.Step.Seconds()), Start: r.start.Unix(), Ticks: r.ticks(i+1, from, to),
		}
	}
	return result
}

func (r *run) exprs() []string {
	if r.expr == "" {
		return nil
	}
	return []string{r.expr}
}

// faultNotices say what could not be used.
func (r *run) faultNotices() []string {
	var notices []string
	add := func(n int, format string) {
		if n > 0 {
			notices = append(notices, fmt.Sprintf("%s: "+format, r.signal.Name, n))
		}
	}
	add(r.faults.vanished, "%d increments were left out: a process lost a part of its series without restarting, or they came back.")
	missing := 0
	for _, p := range r.processes {
		if p.absence != nil && p.last == r.done {
			missing++
		}
	}
	add(missing, "%d processes are not counted at present: a part of their series is missing.")
	add(r.faults.damaged, "%d increments were left out: their parts exceed the whole.")
	add(r.faults.unlike, "%d increments were left out: their process lacks one of the bucket edges that were chosen, or a part of the metric.")
	return notices
}

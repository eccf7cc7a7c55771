package collect

import (
	"context"
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
	source   kind.Source
	variants []string
	start    time.Time
	layout   layout
	// ready is set once it is known what to read: at once, but for histograms, whose edges are chosen first.
	ready bool
	expr  string
	edges edgeChoice
	// unreadable is set once it was said which bounds are no numbers.
	unreadable bool
	// done is the newest tick that was collected; the one before the lead at first.
	done   int
	doubts doubts
	// counting follows the processes, and keeps what they counted.
	counting *follower
	// limits are which bounds the series held where it turned out that some lack those that were chosen.
	limits []map[string]shape
	// uncommon says why there is no edge; empty where there are some.
	uncommon string
	// texts are the spellings of bounds, by the number of an arm of a process.
	texts map[cell]*spellings
	// notices say what holds for the whole run, warnings what the server said when it was asked last.
	notices, warnings []string
}

func (c *Collector) newRun(ctx context.Context, request Request) (*run, error) {
	r := &run{
		scope: c.scopeOf(request), signal: request.Signal, kind: c.words.Kinds.Of(request.Signal).Counted,
		source: request.source(), variants: request.variants(), texts: map[cell]*spellings{},
		start: counts.FirstTick(request.Start),
	}
	if err := c.single(ctx, r, c.complete(request)); err != nil {
		return nil, err
	}
	if r.kind.Edges {
		r.begin(nil)
		return r, nil
	}
	return r, r.read(nil)
}

// begin makes a run of which nothing was read.
func (r *run) begin(edges []float64) {
	r.layout, r.done = layout{r.kind, edges}, -lead-1
	r.counting = newFollower(r.layout, len(r.variants))
}

// read settles what the run reads.
func (r *run) read(edges []float64) error {
	expr, err := r.kind.Statement(r.scope, r.source, edges)
	if err != nil {
		return err
	}
	r.begin(edges)
	r.expr, r.ready = expr, true
	return nil
}

// at is when a tick ends.
func (r *run) at(tick int) time.Time { return tickEnd(r.start, tick) }

// tickEnd is when a tick of a run that starts at a time ends.
func tickEnd(start time.Time, tick int) time.Time {
	return start.Add(time.Duration(tick) * counts.Step)
}

// Size is about the room that the run takes, in bytes.
func (r *run) Size() int64 {
	const perRun = 4096
	return perRun + r.counting.ledger.size() + int64(len(r.texts)*128)
}

// collected hands a run's ticks over.
func (r *run) collected(request Request) Collected {
	doubts, doubtNotices := r.doubts.parted(r.until(request), r.signal.Name)
	result := Collected{
		Series: map[string]counts.Series{}, Exprs: r.exprs(), Start: r.start, End: r.at(max(r.done, 0)),
		Notices: slices.Concat(r.notices, r.warnings, r.counting.ledger.notices(r.signal.Name, r.done), r.asideNotices(), doubtNotices),
		Doubts:  doubts, Uncommon: r.uncommon,
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
			Step: int64(counts.Step.Seconds()), Start: r.start.Unix(), Ticks: r.counting.ledger.ticks(r.start, i+1, from, to),
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

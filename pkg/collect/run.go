package collect

import (
	"context"
	"maps"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// run is all that was collected of one signal of one flag since one start. Tick 0 is the values at the start, which only
// serve to be differenced against, as those before it do; tick k ends k steps later.
type run struct {
	// request is the one that the run was begun for.
	request  Request
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
	copies copies
	// counting follows the processes, and keeps what they counted.
	counting *follower
	again    again
	// revisions is the collector's number of them.
	revisions *atomic.Int64
	// looked is when the latest look began that read all that it had to.
	looked time.Time
	// late is the first tick that is not what it was when it was read before; unchanged where none is.
	late int
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
		request: request,
		scope:   c.scopeOf(request), signal: request.Signal, kind: c.words.Kinds.Of(request.Signal).Counted,
		source: request.source(), variants: request.variants(), texts: map[cell]*spellings{}, revisions: &c.revisions,
		start: counts.FirstTick(request.Start),
	}
	if err := (examiner{c}).single(ctx, r, c.complete(Request{})); err != nil {
		return nil, err
	}
	return r, r.anew()
}

// anew forgets all that was read, and begins to read as the scope now says.
func (r *run) anew() error {
	if !r.kind.Edges {
		return r.read(nil)
	}
	r.ready, r.edges, r.limits, r.texts = false, edgeChoice{}, nil, map[cell]*spellings{}
	r.begin(nil)
	return nil
}

// begin makes a run of which nothing was read.
func (r *run) begin(edges []float64) {
	r.layout, r.done = layout{r.kind, edges}, -lead-1
	r.counting, r.again = newFollower(r.layout, len(r.variants)), newAgain(r.readsHistograms(), r.revisions)
	r.counting.ledger.aside.classes = r.source.Beside != ""
	r.doubts = doubts{}
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

// unchanged stands for no tick.
const unchanged = math.MinInt32

// rewind forgets a tick that is not what it was, and all that follows it.
func (r *run) rewind(late int) {
	r.again.revise(late)
	r.copies = copies{looked: min(r.copies.looked, max(0, late-1))}
	c := r.again.back(late)
	if several := slices.ContainsFunc(slices.Collect(maps.Values(r.texts)), func(s *spellings) bool { return len(s.known) > 1 }); c == nil || several {
		// Which spelling counts follows from all ticks.
		again, limits := r.again, r.limits
		r.begin(r.layout.edges)
		again.checkpoints = nil
		r.again, r.limits, r.texts = again, limits, map[cell]*spellings{}
		r.again.revise(math.MinInt32)
		return
	}
	r.counting.restore(c)
	r.doubts.rewind(late, c.odd, c.vanished)
	r.done = c.tick
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
	return perRun + r.counting.ledger.size() + r.again.size() + int64(len(r.texts)*128)
}

// collected hands a run's ticks over.
func (r *run) collected(request Request) Collected {
	doubts, doubtNotices := r.doubts.parted(r.until(request), r.signal.Name)
	result := Collected{
		Series: map[string]counts.Series{}, Exprs: r.exprs(), Start: r.start, End: r.at(max(r.done, 0)), Revision: r.again.revision(),
		Notices: slices.Concat(r.notices, copiesNotice(r), r.warnings, r.counting.ledger.notices(r.signal.Name, r.done), asideNotices(r), doubtNotices, restlessNotice(r)),
		Doubts:  doubts, Uncommon: r.uncommon,
	}
	from := 1
	if after := request.After - r.start.Unix(); after > 0 {
		known := int(after / int64(counts.Step.Seconds()))
		if result.Anew = !r.again.holds(request.Revision, known); result.Anew {
			if from = r.again.first(request.Revision); from > 0 {
				result.Changed = r.at(from).Unix()
			}
			from, result.From = r.back(request.Back, min(from-1, known))
		} else {
			from = known + 1
		}
	}
	to := r.until(request)
	if request.AtMost > 0 && to-from >= request.AtMost {
		to, result.More = from+request.AtMost-1, true
	}
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

// back is the newest of some ends of ticks, ascending, up to a tick, with the tick that follows it; the first tick, and 0, where
// there is none.
func (r *run) back(ends []int64, last int) (from int, end int64) {
	for _, e := range slices.Backward(ends) {
		if tick := int(e-r.start.Unix()) / int(counts.Step.Seconds()); tick >= 1 && tick <= last {
			return tick + 1, e
		}
	}
	return 1, 0
}

func (r *run) exprs() []string {
	if r.expr == "" {
		return nil
	}
	return []string{r.expr}
}

package verdict

import (
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
)

// windowBlock is the length of the blocks that estimates begin and end with: that of the change points of the evidence.
const windowBlock = 15 * 60

// windows sums the weighted shares of a series in blocks, so that an estimate can be made over any run of them: evidence
// that something got worse at hour six is about what came after, not about the six healthy hours before.
type windows struct {
	start  int64
	edges  int
	blocks []windowSums
}

// windowSums are the sums of one block, or of several in a row.
type windowSums struct {
	share, mean weighted
	tail        []weighted
}

func (w *windows) add(tick counts.Tick) {
	at := (tick.End - w.start - 1) / windowBlock
	if at < 0 {
		return
	}
	for int64(len(w.blocks)) <= at {
		w.blocks = append(w.blocks, windowSums{tail: make([]weighted, w.edges)})
	}
	block := &w.blocks[at]
	for _, s := range tick.Strata {
		if !(s.A.N > 0 && s.B.N > 0) {
			continue
		}
		block.share.add(s.A.X, s.B.X, s.A.N, s.B.N)
		block.mean.add(s.A.Sum, s.B.Sum, s.A.N, s.B.N)
		for i := range min(w.edges, len(s.A.Above), len(s.B.Above)) {
			block.tail[i].add(s.A.Above[i], s.B.Above[i], s.A.N, s.B.N)
		}
	}
}

// window is a run of blocks with what they sum up to.
type window struct {
	// from is in unix seconds.
	from int64
	sums windowSums
	// tells is by how much the arms differ, in squared standard errors of independent requests.
	tells float64
}

// choose finds the run of blocks, ending with the one of until, that an estimate is best made of: among those whose sums
// agree the one that tells most, and of those that tell about as much the longest. tells may be nil: then the longest. The
// whole, and false, where none agrees.
func (w *windows) choose(until int64, agrees func(windowSums) bool, tells func(windowSums) float64) (window, bool) {
	last := min(int((until-w.start-1)/windowBlock), len(w.blocks)-1)
	most, runs := math.Inf(-1), []window(nil)
	sums := windowSums{tail: make([]weighted, w.edges)}
	var run window
	for at := last; at >= 0; at-- {
		sums.plus(w.blocks[at])
		run.from = w.start + int64(at)*windowBlock
		run.sums = sums
		if !(sums.weight() > 0) || !agrees(sums) {
			continue
		}
		kept := run
		kept.sums = sums.clone()
		if tells == nil {
			runs = append(runs[:0], kept)
			continue
		}
		kept.tells = tells(sums)
		most = math.Max(most, kept.tells)
		runs = append(runs, kept)
	}
	// What a beginning that was sought among so many would gain by chance.
	slack := 2 * math.Log(1+float64(last+1))
	for i := len(runs) - 1; i >= 0; i-- {
		if tells == nil || runs[i].tells >= most-slack {
			return runs[i], true
		}
	}
	return run, false
}

func (s *windowSums) plus(o windowSums) {
	s.share.plus(o.share)
	s.mean.plus(o.mean)
	for i := range s.tail {
		s.tail[i].plus(o.tail[i])
	}
}

func (s *windowSums) clone() windowSums {
	c := *s
	c.tail = append([]weighted(nil), s.tail...)
	return c
}

func (s *windowSums) weight() float64 { return s.share.weight }

func (w *weighted) plus(o weighted) {
	w.weight += o.weight
	w.shares.a += o.shares.a
	w.shares.b += o.shares.b
}

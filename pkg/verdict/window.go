package verdict

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

func (w *windows) add(tick Tick) {
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
	// from and until are in unix seconds.
	from, until int64
	sums        windowSums
}

// longest finds the longest run of blocks that ends with the one of until and whose sums agree; the whole of it where
// none does.
func (w *windows) longest(until int64, agrees func(windowSums) bool) (window, bool) {
	last := int((until - w.start - 1) / windowBlock)
	last = min(last, len(w.blocks)-1)
	sums := windowSums{tail: make([]weighted, w.edges)}
	whole, found, ok := window{until: until}, window{until: until}, false
	for at := last; at >= 0; at-- {
		sums.plus(w.blocks[at])
		whole.from = w.start + int64(at)*windowBlock
		whole.sums = sums
		if sums.weight() > 0 && agrees(sums) {
			found, ok = whole, true
			found.sums = sums.clone()
		}
	}
	if !ok {
		return whole, false
	}
	return found, true
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

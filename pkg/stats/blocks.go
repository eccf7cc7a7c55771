package stats

// tickSums are what one tick (or one block of them) adds to the statistics of its block: sums over its strata, with
// w = n_B / n_A. The residual of B's bad events around their share at ratio r, with Mantel-Haenszel weights
// 1/(1 + w), is u - r v, and its variance r t.
type tickSums struct {
	u float64 // x_B / (1 + w)
	v float64 // w x_A / (1 + w)
	t float64 // (x_A + x_B) w / (1 + w)^2
	// h is n_A n_B / (n_A + n_B): what a difference of the shares by 1 adds to u - v.
	h    float64
	a, b Counts
}

func (s *tickSums) add(a, b Counts) {
	// By parts of n_A + n_B, which neither overflow nor divide by 0 where w is extreme.
	partA, partB := a.N/(a.N+b.N), b.N/(a.N+b.N)
	s.u += b.X * partA
	s.v += a.X * partB
	s.t += (a.X + b.X) * partA * partB
	s.h += a.N * partB
	s.a.N += a.N
	s.a.X += a.X
	s.b.N += b.N
	s.b.X += b.X
}

func (s *tickSums) join(o tickSums) {
	s.u += o.u
	s.v += o.v
	s.t += o.t
	s.h += o.h
	s.a.N += o.a.N
	s.a.X += o.a.X
	s.b.N += o.b.N
	s.b.X += o.b.X
}

// prefix sums up the blocks of one size before a block, so that any range of them costs two look-ups.
type prefix struct {
	// n counts the blocks with bad events; u and v fit their ratio; dd, dv and vv are the sums of d^2/t, d v/t and
	// v^2/t with d = u - v, of which the Pearson statistic around any ratio is made.
	n, u, v, dd, dv, vv float64
	// pairs of neighbours with bad events: sums of (d - d')^2 and of t + t'.
	pairs, jump, spread float64
	// fano counts neighbours in which an arm has more than 1.2 times the other's requests (index 0: B has): the sums
	// of (x - x')^2 and of x + x' of the larger arm.
	fano [2]struct{ n, jump, sum float64 }
}

// blockSizes are the sizes of blocks: 1, 5, 15 and 60 minutes. The blocks of an hour exist once for each quarter of
// an hour that they may begin at.
const (
	byMinute = iota
	byFive
	byQuarter
	byHour
	blockSizes
	hourPhases = 4
)

type blockSeries struct {
	length int
	sums   []prefix
	last   tickSums
}

// blocks cuts the ticks into blocks.
type blocks struct {
	sizes  [blockSizes - 1]blockSeries
	open   [blockSizes - 1]tickSums
	hours  [hourPhases]blockSeries
	recent [hourPhases]tickSums
	ticks  int
	// quarters are the finished blocks of 15 minutes.
	quarter int
}

func newBlocks(c clock) blocks {
	b := blocks{quarter: c.quarter}
	for i, length := range [...]int{c.minute, c.five, c.quarter} {
		b.sizes[i] = blockSeries{length: length, sums: []prefix{{}}}
	}
	for i := range b.hours {
		b.hours[i] = blockSeries{length: c.hour, sums: []prefix{{}}}
	}
	return b
}

func (b *blocks) add(now tickSums) {
	b.ticks++
	for i := range b.sizes {
		b.open[i].join(now)
		if b.ticks%b.sizes[i].length != 0 {
			continue
		}
		done := b.open[i]
		b.open[i] = tickSums{}
		b.sizes[i].close(done)
		if i == byQuarter {
			b.closeHour(done)
		}
	}
}

// closeHour finishes the hour that ends with a quarter: one of four overlapping rows of hours.
func (b *blocks) closeHour(quarter tickSums) {
	n := b.ticks / b.quarter
	b.recent[(n-1)%hourPhases] = quarter
	if n < hourPhases {
		return
	}
	var sum tickSums
	for i := n - hourPhases; i < n; i++ {
		sum.join(b.recent[i%hourPhases])
	}
	b.hours[n%hourPhases].close(sum)
}

func (s *blockSeries) close(now tickSums) {
	p := s.sums[len(s.sums)-1]
	d := now.u - now.v
	if now.t > 0 {
		p.n++
		p.u += now.u
		p.v += now.v
		p.dd += d * d / now.t
		p.dv += d * now.v / now.t
		p.vv += now.v * now.v / now.t
	}
	if len(s.sums) > 1 {
		was := s.last
		if now.t+was.t > 0 {
			jump := d - (was.u - was.v)
			p.pairs++
			p.jump += jump * jump
			p.spread += now.t + was.t
		}
		for arm, of := range [2]func(tickSums) (more, less Counts){
			func(t tickSums) (Counts, Counts) { return t.b, t.a },
			func(t tickSums) (Counts, Counts) { return t.a, t.b },
		} {
			more, less := of(now)
			wasMore, wasLess := of(was)
			if more.N > unequal*less.N && wasMore.N > unequal*wasLess.N {
				p.fano[arm].n++
				p.fano[arm].jump += (more.X - wasMore.X) * (more.X - wasMore.X)
				p.fano[arm].sum += more.X + wasMore.X
			}
		}
	}
	s.sums = append(s.sums, p)
	s.last = now
}

// unequal is the ratio of requests from which on an arm's bad events vary by themselves, not only as a share.
const unequal = 1.2

// of returns the blocks of a size that may begin at a quarter of an hour, and the index of the one that does.
func (b *blocks) of(size, quarterIndex int) (*blockSeries, int) {
	if size == byHour {
		return &b.hours[quarterIndex%hourPhases], quarterIndex / hourPhases
	}
	s := &b.sizes[size]
	return s, quarterIndex * b.quarter / s.length
}

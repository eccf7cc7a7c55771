package overdispersion

import (
	"github.com/flaglens/flaglens/pkg/stats/internal/clock"
	"github.com/flaglens/flaglens/pkg/stats/internal/record"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

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
	sums   record.Record[prefix]
	last   strata.TickSums
}

// blocks cuts the ticks into blocks.
type blocks struct {
	sizes  [blockSizes - 1]blockSeries
	open   [blockSizes - 1]strata.TickSums
	hours  [hourPhases]blockSeries
	recent [hourPhases]strata.TickSums
	ticks  int
	// quarters are the finished blocks of 15 minutes.
	quarter int
}

func newBlocks(c clock.Clock) blocks {
	b := blocks{quarter: c.Quarter}
	for i, length := range [...]int{c.Minute, c.Five, c.Quarter} {
		b.sizes[i] = newBlockSeries(length)
	}
	for i := range b.hours {
		b.hours[i] = newBlockSeries(c.Hour)
	}
	return b
}

func newBlockSeries(length int) blockSeries {
	s := blockSeries{length: length}
	s.sums.Add(prefix{})
	return s
}

func (b *blocks) add(now strata.TickSums) {
	b.ticks++
	for i := range b.sizes {
		b.open[i].Join(now)
		if b.ticks%b.sizes[i].length != 0 {
			continue
		}
		done := b.open[i]
		b.open[i] = strata.TickSums{}
		b.sizes[i].close(done)
		if i == byQuarter {
			b.closeHour(done)
		}
	}
}

// closeHour finishes the hour that ends with a quarter: one of four overlapping rows of hours.
func (b *blocks) closeHour(quarter strata.TickSums) {
	n := b.ticks / b.quarter
	b.recent[(n-1)%hourPhases] = quarter
	if n < hourPhases {
		return
	}
	var sum strata.TickSums
	for i := n - hourPhases; i < n; i++ {
		sum.Join(b.recent[i%hourPhases])
	}
	b.hours[n%hourPhases].close(sum)
}

func (s *blockSeries) close(now strata.TickSums) {
	p := *s.sums.At(s.sums.Len() - 1)
	d := now.U - now.V
	if now.T > 0 {
		p.n++
		p.u += now.U
		p.v += now.V
		p.dd += d * d / now.T
		p.dv += d * now.V / now.T
		p.vv += now.V * now.V / now.T
	}
	if s.sums.Len() > 1 {
		was := s.last
		if now.T+was.T > 0 {
			jump := d - (was.U - was.V)
			p.pairs++
			p.jump += jump * jump
			p.spread += now.T + was.T
		}
		for arm, of := range [2]func(strata.TickSums) (more, less strata.Counts){
			func(t strata.TickSums) (strata.Counts, strata.Counts) { return t.B, t.A },
			func(t strata.TickSums) (strata.Counts, strata.Counts) { return t.A, t.B },
		} {
			more, less := of(now)
			wasMore, wasLess := of(was)
			if more.N > Unequal*less.N && wasMore.N > Unequal*wasLess.N {
				p.fano[arm].n++
				p.fano[arm].jump += (more.X - wasMore.X) * (more.X - wasMore.X)
				p.fano[arm].sum += more.X + wasMore.X
			}
		}
	}
	s.sums.Add(p)
	s.last = now
}

// Unequal is the ratio of requests from which on an arm's bad events vary by themselves, not only as a share.
const Unequal = 1.2

// of returns the blocks of a size that may begin at a quarter of an hour, and the index of the one that does.
func (b *blocks) of(size, quarterIndex int) (*blockSeries, int) {
	if size == byHour {
		return &b.hours[quarterIndex%hourPhases], quarterIndex / hourPhases
	}
	s := &b.sizes[size]
	return s, quarterIndex * b.quarter / s.length
}

// Package overdispersion estimates by how much counts vary more than independent ones: by Pearson's statistic, by the
// successive differences of blocks (von Neumann 1941, "Distribution of the ratio of the mean square successive difference
// to the variance") and by the index of Fano 1947; and the largest excess of either arm in a window of time.
package overdispersion

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/internal/clock"
	"github.com/flaglens/flaglens/pkg/stats/internal/record"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Bad events come in clusters, so counts vary more than independent ones would. The dispersion phi is by how much,
// and evidence is tempered by it. For any phi >= 1, whatever it is chosen from, L^(1/phi) <= 1 + L.
const (
	// PriorPhi is what is assumed where nothing is known, with the weight of so many blocks.
	PriorPhi    = 2.0
	priorBlocks = 5.0
)

// enoughBlocks is how many blocks of each size make an estimate.
var enoughBlocks = [blockSizes]float64{byMinute: 12, byFive: 4, byQuarter: 4, byHour: 8}

// Dispersions holds phi for each direction of a test: index 0 with B as the arm that is tested, 1 with A.
type Dispersions [2]float64

func (d *Dispersions) raise(arm int, f, n float64) {
	value := (priorBlocks*PriorPhi + n*f) / (priorBlocks + n)
	d[arm] = math.Max(d[arm], value)
}

// measure raises d to what a range of blocks says: around, by the Pearson statistic around their own ratio; jumps, by
// the differences of successive residuals, which an effect that sets in and lasts inflates but once; and by the
// successive differences of the events of an arm that has most of the requests. Each is inflated by its standard error.
func (d *Dispersions) measure(s *blockSeries, first, end int, enough float64, around, jumps bool) {
	from, to := s.sums.At(first), s.sums.At(end)
	if n := to.n - from.n; around && n >= enough {
		// Half an event each keeps the ratio finite.
		r := (to.u - from.u + 0.25) / (to.v - from.v + 0.25)
		x := to.dd - from.dd + (1-r)*(2*(to.dv-from.dv)+(1-r)*(to.vv-from.vv))
		f := math.Max(x, 0) / r / (n - 1)
		d.raise(0, f*(1+math.Sqrt(2/n)), n)
		d.raise(1, f*(1+math.Sqrt(2/n)), n)
	}
	from = s.sums.At(first + 1) // a block's pair with the one before the range is not in it
	if n := to.pairs - from.pairs; jumps && n+1 >= enough {
		f := math.Max(to.jump-from.jump, 0) / (to.spread - from.spread)
		d.raise(0, f*(1+math.Sqrt(3/n)), n)
		d.raise(1, f*(1+math.Sqrt(3/n)), n)
	}
	for arm := range d {
		n := to.fano[arm].n - from.fano[arm].n
		sum := to.fano[arm].sum - from.fano[arm].sum
		if n+1 >= enough && sum > 0 {
			f := math.Max(to.fano[arm].jump-from.fano[arm].jump, 0) / sum
			d.raise(arm, f*(1+math.Sqrt(3/n)), n)
		}
	}
}

// Estimator follows the dispersion of one series of ticks.
type Estimator struct {
	clock clock.Clock
	// daily forgets what is older than a day; frequent lowers the floor by the pooled share.
	daily, frequent bool
	blocks          blocks
	// total[i] sums both arms of the ticks before tick i.
	total record.Record[strata.Counts]
}

// NewEstimator starts one.
func NewEstimator(c clock.Clock, daily, frequent bool) Estimator {
	e := Estimator{clock: c, daily: daily, frequent: frequent, blocks: newBlocks(c)}
	e.total.Add(strata.Counts{})
	return e
}

// Bytes is about the room that it takes; with own, without what copies share.
func (e *Estimator) Bytes(own bool) int64 {
	size := e.total.Bytes(own)
	for i := range e.blocks.sizes {
		size += e.blocks.sizes[i].sums.Bytes(own)
	}
	for i := range e.blocks.hours {
		size += e.blocks.hours[i].sums.Bytes(own)
	}
	return size
}

// Clone is a copy that goes its own way. What is behind both is shared.
func (e *Estimator) Clone() Estimator {
	c := *e
	c.total = e.total.Clone()
	for i := range c.blocks.sizes {
		c.blocks.sizes[i].sums = e.blocks.sizes[i].sums.Clone()
	}
	for i := range c.blocks.hours {
		c.blocks.hours[i].sums = e.blocks.hours[i].sums.Clone()
	}
	return c
}

// Add takes a tick: its own sums, and those of both arms up to and with it.
func (e *Estimator) Add(now strata.TickSums, total strata.Counts) {
	e.total.Add(total)
	e.blocks.add(now)
}

// SumBefore sums both arms of the ticks before a tick.
func (e *Estimator) SumBefore(tick int) strata.Counts { return *e.total.At(tick) }

// Before is the dispersion of the blocks that end a quarter of an hour before a start or earlier (of the second start,
// before it): neither what happens later can spoil it, nor an effect that has set in just before. Daily evidence
// forgets what is older than a day.
func (e *Estimator) Before(quarterIndex int) Dispersions {
	quarterIndex = max(1, quarterIndex-1)
	first := 0
	if e.daily {
		first = max(0, quarterIndex-e.clock.Day/e.clock.Quarter)
	}
	var d Dispersions
	for size := range blockSizes {
		s, to := e.blocks.of(size, quarterIndex)
		from := first * e.clock.Quarter / s.length
		if size == byHour {
			from = (first + hourPhases - 1) / hourPhases
		}
		if from < to {
			d.measure(s, from, to, enoughBlocks[size], true, false)
		}
	}
	for arm := range d {
		if d[arm] == 0 {
			d[arm] = PriorPhi
		}
	}
	return d
}

// since is the dispersion of the blocks of a start up to an age, at the tick when it was last refreshed. The starts of
// the run's first two hours, which have little before them, take all that is there; of a later one, an effect that
// sets in between its blocks would pass for dispersion, so that only jumps count.
func (e *Estimator) since(quarterIndex, age int) Dispersions {
	var d Dispersions
	age = e.clock.Refreshed(age)
	if quarterIndex == 0 && age < e.clock.Unknown {
		return Dispersions{PriorPhi, PriorPhi}
	}
	around := quarterIndex*e.clock.Quarter < e.clock.Early
	for size := range blockSizes {
		if size == byMinute && age > e.clock.MinuteBlocks {
			continue
		}
		s, from := e.blocks.of(size, quarterIndex)
		if to := from + age/s.length; from < to {
			d.measure(s, from, to, enoughBlocks[size], around, true)
		}
	}
	if quarterIndex == 0 && d[0] == 0 {
		return Dispersions{PriorPhi, PriorPhi}
	}
	return d
}

// floor is the least dispersion at a tick: that of independent requests. Where bad ones are frequent, their number
// varies less than a Poisson count's.
func (e *Estimator) floor(tick int) float64 {
	if t := e.total.At(tick); e.frequent && t.N > 0 {
		return math.Max(1-t.X/t.N, 0.05)
	}
	return 1
}

// Phi is the dispersion after a number of ticks of the evidence of the start at a quarter of an hour, with the dispersion
// before it.
func (e *Estimator) Phi(quarterIndex int, before Dispersions, ticks int) Dispersions {
	tick := quarterIndex * e.clock.Quarter
	age := ticks - tick
	d := e.since(quarterIndex, age)
	least := e.floor(tick + e.clock.Refreshed(age))
	for arm := range d {
		d[arm] = math.Max(math.Max(d[arm], before[arm]), least)
	}
	return d
}

package rollout

import (
	"math"
	"time"
)

// How shifts of an allocation are found in traffic alone. All of it looks back only, so that what was found stays found,
// whenever it is looked for.
const (
	// shortestBucket is the time over which traffic is added up first, where it is scraped often enough; bucketScrapes is how
	// many scrapes it holds at least.
	shortestBucket, bucketScrapes = 5 * time.Minute, 4
	// lasting is how many buckets a shift must have lasted; those that could follow it by beyond buckets must be less likely.
	lasting, beyond = 3, 2
	// passing is how many buckets an allocation takes to arrive: users keep their variant until they leave.
	passing = 4
	// least is how many buckets an epoch must have had before it can end, recent the most that are looked at after a shift,
	// before the most that are looked at before it.
	least, recent, before = 6, 72, 144
	// abrupt is how many buckets on each side show that a shift was one, and no drift over the day.
	abrupt = 12
	// shift is the least change of a share that counts; of small shares it is a smaller one that multiplies them.
	shift, smallShift, multiple = 0.03, 0.005, 1.5
	// certain is the least square of the standardised difference. Requests are no users, so it is far beyond what
	// independent requests would need, and divided by their dispersion too.
	certain = 40
	// some is the least number of requests that a shift must rest on: those of twenty users or so.
	some = 200
	// usualDispersion, of about ten requests a user, is the least where there is too little to estimate it from: fewer than
	// tellingBuckets.
	usualDispersion, tellingBuckets = 10, 36
	// around is where the minute of a shift is looked for.
	around = 20 * time.Minute
	// passingEpoch is how long an epoch must have lasted to be one.
	passingEpoch = time.Hour
)

// dispersionBlocks are the lengths, in buckets, over which the movements of a share are held against chance: those of
// users who stay for long show over long ones.
var dispersionBlocks = []int{1, 3, 6, 12, 24}

// bucketOf is the time over which traffic is added up first: a window needs several samples to show a rise.
func bucketOf(scrape time.Duration) time.Duration {
	least := max(shortestBucket, bucketScrapes*scrape)
	return (least + shortestBucket - 1).Truncate(shortestBucket)
}

// count is the requests of one variant and of all that have one: what carries none comes and goes for other reasons, and
// moves no allocation.
type count struct{ own, all float64 }

func (c count) share() float64 {
	if !(c.all > 0) {
		return math.NaN()
	}
	return c.own / c.all
}

// between counts the requests of a variant in the buckets from..to-1.
func (h *trafficHistory) between(place, from, to int) count {
	var c count
	for i, sums := range h.sums {
		n := sums[to] - sums[from]
		if h.variants[i] != "" {
			c.all += n
		}
		if i == place {
			c.own = n
		}
	}
	return c
}

// shifts are looked for in a history of traffic.
type shifts struct{ *trafficHistory }

// shifted looks for a shift in the buckets since the present epoch began, up to the newest one. It gives the first bucket
// of the new allocation.
func (h shifts) shifted() (at int, found bool) {
	start := h.from
	if len(h.epochs) > 0 {
		start += passing
	}
	best := 0.0
	for place, variant := range h.variants {
		if variant == "" {
			continue
		}
		// The bucket that divides the requests best, and then whether that is more than chance.
		likeliest, divides := 0, 0.0
		for k := max(start+least, h.buckets-recent); k <= h.buckets-lasting; k++ {
			if certainty := h.shiftAt(place, max(start, k-before), k); certainty > divides {
				likeliest, divides = k, certainty
			}
		}
		if divides < certain {
			continue
		}
		if divides /= h.dispersion(place, max(start, likeliest-before), likeliest); divides > best {
			best, at = divides, likeliest
		}
	}
	return at, best >= certain && at <= h.buckets-lasting-beyond
}

// shiftAt is the square of the standardised difference of a variant's share before and after a bucket; 0 where it is not
// enough to count, or did not come about at once.
func (h shifts) shiftAt(place, from, at int) float64 {
	a, b := h.between(place, from, at), h.between(place, at, h.buckets)
	if !(a.all > 0) || !(b.all > 0) || !bigEnough(a.share(), b.share(), 1) || basis(a, b) < some {
		return 0
	}
	nearA, nearB := h.between(place, max(from, at-abrupt), at), h.between(place, at, min(h.buckets, at+abrupt))
	most := 2. / 3 * math.Abs(a.share()-b.share())
	if !bigEnough(nearA.share(), nearB.share(), 2./3) || !(math.Abs(nearA.share()-nearB.share()) >= most) {
		return 0
	}
	pooled := (a.own + b.own) / (a.all + b.all)
	difference := a.share() - b.share()
	return difference * difference / (pooled * (1 - pooled) * (1/a.all + 1/b.all))
}

// basis is how many requests the difference of two shares rests on: those that came, or should have come.
func basis(a, b count) float64 {
	expected := a.share() * b.all
	return min(max(b.own, expected), max(b.all-b.own, b.all-expected))
}

// bigEnough tells whether two shares differ by a part of what counts as a shift.
func bigEnough(a, b, part float64) bool {
	low, high := min(a, b), max(a, b)
	// Of a large share it is the rest that may be multiplied.
	if low+high > 1 {
		low, high = 1-high, 1-low
	}
	difference := high - low
	return difference >= part*shift || difference >= part*smallShift && high >= multiple*low
}

// dispersion is how much more a share moves than independent requests would make it, before a bucket or after it: the
// larger of both, at least 1.
func (h shifts) dispersion(place, from, at int) float64 {
	a, known := h.dispersionIn(place, from, at)
	b, _ := h.dispersionIn(place, at, h.buckets)
	if !known || at-from < tellingBuckets {
		a = max(a, usualDispersion)
	}
	return max(a, b)
}

// dispersionIn is Pearson's: the squared differences of blocks from the share of all of them, over what chance makes of
// them, and a little more for what is uncertain in it; the largest over blocks of several lengths. It is not known where
// a variant had none of the requests, or all.
func (h shifts) dispersionIn(place, from, to int) (dispersion float64, known bool) {
	p := h.between(place, from, to).share()
	if !(p > 0 && p < 1) {
		return 1, false
	}
	dispersion = 1
	for _, length := range dispersionBlocks {
		blocks, sum := 0.0, 0.0
		for end := to; end-length >= from; end -= length {
			if c := h.between(place, end-length, end); c.all > 0 {
				difference := c.own - c.all*p
				sum += difference * difference / (c.all * p * (1 - p))
				blocks++
			}
		}
		if blocks >= least {
			dispersion, known = max(dispersion, sum/(blocks-1)*(1+0.5*math.Sqrt(2/blocks))), true
		}
	}
	return dispersion, known
}

// divide finds where minutes are divided best into two shares: the first minute of the second one.
func divide(minutes [][]float64) int {
	best, likeliest := len(minutes)/2, math.Inf(-1)
	for k := 1; k < len(minutes); k++ {
		if likelihood := logLikelihood(minutes[:k]) + logLikelihood(minutes[k:]); likelihood > likeliest {
			best, likeliest = k, likelihood
		}
	}
	return best
}

// logLikelihood of the shares that are estimated from the counts themselves.
func logLikelihood(minutes [][]float64) float64 {
	var own []float64
	all := 0.0
	for _, requests := range minutes {
		for place, n := range requests {
			if place == len(own) {
				own = append(own, 0)
			}
			own[place] += n
			all += n
		}
	}
	likelihood := 0.0
	for _, n := range own {
		if n > 0 {
			likelihood += n * math.Log(n/all)
		}
	}
	return likelihood
}

package collect

import (
	"math"
	"slices"
	"time"
)

// How shifts of an allocation are found in traffic alone. All of it looks back only, so that what was found stays found,
// whenever it is looked for.
const (
	// bucketLength is the time over which traffic is added up first.
	bucketLength = 5 * time.Minute
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
	certain = 60
	// usualDispersion, of about ten requests a user, is taken where there is too little to estimate it from.
	usualDispersion = 10
	// around is where the minute of a shift is looked for.
	around = 20 * time.Minute
	// passingEpoch is how long an epoch must have lasted to be one.
	passingEpoch = time.Hour
)

// dispersionBlocks are the lengths, in buckets, over which the movements of a share are held against chance: those of
// users who stay for long show over long ones.
var dispersionBlocks = []int{1, 3, 6, 12}

// count is the requests of one variant and of all.
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
		c.all += n
		if i == place {
			c.own = n
		}
	}
	return c
}

// shifted looks for a shift in the buckets since the present epoch began, up to the newest one. It gives the first bucket
// of the new allocation.
func (h *trafficHistory) shifted() (at int, found bool) {
	start := h.from
	if len(h.epochs) > 0 {
		start += passing
	}
	best := 0.0
	for place := range h.variants {
		dispersion := h.dispersion(place, max(start, h.buckets-before))
		for k := max(start+least, h.buckets-recent); k <= h.buckets-lasting; k++ {
			certainty := h.shiftAt(place, max(start, k-before), k) / dispersion
			if certainty > best {
				best, at = certainty, k
			}
		}
	}
	return at, best >= certain && at <= h.buckets-lasting-beyond
}

// shiftAt is the square of the standardised difference of a variant's share before and after a bucket; 0 where it is not
// enough to count, or did not come about at once.
func (h *trafficHistory) shiftAt(place, from, at int) float64 {
	a, b := h.between(place, from, at), h.between(place, at, h.buckets)
	if !(a.all > 0) || !(b.all > 0) || !bigEnough(a.share(), b.share(), 1) {
		return 0
	}
	nearA, nearB := h.between(place, max(from, at-abrupt), at), h.between(place, at, min(h.buckets, at+abrupt))
	if !bigEnough(nearA.share(), nearB.share(), 2./3) {
		return 0
	}
	pooled := (a.own + b.own) / (a.all + b.all)
	difference := a.share() - b.share()
	return difference * difference / (pooled * (1 - pooled) * (1/a.all + 1/b.all))
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

// dispersion is how much more a share moves from block to block of buckets than independent requests would make it: the
// median of the squared standardised differences over that of a chi-square with one degree of freedom, and a little more
// for what is uncertain in it; the largest over blocks of several lengths, at least 1. The median leaves a single shift
// out of account.
func (h *trafficHistory) dispersion(place, from int) float64 {
	const medianChiSquare = 0.4549364
	p := h.between(place, from, h.buckets).share()
	if !(p > 0 && p < 1) {
		return usualDispersion
	}
	most, known := 1.0, false
	for _, length := range dispersionBlocks {
		var squares []float64
		for end := h.buckets; end-2*length >= from; end -= length {
			a, b := h.between(place, end-2*length, end-length), h.between(place, end-length, end)
			if a.all > 0 && b.all > 0 {
				difference := a.share() - b.share()
				squares = append(squares, difference*difference/(p*(1-p)*(1/a.all+1/b.all)))
			}
		}
		if len(squares) < least {
			continue
		}
		known = true
		slices.Sort(squares)
		uncertain := 1 + math.Sqrt(2/float64(len(squares)))
		most = max(most, squares[len(squares)/2]/medianChiSquare*uncertain)
	}
	if !known {
		return usualDispersion
	}
	return most
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
	for _, counts := range minutes {
		for place, n := range counts {
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

package collect

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// How shifts of an allocation are found in traffic alone. All of it looks back only, so that what was found stays found,
// whenever it is looked for.
const (
	// bucketLength is the time over which traffic is added up first.
	bucketLength = 10 * time.Minute
	// lasting is how many buckets a shift must have lasted, recent the most that are looked at after it, before the most
	// before it.
	lasting, recent, before = 3, 36, 72
	// abrupt is how many buckets on each side show that a shift was one, and no drift over the day.
	abrupt = 6
	// shift is the least change of a share that counts; of small shares it is a smaller one that multiplies them.
	shift, smallShift, multiple = 0.03, 0.005, 1.5
	// certain is the least square of the standardised difference. Requests are no users, so it is far beyond what
	// independent requests would need, and divided by their dispersion too.
	certain = 40
	// usualDispersion is taken where there is too little to estimate it from.
	usualDispersion = 4
)

// trafficHistory is how a flag's requests were shared out, as far as it was read.
type trafficHistory struct {
	scope  promql.Scope
	signal model.Signal
	native bool
	begun  time.Time
	// next is the end of the first bucket that was not read.
	next     time.Time
	variants []string
	// buckets hold the requests of each variant.
	buckets [][]float64
	// from is the bucket with which the present epoch began.
	from   int
	epochs []Epoch
}

func newTrafficHistory(scope promql.Scope, signal model.Signal, native bool, from time.Time) *trafficHistory {
	begun := from.Truncate(bucketLength).UTC()
	return &trafficHistory{scope: scope, signal: signal, native: native, begun: begun, next: begun.Add(bucketLength)}
}

func (h *trafficHistory) expr(window time.Duration) (string, error) {
	return h.scope.Sum(h.signal.Metric, promql.Func{Name: "increase", Window: window, Count: h.native})
}

// extend reads on up to a time, and looks for shifts after each bucket.
func (h *trafficHistory) extend(ctx context.Context, client Client, to time.Time, scrape time.Duration) error {
	end := to.Truncate(bucketLength).UTC()
	if h.next.After(end) {
		return nil
	}
	expr, err := h.expr(bucketLength)
	if err != nil {
		return err
	}
	read, err := h.read(ctx, client, promapi.RangeQuery{Expr: expr, Start: h.next, End: end, Step: bucketLength})
	if err != nil {
		return err
	}
	for _, counts := range read {
		h.buckets = append(h.buckets, counts)
		h.next = h.next.Add(bucketLength)
		if at, found := h.shifted(); found {
			begin, err := h.refine(ctx, client, at, scrape)
			if err != nil {
				// The bucket will be looked at again.
				h.buckets = h.buckets[:len(h.buckets)-1]
				h.next = h.next.Add(-bucketLength)
				return err
			}
			h.close(at, begin)
		}
	}
	return nil
}

// read asks how many requests each variant had at the times of a query. Variants that are new get the next places.
func (h *trafficHistory) read(ctx context.Context, client Client, query promapi.RangeQuery) ([][]float64, error) {
	result, err := client.QueryRange(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the traffic of the variants: %w", err)
	}
	if result.Partial {
		return nil, notWhole(model.Signal{ID: "traffic"}, result.Warnings)
	}
	for _, series := range result.Series {
		variant := series.Labels.Get(h.scope.VariantLabel())
		if variant != "" && !slices.Contains(h.variants, variant) {
			h.variants = append(h.variants, variant)
		}
	}
	counts := make([][]float64, int(query.End.Sub(query.Start)/query.Step)+1)
	for i := range counts {
		counts[i] = make([]float64, len(h.variants))
	}
	for _, series := range result.Series {
		place := slices.Index(h.variants, series.Labels.Get(h.scope.VariantLabel()))
		if place < 0 {
			continue
		}
		for _, point := range series.Floats {
			i := (point.T - query.Start.UnixMilli()) / query.Step.Milliseconds()
			if i >= 0 && i < int64(len(counts)) && finite(point.V) && point.V > 0 {
				counts[i][place] += point.V
			}
		}
	}
	return counts, nil
}

// shifted looks for a shift in the buckets since the present epoch began, up to the newest one. It gives the first bucket
// of the new allocation.
func (h *trafficHistory) shifted() (at int, found bool) {
	n := len(h.buckets)
	best := 0.0
	for k := max(h.from+1, n-recent); k <= n-lasting; k++ {
		left, right := h.buckets[max(h.from, k-before):k], h.buckets[k:]
		for place := range h.variants {
			certainty, ok := shiftOf(left, right, place)
			if ok && certainty > best {
				best, at = certainty, k
			}
		}
	}
	return at, best >= certain
}

// shiftOf compares a variant's share in the buckets on both sides. It tells how certain it is that they differ, and whether
// they differ by enough, and at once.
func shiftOf(left, right [][]float64, place int) (certainty float64, enough bool) {
	a, b := countIn(left, place), countIn(right, place)
	if !(a.all > 0) || !(b.all > 0) {
		return 0, false
	}
	nearA, nearB := countIn(left[max(0, len(left)-abrupt):], place), countIn(right[:min(abrupt, len(right))], place)
	if !bigEnough(a.share(), b.share(), 1) || !bigEnough(nearA.share(), nearB.share(), 2./3) {
		return 0, false
	}
	pooled := (a.own + b.own) / (a.all + b.all)
	variance := pooled * (1 - pooled) * (1/a.all + 1/b.all) * max(dispersion(left, place), dispersion(right, place))
	difference := a.share() - b.share()
	return difference * difference / variance, variance > 0
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

// count is the requests of one variant and of all.
type count struct{ own, all float64 }

func (c count) share() float64 {
	if !(c.all > 0) {
		return math.NaN()
	}
	return c.own / c.all
}

func countIn(buckets [][]float64, place int) count {
	var c count
	for _, counts := range buckets {
		for i, n := range counts {
			c.all += n
			if i == place {
				c.own += n
			}
		}
	}
	return c
}

// dispersion is how much more a share moves from bucket to bucket than independent requests would make it: the median of
// the squared standardised differences over that of a chi-square with one degree of freedom, at least 1. The median leaves
// a single shift out of account.
func dispersion(buckets [][]float64, place int) float64 {
	const medianChiSquare = 0.4549364
	whole := countIn(buckets, place)
	p := whole.share()
	if !(p > 0 && p < 1) {
		return 1
	}
	var squares []float64
	for i := 1; i < len(buckets); i++ {
		a, b := countIn(buckets[i-1:i], place), countIn(buckets[i:i+1], place)
		if a.all > 0 && b.all > 0 {
			difference := a.share() - b.share()
			squares = append(squares, difference*difference/(p*(1-p)*(1/a.all+1/b.all)))
		}
	}
	if len(squares) < abrupt {
		return usualDispersion
	}
	slices.Sort(squares)
	return max(1, squares[len(squares)/2]/medianChiSquare)
}

// refine finds the minute of a shift that happened around the beginning of a bucket: the one that divides the minutes
// around it best into two shares.
func (h *trafficHistory) refine(ctx context.Context, client Client, at int, scrape time.Duration) (time.Time, error) {
	window := max(Step, (4 * scrape).Round(time.Second))
	expr, err := h.expr(window)
	if err != nil {
		return time.Time{}, err
	}
	begin := h.begun.Add(time.Duration(at) * bucketLength)
	start := begin.Add(-2 * bucketLength)
	minutes, err := h.read(ctx, client, promapi.RangeQuery{
		Expr: expr, Start: start, End: begin.Add(2 * bucketLength), Step: Step,
	})
	if err != nil {
		return time.Time{}, err
	}
	best, likeliest := len(minutes)/2, math.Inf(-1)
	for k := 1; k < len(minutes); k++ {
		likelihood := 0.0
		for place := range h.variants {
			likelihood += logLikelihood(countIn(minutes[:k], place)) + logLikelihood(countIn(minutes[k:], place))
		}
		if likelihood > likeliest {
			best, likeliest = k, likelihood
		}
	}
	// The windows before the first minute of the new allocation reach back over the old one.
	return start.Add(time.Duration(best) * Step), nil
}

// logLikelihood of a share that was estimated from the counts themselves.
func logLikelihood(c count) float64 {
	if c.own <= 0 {
		return 0
	}
	return c.own * math.Log(c.own/c.all)
}

// close ends the present epoch: the new one begins with a bucket, and at a time within it.
func (h *trafficHistory) close(at int, begin time.Time) {
	epoch := h.epoch(h.from, at)
	epoch.To = begin
	h.epochs = append(h.epochs, epoch)
	h.from = at
}

// epoch is what a run of buckets says; it begins with the first of them that had traffic, or where the one before ended.
func (h *trafficHistory) epoch(from, to int) Epoch {
	var epoch Epoch
	if n := len(h.epochs); n > 0 {
		epoch.From = h.epochs[n-1].To
	}
	counts := map[string]float64{}
	for i, bucket := range h.buckets[from:to] {
		for place, n := range bucket {
			if n > 0 && epoch.From.IsZero() {
				epoch.From = h.begun.Add(time.Duration(from+i) * bucketLength)
			}
			if n > 0 {
				counts[h.variants[place]] += n
			}
		}
	}
	epoch.Shares, _ = proportions(counts)
	return epoch
}

// all are the epochs so far, the present one among them.
func (h *trafficHistory) all() []Epoch {
	last := h.epoch(h.from, len(h.buckets))
	if last.Shares == nil {
		return slices.Clone(h.epochs)
	}
	return append(slices.Clone(h.epochs), last)
}

// seen are the first and the last bucket in which a variant had requests.
func (h *trafficHistory) seen(place int) (first, last int, ok bool) {
	first = -1
	for i, counts := range h.buckets {
		if place < len(counts) && counts[place] > 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last, first >= 0
}

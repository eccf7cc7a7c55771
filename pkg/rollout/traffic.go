package rollout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// trafficHistory is how a flag's requests were shared out, as far as it was read.
type trafficHistory struct {
	scope  promql.Scope
	signal model.Signal
	source kind.Source
	begun  time.Time
	// bucket is how long the buckets are.
	bucket time.Duration
	// next is the end of the first bucket that was not read.
	next     time.Time
	variants []string
	// sums hold, for each variant, the requests in all buckets before the i-th; the last number is the sum of all.
	sums [][]float64
	// buckets is how many were read.
	buckets int
	// from is the bucket with which the present epoch began.
	from   int
	epochs []Epoch
	// closed says of each epoch that ended with which bucket it began, and how many were read when its end was found.
	closed []closed
	again  again
}

type closed struct{ from, read int }

func newTrafficHistory(scope promql.Scope, request Request, from time.Time, bucket time.Duration) *trafficHistory {
	begun := from.Truncate(bucket).UTC()
	source := kind.Source{Signal: request.Traffic, Native: request.Native, Beside: request.Beside}
	return &trafficHistory{scope: scope, signal: request.Traffic, source: source, begun: begun, bucket: bucket, next: begun.Add(bucket)}
}

func (h *trafficHistory) expr(window time.Duration) (string, error) {
	return h.scope.Sum(h.signal.Metric, h.source.Counting(promql.Func{Name: "increase", Window: window}))
}

// extend reads on up to a time, and looks for shifts after each bucket.
func (h *trafficHistory) extend(ctx context.Context, client Client, to time.Time, scrape time.Duration) error {
	expr, err := h.expr(h.bucket)
	if err != nil {
		return err
	}
	if err := h.renew(ctx, client, expr, to); err != nil {
		return err
	}
	for !h.next.After(to) {
		// A day at a time: windows over weeks could exceed what a server computes in one go. What was read is kept.
		end := h.next.Add(min(to.Sub(h.next), 24*time.Hour).Truncate(h.bucket))
		read, err := h.read(ctx, client, promapi.RangeQuery{Expr: expr, Start: h.next, End: end, Step: h.bucket})
		if err != nil {
			return err
		}
		for _, requests := range read {
			if err := h.observe(ctx, client, requests, scrape); err != nil {
				return err
			}
		}
	}
	return nil
}

// observe takes in the requests of a bucket, and ends the epoch where a shift is found.
func (h *trafficHistory) observe(ctx context.Context, client Client, requests []float64, scrape time.Duration) error {
	h.append(requests)
	at, found := shifts{h}.shifted()
	if !found {
		return nil
	}
	begin, err := h.refine(ctx, client, at, scrape)
	if err != nil {
		// The bucket will be looked at again.
		h.drop()
		return err
	}
	h.close(at, begin)
	return nil
}

// append takes in the requests of a bucket. Variants that appear had none before.
func (h *trafficHistory) append(requests []float64) {
	for len(h.sums) < len(h.variants) {
		h.sums = append(h.sums, make([]float64, h.buckets+1))
	}
	for place := range h.sums {
		n := 0.0
		if place < len(requests) {
			n = requests[place]
		}
		h.sums[place] = append(h.sums[place], h.sums[place][h.buckets]+n)
	}
	h.buckets++
	h.next = h.next.Add(h.bucket)
}

// drop takes back the newest bucket.
func (h *trafficHistory) drop() {
	for place := range h.sums {
		h.sums[place] = h.sums[place][:h.buckets]
	}
	h.buckets--
	h.next = h.next.Add(-h.bucket)
}

// at is when a bucket begins.
func (h *trafficHistory) at(bucket int) time.Time {
	return h.begun.Add(time.Duration(bucket) * h.bucket)
}

// read asks how many requests each variant had at the times of a query. Variants that are new get the next places.
func (h *trafficHistory) read(ctx context.Context, client Client, query promapi.RangeQuery) ([][]float64, error) {
	result, err := client.QueryRange(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the traffic of the variants: %w", err)
	}
	if result.Partial {
		return nil, promapi.NotWhole("traffic", result.Warnings)
	}
	for _, series := range result.Series {
		// What carries no variant is a part of the whole too, and so of what the shares are of.
		variant := series.Labels.Get(h.scope.VariantLabel())
		if !slices.Contains(h.variants, variant) {
			h.variants = append(h.variants, variant)
		}
	}
	requests := make([][]float64, int(query.End.Sub(query.Start)/query.Step)+1)
	for i := range requests {
		requests[i] = make([]float64, len(h.variants))
	}
	for _, series := range result.Series {
		place := slices.Index(h.variants, series.Labels.Get(h.scope.VariantLabel()))
		if place < 0 {
			continue
		}
		for _, point := range series.Floats {
			i := (point.T - query.Start.UnixMilli()) / query.Step.Milliseconds()
			if i >= 0 && i < int64(len(requests)) && finite(point.V) && point.V > 0 {
				requests[i][place] += point.V
			}
		}
	}
	return requests, nil
}

// refine finds the minute of a shift that happened around the beginning of a bucket: the one that divides the minutes
// around it best into two shares.
func (h *trafficHistory) refine(ctx context.Context, client Client, at int, scrape time.Duration) (time.Time, error) {
	window := max(counts.Step, (4 * scrape).Round(time.Second))
	expr, err := h.expr(window)
	if err != nil {
		return time.Time{}, err
	}
	start := h.at(at).Add(-around)
	minutes, err := h.read(ctx, client, promapi.RangeQuery{Expr: expr, Start: start, End: h.at(at).Add(around), Step: counts.Step})
	if err != nil {
		return time.Time{}, err
	}
	return start.Add(time.Duration(divide(minutes)) * counts.Step), nil
}

// close ends the present epoch: the new one begins with a bucket, and at a time within it.
func (h *trafficHistory) close(at int, begin time.Time) {
	epoch := h.epoch(h.from, at)
	epoch.To = begin
	h.epochs = append(h.epochs, epoch)
	h.closed = append(h.closed, closed{h.from, h.buckets})
	h.from = at
}

// epoch is what a run of buckets says; it begins with the first of them that had traffic, or where the one before ended.
func (h *trafficHistory) epoch(from, to int) Epoch {
	var epoch Epoch
	if n := len(h.epochs); n > 0 {
		epoch.From = h.epochs[n-1].To
	}
	requests := map[string]float64{}
	for place, variant := range h.variants {
		if n := h.between(place, from, to).own; n > 0 {
			requests[variant] = n
		}
	}
	for i := from; i < to && epoch.From.IsZero(); i++ {
		if h.between(0, i, i+1).all > 0 {
			epoch.From = h.at(i)
		}
	}
	epoch.Shares, _ = proportions(requests)
	delete(epoch.Shares, "")
	return epoch
}

// all are the epochs so far, the present one among them.
func (h *trafficHistory) all() []Epoch {
	last := h.epoch(h.from, h.buckets)
	if last.Shares == nil {
		return slices.Clone(h.epochs)
	}
	return append(slices.Clone(h.epochs), last)
}

// seen are the first and the last bucket in which a variant had requests.
func (h *trafficHistory) seen(place int) (first, last int, ok bool) {
	first = -1
	for i := range h.buckets {
		if h.between(place, i, i+1).own > 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last, first >= 0
}

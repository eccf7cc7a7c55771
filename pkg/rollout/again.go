package rollout

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// Samples come late, and an allocation that was found before they came has to be the one that is found after: the last hour is
// read again at each look, and the last day once an hour.
const (
	newest = time.Hour
	oldest = 24 * time.Hour
)

// again says how far back is read again.
type again struct{ day time.Time }

// since is the time from which on all is read again up to a time.
func (a *again) since(to time.Time) time.Time {
	if a.day.IsZero() {
		a.day = to
	}
	if to.Sub(a.day) < newest {
		return to.Add(-newest)
	}
	a.day = to
	return to.Add(-oldest)
}

// renew reads the newest buckets again, and forgets those from the first one on that is not what it was. Where it is the first
// that was read again, those before it may be others too: then all are forgotten.
func (h *trafficHistory) renew(ctx context.Context, client Client, expr string, to time.Time) error {
	if to.Before(h.next.Add(-h.bucket)) {
		// Who looks at an older time is not the one to find out.
		return nil
	}
	since := h.again.since(to)
	from := max(0, int(since.Sub(h.begun)/h.bucket))
	if from >= h.buckets {
		return nil
	}
	ends := func(bucket int) time.Time { return h.at(bucket + 1) }
	read, err := h.read(ctx, client, promapi.RangeQuery{Expr: expr, Start: ends(from), End: ends(h.buckets - 1), Step: h.bucket})
	if err != nil {
		return err
	}
	for i, requests := range read {
		if h.same(from+i, requests) {
			continue
		}
		if i == 0 {
			from = 0
		}
		h.rewind(from + i)
		break
	}
	return nil
}

// same tells whether a bucket has what it had when it was read.
func (h *trafficHistory) same(bucket int, requests []float64) bool {
	for place, n := range requests {
		switch {
		case place >= len(h.sums):
			if n > 0 {
				return false
			}
		case h.sums[place][bucket]+n != h.sums[place][bucket+1]:
			return false
		}
	}
	return true
}

// rewind forgets all but the first buckets, and opens the epochs again whose end was found later.
func (h *trafficHistory) rewind(buckets int) {
	for place := range h.sums {
		h.sums[place] = h.sums[place][:buckets+1]
	}
	h.buckets, h.next = buckets, h.at(buckets+1)
	for n := len(h.closed); n > 0 && h.closed[n-1].read > buckets; n-- {
		h.from = h.closed[n-1].from
		h.closed, h.epochs = h.closed[:n-1], h.epochs[:n-1]
	}
}

// renew reads the newest minutes again. Where they say another thing than they did, so may those before them: then all are
// forgotten.
func (h *allocationHistory) renew(ctx context.Context, client Client, variantLabel string, to time.Time) error {
	last := h.next.Add(-counts.Step)
	if to.Before(last) {
		return nil
	}
	since := counts.FirstTick(h.again.since(to))
	if !since.Before(h.next) {
		return nil
	}
	if since.Before(h.begun) {
		since = h.begun
	}
	before := slices.Clone(h.epochs)
	h.rewind(since)
	if err := h.readOn(ctx, client, variantLabel, last); err != nil {
		return err
	}
	if !reflect.DeepEqual(before, h.epochs) {
		h.rewind(h.begun)
	}
	return nil
}

// rewind forgets what the minutes from one on said.
func (h *allocationHistory) rewind(since time.Time) {
	for n := len(h.epochs); n > 0 && !h.epochs[n-1].From.Before(since); n-- {
		h.epochs = h.epochs[:n-1]
	}
	if n := len(h.epochs); n > 0 {
		h.epochs[n-1].To = time.Time{}
	}
	switch last := since.Add(-counts.Step); {
	case len(h.epochs) == 0:
		h.seen = time.Time{}
	case h.seen.After(last):
		h.seen = last
	}
	h.next = since
}

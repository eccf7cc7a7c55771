package rollout

import (
	"context"
	"fmt"
	"maps"
	"math"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// Epoch is a time over which the allocation of a flag did not change.
type Epoch struct {
	// From is when it began, To when the next one did; zero for the one that lasts.
	From, To time.Time
	// Shares are the parts of the variants, 0..1, as they were set or, where only traffic shows them, as they came out.
	Shares map[string]float64
}

const (
	// sameShare is the difference of shares that is none: what rounding leaves.
	sameShare = 0.001
	// silent is how long a gauge may say nothing before it is no longer believed.
	silent = time.Hour
	// settling is how long an allocation may take to reach all processes; what lasts less is on its way, not an epoch.
	settling = 3 * counts.Step
	// rangePoints is what is asked in one range query; engines take 11,000.
	rangePoints = 10_000
)

// allocationHistory is what an allocation gauge has said so far. It holds changes alone, so that two weeks take no room.
type allocationHistory struct {
	expr  string
	begun time.Time
	// next is the first minute that was not read.
	next time.Time
	// seen is the latest minute that had something.
	seen   time.Time
	epochs []Epoch
	again  again
}

func newAllocationHistory(metric model.AllocationMetric, flag string, from time.Time) (*allocationHistory, error) {
	expr, err := promql.Shares(metric.Metric, metric.FlagLabel, metric.VariantLabel, flag)
	return &allocationHistory{expr: expr, begun: counts.FirstTick(from), next: counts.FirstTick(from)}, err
}

// extend reads on up to a time, after what may have come late.
func (h *allocationHistory) extend(ctx context.Context, client Client, variantLabel string, to time.Time) error {
	if err := h.renew(ctx, client, variantLabel, to); err != nil {
		return err
	}
	return h.readOn(ctx, client, variantLabel, to)
}

// readOn reads what was not read yet, up to a time.
func (h *allocationHistory) readOn(ctx context.Context, client Client, variantLabel string, to time.Time) error {
	for !h.next.After(to) {
		end := h.next.Add(min(to.Sub(h.next), rangePoints*counts.Step).Truncate(counts.Step))
		result, err := client.QueryRange(ctx, promapi.RangeQuery{Expr: h.expr, Start: h.next, End: end, Step: counts.Step})
		if err != nil {
			return fmt.Errorf("read the allocation: %w", err)
		}
		if result.Partial {
			return promapi.NotWhole("allocation", result.Warnings)
		}
		values := make([]map[string]float64, int(end.Sub(h.next)/counts.Step)+1)
		for _, series := range result.Series {
			for _, point := range series.Floats {
				i := (point.T - h.next.UnixMilli()) / counts.Step.Milliseconds()
				if i < 0 || i >= int64(len(values)) || !finite(point.V) || point.V < 0 {
					continue
				}
				if values[i] == nil {
					values[i] = map[string]float64{}
				}
				values[i][series.Labels.Get(variantLabel)] = point.V
			}
		}
		for i, weights := range values {
			h.observe(h.next.Add(time.Duration(i)*counts.Step), weights)
		}
		h.next = end.Add(counts.Step)
	}
	return nil
}

// observe takes in the weights of a minute. A minute without any, in which nothing was scraped, says nothing.
func (h *allocationHistory) observe(at time.Time, weights map[string]float64) {
	shares, ok := proportions(weights)
	if !ok {
		return
	}
	h.seen = at
	if n := len(h.epochs); n > 0 {
		if differ(h.epochs[n-1].Shares, shares) <= sameShare {
			return
		}
		h.epochs[n-1].To = at
	}
	h.epochs = append(h.epochs, Epoch{From: at, Shares: shares})
}

// proportions turn weights into shares of 1.
func proportions(weights map[string]float64) (map[string]float64, bool) {
	total := 0.0
	for _, weight := range weights {
		total += weight
	}
	if !(total > 0) {
		return nil, false
	}
	shares := make(map[string]float64, len(weights))
	for variant, weight := range weights {
		shares[variant] = weight / total
	}
	return shares, true
}

// differ is the largest difference of a variant's share.
func differ(a, b map[string]float64) float64 {
	most := 0.0
	for variant, share := range a {
		most = max(most, math.Abs(share-b[variant]))
	}
	for variant, share := range b {
		if _, known := a[variant]; !known {
			most = max(most, math.Abs(share))
		}
	}
	return most
}

// settled leaves out what an allocation passed through on its way: an epoch begins when it has arrived. What began last may
// still be on its way; it is kept, since nothing shows that. same says which shares are no change.
func settled(epochs []Epoch, shortest time.Duration, same func(a, b map[string]float64) bool) []Epoch {
	var kept []Epoch
	for i, epoch := range epochs {
		// The first one is as long as was looked back.
		passed := i > 0 && !epoch.To.IsZero() && epoch.To.Sub(epoch.From) < shortest
		if passed {
			continue
		}
		epoch.Shares = maps.Clone(epoch.Shares)
		if n := len(kept); n > 0 {
			if same(kept[n-1].Shares, epoch.Shares) {
				// There and back again.
				kept[n-1].To = epoch.To
				continue
			}
			kept[n-1].To = epoch.From
		}
		kept = append(kept, epoch)
	}
	return kept
}

// sameAllocation tells whether two allocations are one.
func sameAllocation(a, b map[string]float64) bool { return differ(a, b) <= sameShare }

// sameTraffic tells whether the shares of traffic are those of one allocation.
func sameTraffic(a, b map[string]float64) bool {
	for variant := range union(a, b) {
		if bigEnough(a[variant], b[variant], 1) {
			return false
		}
	}
	return true
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

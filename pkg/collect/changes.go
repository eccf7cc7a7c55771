package collect

import (
	"maps"
	"math"
	"slices"
	"time"
)

// ChangeKind says what kind of thing changed.
type ChangeKind string

// Kinds of changes.
const (
	// ChangeAllocation: the shares of the variants moved.
	ChangeAllocation ChangeKind = "allocation"
	// ChangeFlag: a variant or the flag itself came or went.
	ChangeFlag ChangeKind = "flag"
)

// Change is one thing that happened to a flag.
type Change struct {
	Flag, Variant string
	Kind          ChangeKind
	At            time.Time
	// End is when it was over; zero for what happened at once.
	End time.Time
	// From and To are the shares of the variant before and after.
	From, To float64
	// Source is what told.
	Source Source
}

// changesOf lists how the shares of the variants moved.
func changesOf(flag string, epochs []Epoch, source Source) []Change {
	var changes []Change
	for i := 1; i < len(epochs); i++ {
		was, is := epochs[i-1].Shares, epochs[i].Shares
		for _, variant := range slices.Sorted(maps.Keys(union(was, is))) {
			if math.Abs(is[variant]-was[variant]) > sameShare {
				changes = append(changes, Change{
					Flag: flag, Variant: variant, Kind: ChangeAllocation, At: epochs[i].From, From: was[variant], To: is[variant], Source: source,
				})
			}
		}
	}
	return changes
}

func union(a, b map[string]float64) map[string]float64 {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]float64{}
	}
	maps.Copy(all, b)
	return all
}

// gone is how many buckets without requests say that a variant went.
const gone = 12

// appearances are when variants came and went, as far as traffic tells: not at the beginning of what was read.
func (h *trafficHistory) appearances(flag string) []Change {
	var changes []Change
	for place, variant := range h.variants {
		first, last, ok := h.seen(place)
		if !ok {
			continue
		}
		if first > 0 {
			changes = append(changes, Change{
				Flag: flag, Variant: variant, Kind: ChangeFlag, At: h.at(first), To: 1, Source: SourceTraffic,
			})
		}
		if last < h.buckets-gone {
			changes = append(changes, Change{
				Flag: flag, Variant: variant, Kind: ChangeFlag, At: h.at(last + 1), From: 1, Source: SourceTraffic,
			})
		}
	}
	return changes
}

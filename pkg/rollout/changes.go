package rollout

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
	// ChangeFlag: a variant, or the flag itself, came or went.
	ChangeFlag ChangeKind = "flag"
)

// Change is one thing that happened to a flag.
type Change struct {
	Flag string
	// Variant is empty where it happened to the flag itself.
	Variant string
	Kind    ChangeKind
	At      time.Time
	// From and To are the shares of the variant before and after, 0..1, of an allocation that moved.
	From, To float64
	// Gone is set where a variant or the flag went.
	Gone bool
	// Source is where it is known from.
	Source Source
}

// gone is how many buckets without requests say that a variant went.
const gone = 12

// changesOf lists what happened, in the order of time: how the shares of the variants moved, and, as far as traffic shows,
// when variants came and went without that.
func (h *history) changesOf(flag string, epochs []Epoch, source Source, from time.Time) []Change {
	changes := moves(flag, epochs, source)
	if len(epochs) > 0 && epochs[0].From.Sub(from) >= 2*h.traffic.bucket {
		changes = append(changes, Change{Flag: flag, Kind: ChangeFlag, At: epochs[0].From, Source: source})
	}
	if source == SourceTraffic {
		for _, change := range h.traffic.appearances(flag) {
			// Where the share moved with it, that is said already.
			if !slices.ContainsFunc(changes, change.isPartOf) {
				changes = append(changes, change)
			}
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return a.At.Compare(b.At) })
	return changes
}

// isPartOf tells whether a variant came or went when its share moved from or to nothing, or together with the flag.
func (c Change) isPartOf(other Change) bool {
	near := c.At.Sub(other.At).Abs() <= passingEpoch
	switch {
	case !near:
		return false
	case other.Variant == "":
		return !c.Gone
	}
	return other.Variant == c.Variant && (c.Gone && other.To <= sameShare || !c.Gone && other.From <= sameShare)
}

// moves lists how the shares of the variants moved from epoch to epoch.
func moves(flag string, epochs []Epoch, source Source) []Change {
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
	all := make(map[string]float64, len(a)+len(b))
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}

// appearances are when variants came and went, as far as traffic shows: not at the beginning of what was read, and not all
// of them at once, which is an outage.
func (h *trafficHistory) appearances(flag string) []Change {
	var changes []Change
	latest := -1
	for place := range h.variants {
		if _, last, ok := h.seen(place); ok {
			latest = max(latest, last)
		}
	}
	for place, variant := range h.variants {
		first, last, ok := h.seen(place)
		if !ok || variant == "" {
			continue
		}
		if first > 0 {
			changes = append(changes, Change{Flag: flag, Variant: variant, Kind: ChangeFlag, At: h.at(first), Source: SourceTraffic})
		}
		if last < h.buckets-gone && last < latest {
			changes = append(changes, Change{
				Flag: flag, Variant: variant, Kind: ChangeFlag, At: h.at(last + 1), Gone: true, Source: SourceTraffic,
			})
		}
	}
	return changes
}

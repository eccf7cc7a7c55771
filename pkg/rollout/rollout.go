// Package rollout finds out when the allocation of a flag last changed: from a gauge that says so, else from the traffic of
// its variants. What was read is kept, and read on from; what was found stays found, whenever it is looked for.
package rollout

import (
	"maps"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
)

// Source says where it is known from when a rollout began, or what its shares should be.
type Source string

// Sources, the one that is believed first at first.
const (
	// SourceSettings: the datasource's settings name the shares.
	SourceSettings Source = "settings"
	// SourceAllocation: a gauge of the allocation changed.
	SourceAllocation Source = "allocation"
	// SourceTraffic: the shares of the traffic shifted, and stayed.
	SourceTraffic Source = "traffic"
	// SourceAppearance: the allocation did not change since the flag was first seen.
	SourceAppearance Source = "appearance"
	// SourceLookback: the allocation did not change for as long as was looked back.
	SourceLookback Source = "lookback"
	// SourceNone: nothing was seen of the flag.
	SourceNone Source = "none"
)

// Rollout is what is known of a flag's allocation.
type Rollout struct {
	// Start is when the allocation last changed, on a whole minute. Where it did not change, it is when the flag was first
	// seen, or the first midnight (UTC) of the time that was looked back.
	Start  time.Time
	Source Source
	// Expected are the shares (0..1) that the variants should have of the requests; nil where they are not known.
	Expected       map[string]float64
	ExpectedSource Source
	// Epochs are the times between changes, the oldest first; the last one is the present.
	Epochs []Epoch
	// Observational is set where a good part of the evaluations were targeted, so that who saw which variant was not
	// drawn by lot. Reasons are the shares of the reasons; nil where no metric has them.
	Observational bool
	Reasons       map[string]float64
	// Changes are what happened, in the order of time.
	Changes []Change
	// Exprs is the PromQL that this rests on: the first one is asked at each Step, others once.
	Exprs []string
	Step  time.Duration
	// Notices say what could not be read.
	Notices []string
}

// conclude says from the epochs when the rollout began. What was there in the first buckets of traffic was there before.
func (r *Rollout) conclude(from time.Time, bucket time.Duration) {
	n := len(r.Epochs)
	switch {
	case n == 0:
		r.Start, r.Source = from, SourceNone
		return
	case n == 1 && r.Epochs[0].From.Sub(from) < 2*bucket:
		r.Source = SourceLookback
	case n == 1:
		r.Source = SourceAppearance
	}
	r.Start = counts.FirstTick(r.Epochs[n-1].From)
	if r.Source == SourceLookback {
		r.Start = from
	}
}

// expect says what the shares should be: as the settings have it, else as the gauge has it.
func (r *Rollout) expect(configured map[string]float64, reported Source) {
	switch {
	case len(configured) > 0:
		r.Expected, _ = proportions(configured)
		r.ExpectedSource = SourceSettings
	case reported == SourceAllocation && len(r.Epochs) > 0:
		r.Expected = maps.Clone(r.Epochs[len(r.Epochs)-1].Shares)
		r.ExpectedSource = SourceAllocation
	}
}

// within leaves out epochs that ended before a time or begin after another.
func within(epochs []Epoch, from, to time.Time) []Epoch {
	var kept []Epoch
	for _, epoch := range epochs {
		if (!epoch.To.IsZero() && !epoch.To.After(from)) || epoch.From.After(to) {
			continue
		}
		if epoch.To.After(to) {
			epoch.To = time.Time{}
		}
		kept = append(kept, epoch)
	}
	return kept
}

// Package setup tries settings that are not saved: what they yield now, and what stands in the way of a verdict. It reads by
// the same engine that answers queries, and decides nothing that the engine decides.
package setup

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// Engine is what answers queries under the settings that are tried; compare.Engine is one.
type Engine interface {
	Run(ctx context.Context, r compare.Request) (data.Frames, error)
	Flags(ctx context.Context) (model.FlagsResource, error)
	Why(ctx context.Context, r compare.Request, signal string) (model.Cause, string, error)
	ScrapeInterval(ctx context.Context, from, to time.Time) (interval time.Duration, learnt bool)
}

// Trial is settings that are tried on a server.
type Trial struct {
	Engine   Engine
	Settings model.Settings
	Words    vocabulary.Vocabulary
	Now      func() time.Time
}

const (
	// mostFlags and mostVariants bound what is listed, mostSignals the signals that are read, mostRows the values.
	mostFlags    = 20
	mostVariants = 12
	mostSignals  = 24
	mostRows     = 200
	// lookBack is what is read where no range is given.
	lookBack = time.Hour
)

// signals are those that a trial reads: what is judged, what the settings name themselves, and the traffic. What a preset has
// beside that (layers, events) is left out: most services have none of it.
func (t Trial) signals() []model.Signal {
	judged := t.Settings.Judged(t.Words)
	wanted := map[string]bool{"throughput": true}
	for _, signal := range append(judged, t.Settings.Signals...) {
		wanted[signal.ID] = true
	}
	var signals []model.Signal
	for _, signal := range t.Settings.Catalogue() {
		if wanted[signal.ID] {
			signals = append(signals, signal)
		}
	}
	return signals
}

// isJudged tells which signals verdicts are made of.
func (t Trial) isJudged() map[string]bool {
	judged := map[string]bool{}
	for _, signal := range t.Settings.Judged(t.Words) {
		judged[signal.ID] = true
	}
	return judged
}

// telling is the flag that shows most: the one that is named, else the first with a baseline and a feature, else with two
// variants, else the first.
func telling(flags []model.FlagInfo, named string) model.FlagInfo {
	best, rank := model.FlagInfo{Flag: named}, -1
	for _, flag := range flags {
		r := 0
		switch {
		case flag.Flag == named:
			return flag
		case named != "":
			continue
		case len(flag.Variants) > 1 && flag.Baseline != "":
			r = 2
		case len(flag.Variants) > 1:
			r = 1
		}
		if r > rank {
			best, rank = flag, r
		}
	}
	return best
}

// cutFlags bounds what is listed of flags.
func cutFlags(flags []model.FlagInfo) []model.FlagInfo {
	kept := make([]model.FlagInfo, 0, min(len(flags), mostFlags))
	for _, flag := range flags[:min(len(flags), mostFlags)] {
		flag.Variants = flag.Variants[:min(len(flag.Variants), mostVariants)]
		kept = append(kept, flag)
	}
	return kept
}

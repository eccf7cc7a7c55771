package judging

import (
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// terms are what comparisons are judged by.
type terms struct {
	settings model.Settings
	words    vocabulary.Vocabulary
}

// judged are the signals of the catalogue that are judged.
func (t terms) judged() []model.Signal { return t.settings.Judged(t.words) }

// options are those of a signal before its part of alpha is known, and before a feature is chosen.
func (t terms) options(query model.Query, signal model.Signal, baseline string, daily bool) verdict.Options {
	return verdict.Options{
		Flag: query.Flag, Baseline: baseline, Signal: signal, Judged: t.words.Kinds.Of(signal).Judged, Margin: query.MarginOf(signal),
		Alpha: query.AlphaOf(t.settings), Weight: 1, Profile: query.ProfileOf(t.settings), Daily: daily,
	}
}

// weighted are the options of a comparison that has a part of alpha.
func weighted(o verdict.Options, weight float64) verdict.Options {
	o.Weight = weight
	o.Alpha *= weight
	return o
}

// weight is a comparison's part of alpha, so that all signals and features of a flag together err at most as often as
// alpha says. It depends on the settings and the flag's features alone, never on what one query asks for: whoever looks
// at one signal sees the verdict that is seen beside the others.
func (t terms) weight(signal model.Signal, baseline string, known, found []string) float64 {
	signals := 0
	listed := false
	for _, other := range t.judged() {
		signals++
		listed = listed || other.ID == signal.ID
	}
	if !listed {
		signals++
	}
	features := 0
	for _, variant := range known {
		if variant != baseline {
			features++
		}
	}
	if features == 0 {
		features = len(found)
	}
	return 1 / float64(signals*max(features, 1))
}

package setup

import (
	"context"
	"time"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/survey"
)

// Nothing says why settings find no flag in a range: the metric is missing, its label is, or a selector finds nothing, each in a
// sentence of its own; where none of these is the matter, what the way to split looked for.
func (t Trial) Nothing(ctx context.Context, from, to time.Time) string {
	split := *t.Settings.Split
	looked := t.Words.Modes.Of(split).Nothing(split, t.Settings.Preset)
	traffic, err := survey.NewCatalogue(t.Settings, t.Words).Traffic()
	if err != nil {
		return looked
	}
	var query model.Query
	if len(split.Flags) > 0 {
		query.Flag = split.Flags[0].Flag
	}
	cause, said, err := t.Engine.Why(ctx, compare.Request{Query: query, From: from, To: to}, traffic.ID)
	switch {
	case err != nil || said == "":
		return looked
	case cause == model.CauseMetricMissing, cause == model.CauseSelectorEmpty:
		return said
	case cause == model.CauseLabelMissing && split.Mode == model.SplitLabels:
		return said
	}
	return looked
}

package setup

import (
	"context"
	"slices"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
)

// faults are causes for which settings or metrics have to be changed; the others pass by themselves, or are no fault.
var faults = []model.Cause{
	model.CauseMetricMissing, model.CauseLabelMissing, model.CauseSelectorEmpty, model.CauseBoundsDiffer, model.CauseNoBuckets,
	model.CauseNotJoined, model.CauseUnreadable, model.CauseUnfit, model.CauseVariantEmpty,
}

// FirstFailing asks for every signal of the catalogue, and names the first that cannot be read, in a range, with the reason; empty
// where all can. What a preset has and a service does not record is no fault, unless it is judged.
func (t Trial) FirstFailing(ctx context.Context, from, to time.Time) (name, why string, err error) {
	own := t.signals()
	all := t.Settings.Catalogue()
	wanted := func(signal model.Signal) bool {
		return slices.ContainsFunc(own, func(s model.Signal) bool { return s.ID == signal.ID })
	}
	for len(all) > 0 {
		some := all[:min(len(all), mostSignals)]
		all = all[len(some):]
		read, err := t.preview(ctx, model.PreviewRequest{From: from.UnixMilli(), To: to.UnixMilli()}, some, wanted)
		if err != nil {
			return "", "", err
		}
		for _, row := range read.Rows {
			if slices.Contains(faults, row.Cause) {
				return row.Name, row.Message, nil
			}
		}
	}
	return "", "", nil
}

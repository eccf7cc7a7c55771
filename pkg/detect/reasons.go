package detect

import (
	"context"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
)

// reasonLabels are the labels in which the hooks of OpenFeature and servers of flags say why a variant was given, as plain writes
// them.
var reasonLabels = []string{"feature_flag_result_reason", "feature_flag_reason", "feature_flag_evaluation_reason", "reason"}

// reasons finds the counter of evaluations that says why each variant was given, where two labels hold flag and variant.
func (d *Detector) reasons(ctx context.Context, w way) (*model.ReasonMetric, error) {
	if w.split.Mode != model.SplitLabels {
		return nil, nil //nolint:nilnil // there is none
	}
	found, err := d.look(ctx, fitting(familiesOf(w.metrics), evaluations, func(f family) bool { return f.self }), w.narrow, false)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		for _, wanted := range reasonLabels {
			if label := labelNamed(c.series, wanted); label != "" {
				return &model.ReasonMetric{Metric: c.base, FlagLabel: w.split.FlagLabel, ReasonLabel: label}, nil
			}
		}
	}
	return nil, nil //nolint:nilnil // there is none
}

// labelNamed is the label of some series that plain writes so; empty where there is none.
func labelNamed(series []labels.Labels, wanted string) string {
	var all []string
	for _, one := range series {
		one.Range(func(l labels.Label) {
			if plain(l.Name) == wanted && l.Value != "" && !slices.Contains(all, l.Name) {
				all = append(all, l.Name)
			}
		})
	}
	if len(all) == 0 {
		return ""
	}
	return slices.Min(all)
}

package survey

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// Catalogue is the signals that the settings name, of which kind each is, and how it is split.
type Catalogue struct {
	settings model.Settings
	words    vocabulary.Vocabulary
}

// NewCatalogue is the catalogue of the settings in force; words are the kinds and ways to split that there are.
func NewCatalogue(settings model.Settings, words vocabulary.Vocabulary) Catalogue {
	return Catalogue{settings, words}
}

// KindOf is the kind of a signal.
func (c Catalogue) KindOf(signal model.Signal) kind.Kind { return c.words.Kinds.Of(signal) }

// Signal finds a signal by its id. The error is a *model.InvalidError.
func (c Catalogue) Signal(id string) (model.Signal, error) {
	if signal, ok := c.settings.Signal(id); ok {
		return signal, nil
	}
	var ids []string
	for _, signal := range c.settings.Catalogue() {
		ids = append(ids, signal.ID)
	}
	return model.Signal{}, &model.InvalidError{
		Field: "signals", Message: fmt.Sprintf("%q is not in the catalogue; choose among %s", id, names.Listed(ids)),
	}
}

// Signals finds signals by their ids. The error is a *model.InvalidError.
func (c Catalogue) Signals(ids []string) ([]model.Signal, error) {
	signals := make([]model.Signal, len(ids))
	for i, id := range ids {
		var err error
		if signals[i], err = c.Signal(id); err != nil {
			return nil, err
		}
	}
	return signals, nil
}

// Traffic is the signal whose events count as traffic, of those that are split the default way: the first rate, else the
// count of the first histogram. The error is a *model.InvalidError.
func (c Catalogue) Traffic() (model.Signal, error) {
	catalogue := c.settings.Catalogue()
	for _, counted := range c.words.Kinds.ByTraffic() {
		for _, signal := range catalogue {
			if signal.Kind == counted.Name && signal.Split == nil {
				return counted.Found.EventsOf(signal), nil
			}
		}
	}
	return model.Signal{}, &model.InvalidError{
		Field: "signals", Message: "the catalogue has no rate and no histogram by which traffic could be counted; choose a preset or add a signal of the kind rate in the datasource's settings",
	}
}

// ProcessLabels tell one process from another among the series of a signal.
func (c Catalogue) ProcessLabels(signal model.Signal) []string {
	return c.words.ProcessLabels(c.settings, c.words.SplitOf(c.settings, signal))
}

// SplitOf is how a signal is split.
func (c Catalogue) SplitOf(signal model.Signal) model.Split { return c.settings.SplitOf(signal) }

// Scope is what a query reads of a signal.
func (c Catalogue) Scope(query model.Query, signal model.Signal) promql.Scope {
	return promql.Scope{
		Split: c.words.SplitOf(c.settings, signal), Flag: query.Flag, Selector: signal.Selector,
		Filters: query.Filters, GroupBy: query.GroupBy,
	}
}

// Baselines says which variant of a flag the others are compared with.
type Baselines struct{ settings model.Settings }

// NewBaselines are those of the settings in force.
func NewBaselines(settings model.Settings) Baselines { return Baselines{settings} }

// Of is the query's baseline, else the one configured for the flag, else the first well-known name that exists.
func (b Baselines) Of(query model.Query, found []string) string {
	if query.Baseline != "" {
		return query.Baseline
	}
	if configured := b.settings.Baselines[query.Flag]; configured != "" {
		return configured
	}
	for _, name := range b.settings.BaselineNames {
		if slices.Contains(found, name) {
			return name
		}
	}
	return ""
}

// missing says that a baseline has no series, or that there is none.
func (b Baselines) missing(flag, baseline string, found []string) data.Notice {
	if baseline != "" {
		return notices.Warn("The baseline %q of flag %q has no series in this range. Seen: %s.", baseline, flag, names.Listed(found))
	}
	return notices.Warn("Flag %q has no baseline: none of its variants (%s) is named %s. Choose one in the query or in the "+
		"datasource's settings.", flag, names.Listed(found), strings.Join(b.settings.BaselineNames, ", "))
}

// baselineFirst puts the baseline before the others.
func baselineFirst(variants []string, baseline string) []string {
	ordered := slices.Clone(variants)
	if i := slices.Index(ordered, baseline); i > 0 {
		ordered = slices.Insert(slices.Delete(ordered, i, i+1), 0, baseline)
	}
	return ordered
}

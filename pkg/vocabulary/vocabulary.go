// Package vocabulary holds the words that the settings may use: the kinds of signals and the ways to split that there are.
package vocabulary

import (
	"slices"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/split"
)

// Vocabulary is the kinds of signals and the ways to split that there are. It never changes; whoever starts the plugin makes
// one and hands it down.
type Vocabulary struct {
	Kinds kind.Kinds
	Modes split.Modes
}

var _ model.Vocabulary = Vocabulary{}

// BuiltIn is what the plugin has.
func BuiltIn() Vocabulary { return Vocabulary{Kinds: kind.BuiltIn(), Modes: split.BuiltIn()} }

// OrBuiltIn is what there is, or what the plugin has where nothing was chosen.
func (v Vocabulary) OrBuiltIn() Vocabulary {
	if len(v.Kinds.Names()) == 0 {
		return BuiltIn()
	}
	return v
}

// DecodeSettings reads the settings of a datasource, as model.DecodeSettings does.
func (v Vocabulary) DecodeSettings(raw []byte) (model.Settings, error) {
	return model.DecodeSettings(raw, v)
}

// SplitOf is how a signal is split under settings.
func (v Vocabulary) SplitOf(settings model.Settings, signal model.Signal) promql.Split {
	way := v.Modes.Split(settings.SplitOf(signal))
	way.Scrape = settings.ScrapeInterval()
	return way
}

// defaultProcessLabels tell targets apart, and what stands behind one of them: a gateway, a federation, a collector's exporter,
// of which a server keeps the labels under other names. A label that a metric does not have does no harm.
func defaultProcessLabels() []string {
	return append([]string{"job", "instance", "pod"}, promql.RenamedLabels()...)
}

// ProcessLabels tell one process from another, in their order: the configured ones, and those that the way to split needs.
func (v Vocabulary) ProcessLabels(settings model.Settings, split promql.Split) []string {
	names := slices.Clone(settings.ProcessLabels)
	if len(names) == 0 {
		names = defaultProcessLabels()
	}
	names = append(names, v.Modes.Of(split.Split).ProcessLabels(split.Split)...)
	slices.Sort(names)
	return slices.Compact(names)
}

// SignalKinds implements model.Vocabulary.
func (v Vocabulary) SignalKinds() []model.SignalKind { return v.Kinds.Names() }

// CheckSignal implements model.Vocabulary.
func (v Vocabulary) CheckSignal(path string, s model.Signal) error {
	if check := v.Kinds.Of(s).Check; check != nil {
		return check(path, s)
	}
	return nil
}

// CompleteSplit implements model.Vocabulary.
func (v Vocabulary) CompleteSplit(s, base model.Split) model.Split { return v.Modes.Complete(s, base) }

// CheckSplit implements model.Vocabulary.
func (v Vocabulary) CheckSplit(path string, s model.Split) error { return v.Modes.Check(path, s) }

// SplitsProcesses implements model.Vocabulary.
func (v Vocabulary) SplitsProcesses(s model.Split) bool { return v.Modes.Of(s).SplitsProcesses() }

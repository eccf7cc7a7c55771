// Package split holds the ways to tell series apart by flag and variant: each is one file, which says how expressions
// are built, what the settings need, how flags and variants are found, and what it means that they are not.
package split

import (
	"context"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// Mode is a way to split. A new one is a file like labels.go, a line in BuiltIn, and its word in model.
type Mode interface {
	promql.Mode
	Settings
	Discovery
}

// Settings is what a way to split says of its settings.
type Settings interface {
	// Complete fills in from another split what one leaves out.
	Complete(split, base model.Split) model.Split
	// Check rejects settings that are wrong; the error is a *model.InvalidError.
	Check(path string, split model.Split) error
	// SplitsProcesses is whether it tells apart what a process measures of itself, which carries no labels of a flag.
	SplitsProcesses() bool
	// ProcessLabels are the labels that tell processes apart beside the configured ones.
	ProcessLabels(split model.Split) []string
}

// Lookup is what finding flags and variants asks of a server, about a span of time.
type Lookup interface {
	LabelNames(ctx context.Context, match []string) ([]string, error)
	LabelValues(ctx context.Context, label string, match []string) ([]string, error)
	Series(ctx context.Context, match []string) ([]labels.Labels, error)
}

// Discovery is how a way to split finds flags and variants. Texts are sentences; an empty one says nothing.
type Discovery interface {
	// OneByOne is set where no labels hold all flags, so that each is counted and listed by itself.
	OneByOne() bool
	// Flags lists the flags that metrics carry, or that are configured.
	Flags(ctx context.Context, server Lookup, split promql.Split, metrics []string) ([]string, error)
	// Configured are the variants of a scope's flag where the settings list them; false where they are looked for.
	Configured(scope promql.Scope) ([]string, bool)
	// Absent says that a flag is not among those that were found, or has no variants; empty where none were found.
	Absent(scope promql.Scope, signal model.Signal, flags []string) string
	// Uncarried says that what carries the flags is missing; empty where that is the signal's own metric.
	Uncarried(scope promql.Scope, signal model.Signal) string
	// Nameless are the matchers of a flag's traffic whose variant label is empty or missing; none where there is no such
	// traffic.
	Nameless(scope promql.Scope) []*labels.Matcher
	// MissingLabel is the label that a metric lacks.
	MissingLabel(scope promql.Scope) string
	// Carriers selects the series that can be split this way; none where all can, false where none can.
	Carriers(ctx context.Context, server Lookup, split promql.Split, metrics []string) ([]string, bool, error)
	// VariantOf finds out how to know the variant of a metric's series; that is empty where it cannot be known.
	VariantOf(ctx context.Context, server Lookup, scope promql.Scope) (func(labels.Labels) (string, error), error)
	// Nothing says which series were looked for in vain, and what may be the reason.
	Nothing(split model.Split, preset model.Preset) string
}

// Modes are the ways to split that there are, in the order in which they are named to people. They never change.
type Modes struct{ all []Mode }

// NewModes are these ways to split.
func NewModes(all ...Mode) Modes { return Modes{slices.Clone(all)} }

// BuiltIn are the ways to split that the plugin has.
func BuiltIn() Modes { return NewModes(labelsMode{}, flagLabelMode{}, infoMode{}, matchersMode{}) }

// Names are the words for them.
func (m Modes) Names() []model.SplitMode {
	names := make([]model.SplitMode, len(m.all))
	for i, mode := range m.all {
		names[i] = mode.Name()
	}
	return names
}

// Find finds one by its word.
func (m Modes) Find(name model.SplitMode) (Mode, bool) {
	i := slices.IndexFunc(m.all, func(mode Mode) bool { return mode.Name() == name })
	if i < 0 {
		return nil, false
	}
	return m.all[i], true
}

// Of is the way that a signal's settings name. One that nobody knows passed no validation; it can do nothing.
func (m Modes) Of(split model.Split) Mode {
	if mode, ok := m.Find(split.Mode); ok {
		return mode
	}
	return unknown{name: split.Mode}
}

// Split is a split of the settings as expressions take it.
func (m Modes) Split(split model.Split) promql.Split {
	return promql.Split{Split: split, Mode: m.Of(split)}
}

// Complete fills in what a split leaves out: the way, and from another split what that way needs.
func (m Modes) Complete(split, base model.Split) model.Split {
	if split.Mode == "" {
		split.Mode = model.SplitLabels
	}
	return m.Of(split).Complete(split, base)
}

// Check rejects what is no split; the error is a *model.InvalidError.
func (m Modes) Check(path string, split model.Split) error {
	mode, ok := m.Find(split.Mode)
	if !ok {
		return model.Invalid(path+".mode", "choose one of "+model.Choices(m.Names()), "%q is no way to split", split.Mode)
	}
	return mode.Check(path, split)
}

// scraped is the first thing to look at where there are no series.
const scraped = "Check that your services are scraped"

// Listed makes a selector of each metric, each once.
func Listed(metrics []string, selector func(metric string) (string, error)) ([]string, error) {
	var match []string
	for _, metric := range metrics {
		one, err := selector(metric)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(match, one) {
			match = append(match, one)
		}
	}
	return match, nil
}

// validPrefix tells whether names of labels can begin with a text.
func validPrefix(prefix string) bool {
	return model.IsName(prefix) && !strings.HasPrefix(prefix, "__")
}

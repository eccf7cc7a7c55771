package model

// Vocabulary is what settings may name: the kinds of signals and the ways to split that there are, with what each of them
// needs. Errors are *InvalidError, with path before the name of the field.
type Vocabulary interface {
	// SignalKinds lists the kinds in the order in which they are named to people.
	SignalKinds() []SignalKind
	// CheckSignal rejects a signal that lacks what its kind needs.
	CheckSignal(path string, s Signal) error
	// CompleteSplit fills in what a split leaves out, from another one where that says it.
	CompleteSplit(s, base Split) Split
	// CheckSplit rejects a split that is none, or lacks what its way needs.
	CheckSplit(path string, s Split) error
	// SplitsProcesses is whether a split tells apart what a process measures of itself.
	SplitsProcesses(s Split) bool
}

package model

import (
	"slices"
	"strings"
	"time"
)

// Catalogue lists the signals in force: the preset's in their order, those that the user replaced in their
// old place, then the user's own in theirs.
func (s Settings) Catalogue() []Signal {
	catalogue := catalogueOf(s.Preset)
	for _, signal := range s.Signals {
		at := slices.IndexFunc(catalogue, func(known Signal) bool { return known.ID == signal.ID })
		if at < 0 {
			catalogue = append(catalogue, signal)
			continue
		}
		catalogue[at] = signal
	}
	return catalogue
}

// Signal finds a signal of the catalogue.
func (s Settings) Signal(id string) (Signal, bool) {
	catalogue := s.Catalogue()
	at := slices.IndexFunc(catalogue, func(signal Signal) bool { return signal.ID == id })
	if at < 0 {
		return Signal{}, false
	}
	return catalogue[at], true
}

// SplitOf is the way to split a signal: its own, else the datasource's.
func (s Settings) SplitOf(signal Signal) Split {
	switch {
	case signal.Split != nil:
		return *signal.Split
	case s.Split != nil:
		return *s.Split
	default:
		return splitOf(s.Preset)
	}
}

// ScrapeIntervalIsSet tells whether somebody has said what the scrape interval is, so that it need not be learnt.
func (s Settings) ScrapeIntervalIsSet() bool { return s.TimeInterval != "" }

// ScrapeInterval is TimeInterval as a duration; what is assumed where it is neither set nor learnt.
func (s Settings) ScrapeInterval() time.Duration {
	return durationOf(s.TimeInterval, defaultTimeInterval)
}

// Timeout is QueryTimeout as a duration: the bound of one upstream request.
func (s Settings) Timeout() time.Duration { return durationOf(s.QueryTimeout, defaultQueryTimeout) }

// Judged lists the signals of the catalogue that a verdict can be made of: those with a better direction, as far as
// their split can tell variants apart. What a process measures of itself carries no variant unless a process has only one.
func (s Settings) Judged(words Vocabulary) []Signal {
	var judged []Signal
	for _, signal := range s.Catalogue() {
		ofProcess := strings.HasPrefix(signal.Metric, "process_") && !words.SplitsProcesses(s.SplitOf(signal))
		if signal.Direction != Neutral && signal.Direction != "" && !ofProcess {
			judged = append(judged, signal)
		}
	}
	return judged
}

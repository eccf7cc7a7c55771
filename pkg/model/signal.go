package model

import (
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	signalKinds = []SignalKind{KindHistogram, KindRatio, KindRate, KindGauge, KindMean}
	directions  = []Direction{LowerIsBetter, HigherIsBetter, Neutral}
	splitModes  = []SplitMode{SplitLabels, SplitFlagLabel, SplitInfo, SplitMatchers}
)

// resolve validates a signal of the settings and fills in its defaults. split is the datasource's own.
func (s Signal) resolve(path string, split Split, words Vocabulary) (Signal, error) {
	if s.ID == "" || strings.ContainsAny(s.ID, " \t\r\n,") || !utf8.ValidString(s.ID) || len(s.ID) > maxNameLength {
		return s, invalid(path+".id", "choose a short word without spaces and commas", "%q is no id", s.ID)
	}
	if s.Name == "" {
		s.Name = s.ID
	}
	if s.Direction == "" {
		s.Direction = Neutral
	}
	if kinds := words.SignalKinds(); !slices.Contains(kinds, s.Kind) {
		return s, invalid(path+".kind", "choose one of "+Choices(kinds), "%q is no kind of signal", s.Kind)
	}
	if !slices.Contains(directions, s.Direction) {
		return s, invalid(path+".direction", "choose one of "+list(directions), "%q is no direction", s.Direction)
	}
	if err := checkMetricName(path+".metric", s.Metric); err != nil {
		return s, err
	}
	if _, err := ParseSelector(s.Selector); err != nil {
		return s, invalid(path+".selector", `write it like route="/cart",method!="HEAD"`, "%v", err)
	}
	if _, err := ParseSelector(s.Bad); err != nil {
		return s, invalid(path+".bad", `write it like status=~"5.."`, "%v", err)
	}
	if err := words.CheckSignal(path, s); err != nil {
		return s, err
	}
	if s.Margin != nil {
		if err := s.Margin.check(path + ".margin"); err != nil {
			return s, err
		}
	}
	if s.Split != nil {
		own := words.CompleteSplit(*s.Split, split)
		s.Split = &own
		if err := words.CheckSplit(path+".split", own); err != nil {
			return s, err
		}
	}
	return s, nil
}

package model

import (
	"fmt"
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
func (s Signal) resolve(path string, split Split) (Signal, error) {
	if s.ID == "" || strings.ContainsAny(s.ID, " \t\r\n,") || !utf8.ValidString(s.ID) || len(s.ID) > maxNameLength {
		return s, invalid(path+".id", "choose a short word without spaces and commas", "%q is no id", s.ID)
	}
	if s.Name == "" {
		s.Name = s.ID
	}
	if s.Direction == "" {
		s.Direction = Neutral
	}
	if !slices.Contains(signalKinds, s.Kind) {
		return s, invalid(path+".kind", "choose one of "+list(signalKinds), "%q is no kind of signal", s.Kind)
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
	bad, err := ParseSelector(s.Bad)
	if err != nil {
		return s, invalid(path+".bad", `write it like status=~"5.."`, "%v", err)
	}
	if s.Kind == KindRatio && len(bad) == 0 {
		return s, invalid(path+".bad", `say which events count, like status=~"5.."`, "a ratio needs it")
	}
	if s.Kind == KindMean {
		if err := checkMetricName(path+".countMetric", s.CountMetric); err != nil {
			return s, err
		}
	}
	if s.Margin != nil {
		if err := s.Margin.check(path + ".margin"); err != nil {
			return s, err
		}
	}
	if s.Split != nil {
		own := s.Split.withDefaults(split)
		s.Split = &own
		if err := own.validate(path + ".split"); err != nil {
			return s, err
		}
	}
	return s, nil
}

// withDefaults fills in the labels that a split leaves out from another one.
func (s Split) withDefaults(base Split) Split {
	if s.Mode == "" {
		s.Mode = SplitLabels
	}
	if s.Mode == SplitLabels || s.Mode == SplitInfo {
		if s.FlagLabel == "" {
			s.FlagLabel = base.FlagLabel
		}
		if s.VariantLabel == "" {
			s.VariantLabel = base.VariantLabel
		}
	}
	return s
}

func (s Split) validate(path string) error {
	switch s.Mode {
	case SplitLabels, SplitInfo:
		if err := checkLabelName(path+".flagLabel", s.FlagLabel); err != nil {
			return err
		}
		if err := checkLabelName(path+".variantLabel", s.VariantLabel); err != nil {
			return err
		}
		if s.FlagLabel == s.VariantLabel {
			return invalid(path+".variantLabel", "name the label that holds the variant", "%q is the flag's label too", s.VariantLabel)
		}
		if s.Mode == SplitInfo {
			return s.validateInfo(path)
		}
	case SplitFlagLabel:
		if !utf8.ValidString(s.Prefix) || strings.HasPrefix(s.Prefix, "__") || len(s.Prefix) > maxNameLength {
			return invalid(path+".prefix", "give what the names of flag labels begin with", "%q begins no label", s.Prefix)
		}
	case SplitMatchers:
		return s.validateFlags(path + ".flags")
	default:
		return invalid(path+".mode", "choose one of "+list(splitModes), "%q is no way to split", s.Mode)
	}
	return nil
}

func (s Split) validateInfo(path string) error {
	if err := checkMetricName(path+".infoMetric", s.InfoMetric); err != nil {
		return err
	}
	if len(s.On) == 0 {
		return invalid(path+".on", "name the labels that metric and info metric share, like instance", "nothing to join on")
	}
	for i, name := range s.On {
		if err := checkLabelName(fmt.Sprintf("%s.on[%d]", path, i), name); err != nil {
			return err
		}
	}
	return nil
}

func (s Split) validateFlags(path string) error {
	if len(s.Flags) == 0 {
		return invalid(path, "list each flag with the selector of each of its variants", "no flag is listed")
	}
	flags := map[string]bool{}
	for i, flag := range s.Flags {
		at := fmt.Sprintf("%s[%d]", path, i)
		if flag.Flag == "" || flags[flag.Flag] {
			return invalid(at+".flag", "give every flag a key of its own", "%q is empty or there twice", flag.Flag)
		}
		flags[flag.Flag] = true
		if len(flag.Variants) == 0 {
			return invalid(at+".variants", "list the selector of each variant", "flag %q has no variant", flag.Flag)
		}
		variants := map[string]bool{}
		for j, variant := range flag.Variants {
			at := fmt.Sprintf("%s.variants[%d]", at, j)
			if variant.Variant == "" || variants[variant.Variant] || !utf8.ValidString(variant.Variant) {
				return invalid(at+".variant", "give every variant a name of its own", "%q is empty or there twice", variant.Variant)
			}
			variants[variant.Variant] = true
			matchers, err := ParseSelector(variant.Selector)
			if err != nil || len(matchers) == 0 {
				return invalid(at+".selector", `write it like version="2",region=~"eu.*"`, "%s", selectorProblem(variant.Selector, err))
			}
		}
	}
	return nil
}

func selectorProblem(selector string, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q selects nothing", selector)
}

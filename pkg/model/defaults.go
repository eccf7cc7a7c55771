package model

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// Defaults and hard bounds of the settings.
const (
	defaultTimeInterval = "15s"
	defaultQueryTimeout = "30s"
	defaultMaxVariants  = 50
	defaultMaxSeries    = 20_000
	defaultMaxBytes     = 64 << 20

	maxMaxVariants = 1_000
	maxMaxSeries   = 1_000_000
	maxMaxBytes    = 1 << 30
	maxSignals     = 200
	maxNameLength  = 1_024
)

// resolve validates the settings and fills in the preset and the defaults.
func (s Settings) resolve(words Vocabulary) (Settings, error) {
	if s.Preset == "" {
		s.Preset = PresetFlaglens
	}
	if !slices.Contains(presetIDs, s.Preset) {
		return Settings{}, invalid("preset", "choose one of "+list(presetIDs), "%q is no preset", s.Preset)
	}
	switch s.HTTPMethod {
	case "":
		s.HTTPMethod = http.MethodPost
	case http.MethodGet, http.MethodPost:
	default:
		return Settings{}, invalid("httpMethod", "choose POST or GET", "%q is not offered", s.HTTPMethod)
	}
	var err error
	if s.ScrapeIntervalIsSet() {
		if s.TimeInterval, err = duration("timeInterval", s.TimeInterval, defaultTimeInterval); err != nil {
			return Settings{}, err
		}
	}
	if s.QueryTimeout, err = duration("queryTimeout", s.QueryTimeout, defaultQueryTimeout); err != nil {
		return Settings{}, err
	}
	split := splitOf(s.Preset)
	if s.Split != nil {
		split = words.CompleteSplit(*s.Split, split)
		if err := words.CheckSplit("split", split); err != nil {
			return Settings{}, err
		}
	}
	s.Split = &split
	if s.Limits, err = s.Limits.resolve(); err != nil {
		return Settings{}, err
	}
	if err := s.checkBaselines(); err != nil {
		return Settings{}, err
	}
	if len(s.BaselineNames) == 0 {
		s.BaselineNames = slices.Clone(WellKnownBaselines)
	}
	if s.Signals, err = resolveSignals(s.Signals, split, words); err != nil {
		return Settings{}, err
	}
	if err := s.Traces.check(); err != nil {
		return Settings{}, err
	}
	return s.resolveVerdict(split)
}

func (s Settings) checkBaselines() error {
	for flag, baseline := range s.Baselines {
		if flag == "" || baseline == "" {
			return invalid("baselines", "name a flag and its baseline variant, or take the entry out",
				"%q has the baseline %q", flag, baseline)
		}
	}
	for i, name := range s.BaselineNames {
		if name == "" {
			return invalid(fmt.Sprintf("baselineNames[%d]", i), "name a variant, or take the entry out", "the name is empty")
		}
	}
	return nil
}

func resolveSignals(signals []Signal, split Split, words Vocabulary) ([]Signal, error) {
	if len(signals) > maxSignals {
		return nil, invalid("signals", "take some out", "%d are too many, at most %d are read", len(signals), maxSignals)
	}
	seen := map[string]bool{}
	resolved := make([]Signal, 0, len(signals))
	for i, signal := range signals {
		path := fmt.Sprintf("signals[%d]", i)
		if seen[signal.ID] {
			return nil, invalid(path+".id", "give every signal an id of its own", "%q is there twice", signal.ID)
		}
		seen[signal.ID] = true
		signal, err := signal.resolve(path, split, words)
		if err != nil {
			return nil, err
		}
		resolved = append(resolved, signal)
	}
	return resolved, nil
}

func (l *Limits) resolve() (*Limits, error) {
	resolved := Limits{MaxVariants: defaultMaxVariants, MaxSeries: defaultMaxSeries, MaxBytes: defaultMaxBytes}
	if l == nil {
		return &resolved, nil
	}
	bounds := []struct {
		field      string
		value, max int64
		set        func(int64)
	}{
		{"limits.maxVariants", int64(l.MaxVariants), maxMaxVariants, func(v int64) { resolved.MaxVariants = int(v) }},
		{"limits.maxSeries", int64(l.MaxSeries), maxMaxSeries, func(v int64) { resolved.MaxSeries = int(v) }},
		{"limits.maxBytes", l.MaxBytes, maxMaxBytes, func(v int64) { resolved.MaxBytes = v }},
	}
	for _, bound := range bounds {
		switch {
		case bound.value < 0 || bound.value > bound.max:
			return nil, invalid(bound.field, fmt.Sprintf("choose one up to %d, or leave it out", bound.max),
				"%d is out of bounds", bound.value)
		case bound.value > 0:
			bound.set(bound.value)
		}
	}
	return &resolved, nil
}

// duration checks a Prometheus duration; empty means the fallback.
func duration(field, text, fallback string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return fallback, nil
	}
	parsed, err := model.ParseDuration(text)
	if err != nil {
		return "", invalid(field, "write it like 15s, 1m or 1h30m", "%q is no duration", text)
	}
	if d := time.Duration(parsed); d < time.Millisecond || d > 24*time.Hour {
		return "", invalid(field, "choose one from 1ms to 1d", "%s is out of bounds", text)
	}
	return text, nil
}

// durationOf reads a duration that was checked; anything else gives the fallback.
func durationOf(text, fallback string) time.Duration {
	parsed, err := model.ParseDuration(text)
	if err != nil || parsed <= 0 {
		parsed, _ = model.ParseDuration(fallback)
	}
	return time.Duration(parsed)
}

// Choices writes words as a, b, c.
func Choices[T ~string](words []T) string { return list(words) }

// list writes words as a, b, c.
func list[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}

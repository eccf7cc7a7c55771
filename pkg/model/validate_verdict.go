package model

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Defaults and bounds of verdicts.
const (
	defaultAlpha = 0.01
	// maxAlpha is where a verdict would be wrong too often to be called one.
	maxAlpha = 0.1

	// DefaultBacktestSplits and DefaultBacktestHours are those of a backtest that names none.
	DefaultBacktestSplits = 100
	DefaultBacktestHours  = 24

	maxBacktestSplits = 500
	maxBacktestHours  = 168
	maxProcessLabels  = 10
	maxRelativeMargin = 100
	defaultReason     = "reason"
)

// groupable tells whether a query's answer can be told apart by further labels.
func groupable(q *Query) bool {
	switch q.QueryType {
	case QuerySplit, QueryCompare, QueryDistribution:
		return q.Format != FormatCDF && q.Format != FormatShift
	}
	return false
}

// checkVerdictStats takes the one number of an alert, or the verdict of an inventory.
func checkVerdictStats(q *Query) error {
	allowed := verdictStats
	if q.QueryType == QueryFlags {
		allowed = flagStats
	}
	for i, stat := range q.Stats {
		if !slices.Contains(allowed, stat) {
			return invalid(fmt.Sprintf("stats[%d]", i), "choose among "+list(allowed), "%.80q is no stat of %s", stat, q.QueryType)
		}
	}
	if q.Format == FormatAlert && len(q.Stats) > 1 {
		return invalid("stats", "ask a query each for the others", "an alert takes one number, not %d", len(q.Stats))
	}
	return nil
}

func checkSince(q *Query) error {
	switch q.Since {
	case "":
		if q.QueryType == QueryVerdict || q.QueryType == QueryBacktest {
			q.Since = SinceRollout
		}
		return nil
	case SinceRollout, SinceRange:
		return nil
	}
	at, ok := q.Since.Time()
	if !ok {
		return invalid("since", "say rollout, range, or unix milliseconds", "%.80q is no beginning of a rollout", string(q.Since))
	}
	// Whoever gives seconds means another year than they get.
	if at.Year() < 2000 || at.Year() > 9999 {
		return invalid("since", "give unix milliseconds, not seconds", "%s is the year %d", string(q.Since), at.Year())
	}
	return nil
}

func checkMargins(q *Query) error {
	for _, id := range slices.Sorted(maps.Keys(q.Margins)) {
		if len(id) > maxNameLength {
			return invalid("margins", "name signals by their ids", "a name of %d bytes is no signal", len(id))
		}
		if err := q.Margins[id].check("margins." + id); err != nil {
			return err
		}
	}
	return nil
}

// check refuses what is no margin.
func (m Margin) check(path string) error {
	parts := []struct {
		field      string
		value, max float64
	}{{"relative", m.Relative, maxRelativeMargin}, {"absolute", m.Absolute, math.MaxFloat64}}
	for _, part := range parts {
		if !(part.value >= 0 && part.value <= part.max) {
			return invalid(path+"."+part.field, "give a number of 0 or more, 0.1 for 10%", "%v is no margin", part.value)
		}
	}
	return nil
}

func checkAlpha(q *Query) error { return alphaAndProfile(q.Alpha, q.Profile) }

// alphaAndProfile checks what query and settings both may give.
func alphaAndProfile(alpha float64, profile Profile) error {
	if !(alpha >= 0 && alpha <= maxAlpha) {
		return invalid("alpha", "give a number above 0 and at most 0.1, like 0.01 for 1%", "%v is out of bounds", alpha)
	}
	if profile != "" && !slices.Contains(profiles, profile) {
		return invalid("profile", "choose one of "+list(profiles), "%.80q is no profile", string(profile))
	}
	return nil
}

func checkBacktest(q *Query) error {
	if q.QueryType != QueryBacktest {
		return nil
	}
	options := BacktestOptions{}
	if q.Backtest != nil {
		options = *q.Backtest
	}
	if options.Splits < 0 || options.Splits > maxBacktestSplits {
		return invalid("backtest.splits", fmt.Sprintf("choose 1 to %d", maxBacktestSplits), "%d is out of bounds", options.Splits)
	}
	if !(options.Hours >= 0 && options.Hours <= maxBacktestHours) {
		return invalid("backtest.hours", fmt.Sprintf("choose up to %d", maxBacktestHours), "%v is out of bounds", options.Hours)
	}
	if options.Splits == 0 {
		options.Splits = DefaultBacktestSplits
	}
	if options.Hours == 0 {
		options.Hours = DefaultBacktestHours
	}
	q.Backtest = &options
	return nil
}

// Window is how long before the rollout a backtest looks.
func (o BacktestOptions) Window() time.Duration {
	return time.Duration(o.Hours * float64(time.Hour)).Round(time.Minute)
}

// resolveVerdict validates what verdicts rest on beside the signals, and fills in the defaults.
func (s Settings) resolveVerdict(split Split) (Settings, error) {
	if err := alphaAndProfile(s.Alpha, s.Profile); err != nil {
		return Settings{}, err
	}
	if s.Alpha == 0 {
		s.Alpha = defaultAlpha
	}
	if s.Profile == "" {
		s.Profile = ProfileStrict
	}
	if len(s.ProcessLabels) > maxProcessLabels {
		return Settings{}, invalid("processLabels", "one or two tell processes apart", "%d are too many", len(s.ProcessLabels))
	}
	for i, name := range s.ProcessLabels {
		if err := checkLabelName(fmt.Sprintf("processLabels[%d]", i), name); err != nil {
			return Settings{}, err
		}
	}
	if err := checkAllocations(s.Allocations); err != nil {
		return Settings{}, err
	}
	if err := checkMarkers(s.Markers); err != nil {
		return Settings{}, err
	}
	names := presets[s.Preset]
	var err error
	if s.AllocationMetric, err = s.AllocationMetric.resolve(names.allocation, split); err != nil {
		return Settings{}, err
	}
	s.ReasonMetric, err = s.ReasonMetric.resolve(names.reason, split)
	return s, err
}

func checkAllocations(allocations map[string]map[string]float64) error {
	for _, flag := range slices.Sorted(maps.Keys(allocations)) {
		var sum float64
		for _, variant := range slices.Sorted(maps.Keys(allocations[flag])) {
			share := allocations[flag][variant]
			if !(share >= 0 && share <= 1e6) {
				return invalid("allocations."+flag+"."+variant, "give shares like 0.9 and 0.1", "%v is no share", share)
			}
			sum += share
		}
		if len(allocations[flag]) < 2 || sum == 0 {
			return invalid("allocations."+flag, "give the share of every variant, or take the flag out",
				"fewer than two variants have a share")
		}
	}
	return nil
}

func (m *AllocationMetric) resolve(preset string, split Split) (*AllocationMetric, error) {
	if m == nil {
		if preset == "" {
			return nil, nil
		}
		m = &AllocationMetric{Metric: preset}
	}
	resolved := *m
	if err := checkMetricName("allocationMetric.metric", resolved.Metric); err != nil {
		return nil, err
	}
	resolved.FlagLabel = or(resolved.FlagLabel, split.FlagLabel, presets[PresetFlaglens].flagLabel)
	resolved.VariantLabel = or(resolved.VariantLabel, split.VariantLabel, presets[PresetFlaglens].variantLabel)
	if err := checkLabelName("allocationMetric.flagLabel", resolved.FlagLabel); err != nil {
		return nil, err
	}
	if err := checkLabelName("allocationMetric.variantLabel", resolved.VariantLabel); err != nil {
		return nil, err
	}
	return &resolved, nil
}

func (m *ReasonMetric) resolve(preset string, split Split) (*ReasonMetric, error) {
	if m == nil {
		if preset == "" {
			return nil, nil
		}
		m = &ReasonMetric{Metric: preset}
	}
	resolved := *m
	if err := checkMetricName("reasonMetric.metric", resolved.Metric); err != nil {
		return nil, err
	}
	resolved.FlagLabel = or(resolved.FlagLabel, split.FlagLabel, presets[PresetFlaglens].flagLabel)
	resolved.ReasonLabel = or(resolved.ReasonLabel, defaultReason)
	if err := checkLabelName("reasonMetric.flagLabel", resolved.FlagLabel); err != nil {
		return nil, err
	}
	if err := checkLabelName("reasonMetric.reasonLabel", resolved.ReasonLabel); err != nil {
		return nil, err
	}
	return &resolved, nil
}

// or is the first text that is not empty.
func or(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

package model

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Profile is how a verdict weighs speed against correlated traffic.
type Profile string

// Profiles.
const (
	// ProfileStrict survives long bursts of correlated requests.
	ProfileStrict Profile = "strict"
	// ProfileBrisk is faster, for services without such bursts.
	ProfileBrisk Profile = "brisk"
)

var profiles = []Profile{ProfileStrict, ProfileBrisk}

// Since says when the rollout that is judged began: SinceRollout, SinceRange, or unix milliseconds in digits.
type Since string

// Beginnings of a rollout that are found, not given.
const (
	SinceRollout Since = "rollout"
	SinceRange   Since = "range"
)

// UnmarshalJSON reads a string or a number.
func (s *Since) UnmarshalJSON(raw []byte) error {
	text := strings.TrimSpace(string(raw))
	if strings.HasPrefix(text, `"`) {
		var word string
		if err := json.Unmarshal(raw, &word); err != nil {
			return err
		}
		*s = Since(strings.TrimSpace(word))
		return nil
	}
	if text == "null" {
		return nil
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number != math.Trunc(number) || math.Abs(number) > 1<<53 {
		return &json.UnmarshalTypeError{Value: "value " + text, Type: reflect.TypeFor[Since]()}
	}
	*s = Since(strconv.FormatInt(int64(number), 10))
	return nil
}

// Time is the beginning that was given as a time, and whether it was.
func (s Since) Time() (time.Time, bool) {
	ms, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.UnixMilli(ms), true
}

// BacktestOptions say how a verdict's false alarm rate is measured: on random halves of the processes before the rollout.
type BacktestOptions struct {
	// Splits is the number of random halves, 1..500; 100 if empty.
	Splits int `json:"splits,omitempty"`
	// Seed makes the halves the same again.
	Seed int64 `json:"seed,omitempty"`
	// Hours is how long before the rollout is looked at, up to 168; 24 if empty.
	Hours float64 `json:"hours,omitempty"`
}

// AllocationMetric names a gauge of shares, 0..1 or 0..100 or weights: what counts is their proportion.
type AllocationMetric struct {
	Metric string `json:"metric"`
	// FlagLabel and VariantLabel are the datasource's own if empty.
	FlagLabel    string `json:"flagLabel,omitempty"`
	VariantLabel string `json:"variantLabel,omitempty"`
}

// ReasonMetric names a counter of flag evaluations by their reason.
type ReasonMetric struct {
	Metric string `json:"metric"`
	// FlagLabel is the datasource's own if empty, ReasonLabel reason.
	FlagLabel   string `json:"flagLabel,omitempty"`
	ReasonLabel string `json:"reasonLabel,omitempty"`
}

// Stats of a verdict as alert.
const (
	StatEvidence      = "evidence"
	StatEvidenceLive  = "evidence_live"
	StatEdge          = "edge"
	StatDifference    = "difference"
	StatLower         = "lower"
	StatUpper         = "upper"
	StatBaselineValue = "baseline_value"
	StatVariantValue  = "variant_value"
	StatSince         = "since"
	StatNBaseline     = "n_baseline"
	StatNVariant      = "n_variant"
	// StatRegressed is 1 where the evidence has reached 1, else 0: what a rule asks whose threshold is "above 0", with which
	// every new rule of Grafana begins.
	StatRegressed = "regressed"
	// StatMessage is the evidence again, with the words of the alert in its labels.
	StatMessage = "message"
)

// StatVerdict asks the inventory for the verdict of each feature.
const StatVerdict = "verdict"

var verdictStats = []string{
	StatEvidence, StatDifference, StatLower, StatUpper, StatRatio, StatBaselineValue, StatVariantValue, StatSince,
	StatNBaseline, StatNVariant, StatEvidenceLive, StatEdge, StatRegressed, StatMessage,
}

// MarginOf is how much worse is tolerated of a signal: the query's margin, else the signal's own, else none.
func (q Query) MarginOf(signal Signal) Margin {
	if margin, ok := q.Margins[signal.ID]; ok {
		return margin
	}
	if signal.Margin != nil {
		return *signal.Margin
	}
	return Margin{}
}

// AlphaOf is the query's alpha, else the configured one.
func (q Query) AlphaOf(s Settings) float64 {
	switch {
	case q.Alpha > 0:
		return q.Alpha
	case s.Alpha > 0:
		return s.Alpha
	}
	return defaultAlpha
}

// ProfileOf is the query's profile, else the configured one.
func (q Query) ProfileOf(s Settings) Profile {
	switch {
	case q.Profile != "":
		return q.Profile
	case s.Profile != "":
		return s.Profile
	}
	return ProfileStrict
}

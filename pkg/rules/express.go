package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	prommodel "github.com/prometheus/common/model"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

const defaultQuantile = 0.95

// Decode reads a request. Unknown fields are rejected: the generator that sends it belongs to this version.
func Decode(raw []byte) (Request, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	var request Request
	if err := decoder.Decode(&request); err != nil {
		return Request{}, fmt.Errorf("read the request for rules: %w", err)
	}
	return request, nil
}

// Express builds the expressions of a request, with the kinds of signals and the ways to split that there are. Every error
// that the caller can put right is a *model.InvalidError.
func Express(request Request, words vocabulary.Vocabulary) (Answer, error) {
	settings, err := words.DecodeSettings(request.Settings)
	if err != nil {
		return Answer{}, fmt.Errorf("the datasource's settings: %w", err)
	}
	parsed, err := prommodel.ParseDuration(request.Window)
	if err != nil || parsed <= 0 {
		return Answer{}, wrong("window", "%q is no duration; write it like 5m", request.Window)
	}
	if !(request.StandardErrors >= 0 && request.StandardErrors <= 10) {
		return Answer{}, wrong("standardErrors", "%v is no number from 0 to 10", request.StandardErrors)
	}
	if err := checkLinks(request); err != nil {
		return Answer{}, err
	}
	answer := Answer{Flags: []FlagRules{}}
	listed := map[string]bool{}
	for i, flag := range request.Flags {
		at := fmt.Sprintf("flags[%d]", i)
		if listed[flag.Flag] {
			return Answer{}, wrong(at+".flag", "%.80q is listed twice: its rules would have the same names; put all of its variants into one entry", flag.Flag)
		}
		listed[flag.Flag] = true
		b, err := newBuilder(settings, words, request, flag, at, time.Duration(parsed))
		if err != nil {
			return Answer{}, err
		}
		rules, err := b.build(request)
		if err != nil {
			return Answer{}, fmt.Errorf("flag %s: %w", flag.Flag, err)
		}
		answer.Flags = append(answer.Flags, rules)
	}
	return answer, nil
}

func newBuilder(
	settings model.Settings, words vocabulary.Vocabulary, request Request, flag Flag, at string, window time.Duration,
) (*builder, error) {
	if flag.Flag == "" {
		return nil, wrong(at+".flag", "name the flag")
	}
	if flag.Baseline == "" {
		flag.Baseline = settings.Baselines[flag.Flag]
	}
	if flag.Baseline == "" {
		return nil, wrong(at+".baseline", "neither here nor in the datasource's settings is a baseline of %s", flag.Flag)
	}
	if len(flag.Variants) == 0 || slices.Contains(flag.Variants, "") {
		return nil, wrong(at+".variants", "list the features of %s: a rule expects a row of each", flag.Flag)
	}
	if twice := repeated(flag.Variants); twice != "" {
		return nil, wrong(at+".variants", "%.80q is listed twice", twice)
	}
	if err := checkNames(at, flag); err != nil {
		return nil, err
	}
	if slices.Contains(flag.Variants, flag.Baseline) {
		return nil, wrong(at+".variants", "%s is the baseline of %s, and no feature", flag.Baseline, flag.Flag)
	}
	return &builder{
		settings: settings, words: words, flag: flag, window: window, windowText: request.Window,
		z: request.StandardErrors, native: request.NativeHistograms, links: linksOf(request), recordings: []Recording{}, recorded: map[string]bool{},
	}, nil
}

func (b *builder) build(request Request) (FlagRules, error) {
	rules := FlagRules{
		Flag: b.flag.Flag, Baseline: b.flag.Baseline, Variants: b.flag.Variants,
		Features: []FeatureRule{}, Existing: []LimitRule{},
	}
	for i, wanted := range request.Features {
		at := fmt.Sprintf("features[%d]", i)
		signal, stat, quantile, err := b.find(at, wanted.Signal, wanted.Quantile)
		if err != nil {
			return FlagRules{}, err
		}
		rule, err := b.feature(at, signal, stat, quantile, wanted)
		if err != nil {
			return FlagRules{}, err
		}
		rules.Features = append(rules.Features, rule)
	}
	for i, wanted := range request.Existing {
		at := fmt.Sprintf("existing[%d]", i)
		signal, stat, quantile, err := b.find(at, wanted.Signal, wanted.Quantile)
		if err != nil {
			return FlagRules{}, err
		}
		rule, err := b.limit(at, signal, stat, quantile, wanted)
		if err != nil {
			return FlagRules{}, err
		}
		rules.Existing = append(rules.Existing, rule)
	}
	absent, err := b.absent()
	if err != nil {
		return FlagRules{}, err
	}
	rules.Absent, rules.Silence = absent, b.ofSilence(request.NoTrafficFor)
	rules.Recordings = b.recordings
	return rules, nil
}

// repeated is what a list has twice; empty where there is nothing.
func repeated(list []string) string {
	seen := map[string]bool{}
	for _, one := range list {
		if seen[one] {
			return one
		}
		seen[one] = true
	}
	return ""
}

// longestName is how long a name may be: Grafana stores the labels of an alert in a row.
const longestName = 1000

// checkNames rejects names that no label can have.
func checkNames(at string, flag Flag) error {
	for _, name := range append([]string{flag.Flag, flag.Baseline}, flag.Variants...) {
		if !utf8.ValidString(name) || len(name) > longestName {
			return wrong(at, "%.80q is no name of at most %d bytes of UTF-8", name, longestName)
		}
	}
	return nil
}

// find looks a signal up, and says which stat of it a rule judges.
func (b *builder) find(at, id string, quantile float64) (signal model.Signal, stat string, q float64, err error) {
	signal, ok := b.settings.Signal(id)
	if !ok {
		var known []string
		for _, one := range b.settings.Catalogue() {
			known = append(known, one.ID)
		}
		return signal, "", 0, wrong(at+".signal", "%q is not in the catalogue, which has %v", id, known)
	}
	if stat := b.recordedOf(signal).Stat; stat != "" {
		return signal, stat, 0, nil
	}
	if quantile == 0 {
		quantile = defaultQuantile
	}
	if !(quantile > 0 && quantile < 1) {
		return signal, "", 0, wrong(at+".quantile", "%v does not lie between 0 and 1", quantile)
	}
	return signal, model.QuantileStat(quantile), quantile, nil
}

func wrong(field, format string, args ...any) error {
	return &model.InvalidError{Field: field, Message: fmt.Sprintf(format, args...)}
}

func finite(value float64) bool { return !math.IsNaN(value) && !math.IsInf(value, 0) }

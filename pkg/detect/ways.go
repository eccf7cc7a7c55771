package detect

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/split"
)

// way is a way to split that may fit, before anything is known of what it yields.
type way struct {
	// id is made of the names that it rests on.
	id, title, reason string
	split             model.Split
	// rank is how likely it is meant as a flag, 0 to 100.
	rank int
	// narrow selects the series that carry it, as a signal's selector does; metrics are their names.
	narrow  string
	metrics []string
	doubts  []string
	// baselines are those that are known of a flag, with what they rest on.
	baselines map[string]baseline
}

// baseline is a baseline with the sentence that says what it rests on.
type baseline struct{ variant, from string }

// plain is a label's name as those with underscores have it.
func plain(name string) string { return strings.ToLower(underscored.Replace(name)) }

var underscored = strings.NewReplacer(".", "_", "-", "_", "/", "_")

// flagLabels and variantLabels are names of labels that hold a flag's key and its variant, as plain writes them, with how likely
// that is what they hold.
var (
	flagLabels = map[string]int{
		"feature_flag_key": 100, "feature_flag": 90, "feature_flag_name": 90, "flag_key": 90, "flag": 85, "flag_name": 85, "featureflag": 80,
		"toggle": 75, "feature_toggle": 80, "experiment": 70, "experiment_key": 75, "experiment_name": 70, "experiment_id": 65, "feature": 55,
		"feature_name": 55, "feature_key": 60,
	}
	variantLabels = map[string]int{
		"feature_flag_result_variant": 100, "feature_flag_variant": 98, "flag_variant": 90, "variant": 88, "variation": 85, "flag_variation": 85,
		"variant_name": 80, "variation_name": 80, "treatment": 75, "experiment_variant": 80, "flag_value": 70, "variation_key": 75,
		"active": 40, "enabled": 40, "arm": 50, "feature_flag_value": 60, "feature_flag_result_value": 30,
	}
	// attributes are labels that begin as flags do and are none, beside those that the way to split knows.
	attributes = []string{
		"feature_flag_value", "flag_set", "flag_set_id", "flag_version", "flag_type", "flag_reason", "flag_provider", "flag_owner", "flag_project",
		"flag_environment",
	}
	// prefixes begin the names of labels that are a flag each, the likeliest first.
	prefixes = []string{"feature_flag_", "feature_flag.", "featureflag_", "flag_", "flag.", "ff_", "ff.", "toggle_", "unleash_", "experiment_"}
)

// ways are all ways to split that the names suggest, the likeliest first; notices tell what could not be read.
func (d *Detector) ways(ctx context.Context, there inventory) (found []way, notices []string) {
	for _, look := range []func(context.Context, inventory) ([]way, error){d.pairs, d.prefixed, d.releases} {
		more, err := look(ctx, there)
		if err != nil {
			notices = append(notices, "A part of the labels could not be looked at: "+err.Error()+".")
		}
		found = append(found, more...)
	}
	slices.SortStableFunc(found, func(a, b way) int { return b.rank - a.rank })
	return found, notices
}

// mostPairs bounds the pairs of labels that are asked for.
const mostPairs = 12

// pairs are the ways in which two labels hold flag and variant: on the metrics themselves, or on an info metric of the process.
func (d *Detector) pairs(ctx context.Context, there inventory) ([]way, error) {
	type pair struct {
		flag, variant string
		rank          int
	}
	var pairs []pair
	variants := among(there.labels, variantLabels)
	for _, flag := range among(there.labels, flagLabels) {
		for _, variant := range variants {
			pairs = append(pairs, pair{flag, variant, min(flagLabels[plain(flag)], variantLabels[plain(variant)])})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return b.rank - a.rank })
	var found []way
	for _, p := range pairs[:min(len(pairs), mostPairs)] {
		narrow := selectorOf(carries(p.flag), carries(p.variant))
		metrics, err := carriers(ctx, d, "{"+narrow+"}")
		if err != nil {
			return found, err
		}
		direct, infos := partition(metrics, isInfo)
		if len(direct) > 0 {
			found = append(found, way{
				id: "labels:" + p.flag + ":" + p.variant, title: titleOf(p.flag, p.variant), rank: p.rank,
				reason: fmt.Sprintf("%s with the labels %s and %s.", counted(len(direct), "metric has series", "metrics have series"), p.flag, p.variant),
				split:  model.Split{Mode: model.SplitLabels, FlagLabel: p.flag, VariantLabel: p.variant},
				narrow: narrow, metrics: direct,
			})
		}
		for _, info := range infos {
			found = append(found, way{
				id:    "info:" + info + ":" + p.flag + ":" + p.variant,
				title: fmt.Sprintf("Info metric %s: %s, %s", info, p.flag, p.variant), rank: p.rank - 15,
				reason: fmt.Sprintf("%s says which variant each process has.", info),
				split:  model.Split{Mode: model.SplitInfo, InfoMetric: info, FlagLabel: p.flag, VariantLabel: p.variant},
			})
		}
	}
	return united(found), nil
}

// among are the names that are known, as plain writes them, and can be used.
func among(all []string, known map[string]int) []string {
	var found []string
	for _, name := range all {
		if known[plain(name)] > 0 && usable(name) {
			found = append(found, name)
		}
	}
	return found
}

// united makes one way of those that differ in the label of the variant alone and have a metric in common: processes with older
// and newer names of it are one fleet.
func united(ways []way) []way {
	var kept []way
	for _, w := range ways {
		i := slices.IndexFunc(kept, func(k way) bool {
			return k.split.Mode == model.SplitLabels && w.split.Mode == model.SplitLabels && k.split.FlagLabel == w.split.FlagLabel &&
				min(k.rank, w.rank) >= sureVariant && len(k.split.VariantLabels) < mostAlternatives &&
				slices.ContainsFunc(k.metrics, func(name string) bool { return slices.Contains(w.metrics, name) })
		})
		if i < 0 {
			kept = append(kept, w)
			continue
		}
		k := &kept[i]
		k.split.VariantLabels = append(k.split.VariantLabels, w.split.VariantLabel)
		k.metrics, k.narrow = names.Union(k.metrics, w.metrics), carries(k.split.FlagLabel).String()
		k.id += ":" + w.split.VariantLabel
		k.title += " or " + w.split.VariantLabel
		k.reason = fmt.Sprintf("%s with the label %s; some processes name the variant %s, others %s.",
			counted(len(k.metrics), "metric has series", "metrics have series"), k.split.FlagLabel, k.split.VariantLabel, names.Listed(k.split.VariantLabels))
	}
	return kept
}

// sureVariant is from which rank a pair of labels is surely a flag with its variant; mostAlternatives is how many further labels
// of the variant are proposed.
const (
	sureVariant      = 85
	mostAlternatives = 3
)

// titleOf names a pair of labels in a few words.
func titleOf(flag, variant string) string {
	switch {
	case plain(flag) != "feature_flag_key":
		return fmt.Sprintf("Labels: %s, %s", flag, variant)
	case strings.Contains(flag, "."):
		return fmt.Sprintf("OpenTelemetry names, as they are: %s, %s", flag, variant)
	default:
		return fmt.Sprintf("OpenTelemetry names: %s, %s", flag, variant)
	}
}

// prefixed are the ways in which the name of a label is the flag.
func (d *Detector) prefixed(ctx context.Context, there inventory) ([]way, error) {
	taken := map[string]bool{}
	var found []way
	for _, prefix := range prefixes {
		var own []string
		for _, name := range there.labels {
			if !taken[name] && strings.HasPrefix(name, prefix) && len(name) > len(prefix) && isFlagName(name) && usable(name) {
				own = append(own, name)
				taken[name] = true
			}
		}
		if len(own) == 0 {
			continue
		}
		asked := own[:min(len(own), mostFlags)]
		match := make([]string, len(asked))
		for i, name := range asked {
			match[i] = "{" + carries(name).String() + "}"
		}
		metrics, err := carriers(ctx, d, match...)
		if err != nil {
			return found, err
		}
		metrics, _ = partition(metrics, isInfo)
		if len(metrics) == 0 {
			continue
		}
		found = append(found, way{
			id: "flag_label:" + prefix, title: fmt.Sprintf("A label for each flag: %s*", prefix), rank: 80,
			reason:  fmt.Sprintf("%s named %s*: %s.", counted(len(own), "label is", "labels are"), prefix, short(names.Listed(own))),
			split:   model.Split{Mode: model.SplitFlagLabel, Prefix: prefix},
			narrow:  carries(own[0]).String(),
			metrics: metrics,
		})
	}
	return found, nil
}

// isFlagName tells labels that may be named after a flag from those that say something of one.
func isFlagName(name string) bool {
	p := plain(name)
	return flagLabels[p] == 0 && variantLabels[p] == 0 && !slices.Contains(attributes, p) && !split.IsAttribute(name)
}

// usable tells names that settings can hold.
func usable(name string) bool { return model.CheckLabelName(name) == nil }

// isInfo tells metrics that say something of a process, and measure nothing.
func isInfo(metric string) bool {
	p := plain(metric)
	return strings.HasSuffix(p, "_info") || strings.HasPrefix(p, "kube_") && strings.HasSuffix(p, "_labels")
}

// carries matches the series that have a label.
func carries(name string) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchNotEqual, name, "")
}

// is matches the series whose label has a value.
func is(name, value string) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchEqual, name, value)
}

// selectorOf writes matchers as a signal's selector has them.
func selectorOf(matchers ...*labels.Matcher) string {
	parts := make([]string, len(matchers))
	for i, m := range matchers {
		parts[i] = m.String()
	}
	return strings.Join(parts, ",")
}

// partition parts a list by a property.
func partition(all []string, has func(string) bool) (others, those []string) {
	for _, one := range all {
		if has(one) {
			those = append(those, one)
		} else {
			others = append(others, one)
		}
	}
	return others, those
}

// counted is a number with its noun and verb.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

package rules

import (
	"fmt"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// Labels of the recorded series.
const (
	labelFlag    = "flag"
	labelVariant = "variant"
	labelRole    = "role"
	labelSignal  = "signal"
	labelStat    = "stat"
)

// builder builds the rules of one flag. Each series is recorded once, whatever asks for it.
type builder struct {
	settings   model.Settings
	words      vocabulary.Vocabulary
	flag       Flag
	window     time.Duration
	windowText string
	z          float64
	native     bool
	links      links
	recordings []Recording
	recorded   map[string]bool
}

// judged is what one rule is about.
type judged struct {
	signal   model.Signal
	stat     string
	quantile float64
}

func (b *builder) feature(
	at string, signal model.Signal, stat string, quantile float64, wanted FeatureSignal,
) (FeatureRule, error) {
	rule := FeatureRule{About: aboutOf(signal, stat)}
	if signal.Direction == model.Neutral {
		return rule, wrong(at+".signal", "%s is neither better nor worse, whichever way it goes", signal.ID)
	}
	if signal.Margin != nil {
		rule.Margin = Margin{Relative: signal.Margin.Relative, Absolute: signal.Margin.Absolute}
	}
	if wanted.Margin != nil {
		rule.Margin = *wanted.Margin
	}
	for field, value := range map[string]float64{
		"margin.relative": rule.Margin.Relative, "margin.absolute": rule.Margin.Absolute, "minCount": wanted.MinCount,
	} {
		if !finite(value) || value < 0 {
			return rule, wrong(at+"."+field, "%v is no number of 0 or more", value)
		}
	}
	rule.Annotations.Grafana = b.ofVerdict(signal)
	if b.recordedOf(signal).Bound == nil {
		rule.Why = fmt.Sprintf("a %s has no bounds in PromQL: only the verdict can tell whether it is worse", signal.Kind)
		return rule, nil
	}
	of := judged{signal, stat, quantile}
	for _, variant := range append([]string{b.flag.Baseline}, b.flag.Variants...) {
		if err := b.record(of, variant); err != nil {
			return rule, err
		}
	}
	higher := signal.Direction == model.HigherIsBetter
	feature, baseline := "lower", "upper"
	if higher {
		feature, baseline = baseline, feature
	}
	comparison := promql.Comparison{
		Feature: promql.Side{
			Value: b.features(of, "value"), Bound: b.features(of, feature), Count: b.features(of, "count"),
		},
		Baseline: promql.Side{
			Value: b.series(of, "value", b.flag.Baseline), Bound: b.series(of, baseline, b.flag.Baseline),
			Count: b.series(of, "count", b.flag.Baseline),
		},
		Relative: rule.Margin.Relative, Absolute: rule.Margin.Absolute, HigherIsBetter: higher,
		MinCount: wanted.MinCount, On: []string{labelFlag, labelSignal, labelStat}, Variant: labelVariant,
	}
	expr, err := comparison.Expr()
	rule.Expr, rule.Annotations.Prometheus = expr, b.ofFeature(of, rule.Margin)
	return rule, err
}

func (b *builder) limit(
	at string, signal model.Signal, stat string, quantile float64, wanted ExistingSignal,
) (LimitRule, error) {
	rule := LimitRule{About: aboutOf(signal, stat), Limit: wanted.Limit, MinCount: wanted.MinCount}
	if !finite(wanted.Limit) || wanted.Limit < 0 {
		return rule, wrong(at+".limit", "%v is no limit", wanted.Limit)
	}
	if !finite(wanted.MinCount) || wanted.MinCount < 0 {
		return rule, wrong(at+".minCount", "%v is no number of 0 or more", wanted.MinCount)
	}
	of := judged{signal, stat, quantile}
	if err := b.record(of, b.flag.Baseline); err != nil {
		return rule, err
	}
	limit := promql.Limit{
		Value: b.series(of, "value", b.flag.Baseline), Limit: wanted.Limit,
		HigherIsBetter: signal.Direction == model.HigherIsBetter, Keep: []string{labelSignal, labelStat},
		Share: stat == model.StatRatio, StandardErrors: b.z,
	}
	if quantile > 0 {
		bound := b.series(of, "lower", b.flag.Baseline)
		if limit.HigherIsBetter {
			bound = b.series(of, "upper", b.flag.Baseline)
		}
		limit.Bound = &bound
	}
	if b.recordedOf(signal).Counter != nil {
		count := b.series(of, "count", b.flag.Baseline)
		limit.Count, limit.MinCount = &count, wanted.MinCount
	}
	expr, err := limit.Expr()
	rule.Expr, rule.Annotations = expr, b.ofLimit(of, wanted)
	return rule, err
}

// absent tells by the first signal that is counted whether the baseline has traffic.
func (b *builder) absent() (string, error) {
	for _, recording := range b.recordings {
		if recording.Record == b.name("count") && recording.Labels[labelRole] == string(model.RoleBaseline) {
			return promql.Absent(promql.Recorded{Metric: recording.Record, Labels: recording.Labels})
		}
	}
	return "", nil
}

func aboutOf(signal model.Signal, stat string) About {
	return About{
		Signal: signal.ID, Name: signal.Name, Stat: stat, Kind: signal.Kind, Unit: signal.Unit, Direction: signal.Direction,
	}
}

// recordedOf is what rules record of a signal.
func (b *builder) recordedOf(signal model.Signal) kind.Recorded {
	return b.words.Kinds.Of(signal).Recorded
}

// name is a recorded metric: flaglens:signal_<what>:rate<window>.
func (b *builder) name(what string) string {
	return "flaglens:signal_" + what + ":rate" + strings.ReplaceAll(b.windowText, " ", "")
}

// series is one recorded series of a variant.
func (b *builder) series(of judged, what, variant string) promql.Recorded {
	role := model.RoleFeature
	if variant == b.flag.Baseline {
		role = model.RoleBaseline
	}
	return promql.Recorded{Metric: b.name(what), Labels: map[string]string{
		labelFlag: b.flag.Flag, labelVariant: variant, labelRole: string(role),
		labelSignal: of.signal.ID, labelStat: of.stat,
	}}
}

// features selects the recorded series of all features.
func (b *builder) features(of judged, what string) promql.Recorded {
	all := b.series(of, what, "")
	delete(all.Labels, labelVariant)
	return all
}

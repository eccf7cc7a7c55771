package detect

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/survey"
)

// drafted is a proposal with its rank.
type drafted struct {
	proposal model.Proposal
	rank     int
	// judged tells whether a verdict could be made of it.
	judged bool
}

// What a proposal gains in rank by what it yields.
const (
	gainLatency  = 60
	gainFailures = 25
	gainCompared = 40
)

// propose finds out what a way to split yields; nothing where it yields no flag.
func (d *Detector) propose(ctx context.Context, there inventory, w way) (*drafted, error) {
	metrics, narrow := w.metrics, w.narrow
	if w.split.Mode == model.SplitInfo {
		metrics, narrow = there.metrics, ""
	}
	offer, err := d.signals(ctx, there, metrics, narrow)
	if err != nil {
		return nil, err
	}
	if len(offer.signals) == 0 || !offer.signals[0].Chosen {
		return nil, nil //nolint:nilnil // nothing that could be compared carries it
	}
	if w.split.Mode == model.SplitInfo {
		var ok bool
		if w.split.On, ok, err = d.joinsOn(ctx, w.split.InfoMetric, offer.seen[0]); err != nil || !ok {
			return nil, err
		}
	}
	draft := d.draft(w, offer)
	if draft.proposal.Settings.Preset == model.PresetNone {
		if draft.proposal.Settings.ReasonMetric, err = d.reasons(ctx, w); err != nil {
			return nil, err
		}
	}
	settings, err := decode(d, draft.proposal.Settings)
	if err != nil {
		return nil, err
	}
	yields := d.survey(settings)
	listed, err := yields.Lists.Flags(ctx)
	if err != nil {
		return nil, err
	}
	if len(listed.Flags) == 0 {
		return nil, nil //nolint:nilnil // what was seen on labels is gone
	}
	d.flags(ctx, draft, w, yields, settings, listed)
	return draft, nil
}

// draft puts a proposal together, but for its flags.
func (d *Detector) draft(w way, offer offered) *drafted {
	split := w.split
	p := model.Proposal{
		ID: w.id, Title: short(w.title), Reason: w.reason, Split: split, Signals: offer.signals, Flags: []model.ProposedFlag{},
		Doubts: append(append([]string{}, w.doubts...), offer.doubts...),
	}
	p.Settings = model.Settings{Preset: model.PresetNone, Split: &split, Baselines: map[string]string{}}
	for _, signal := range offer.signals {
		if signal.Chosen {
			p.Settings.Signals = append(p.Settings.Signals, signal.Signal)
			p.Series = max(p.Series, signal.Series)
		}
	}
	for _, c := range offer.seen {
		p.Cut = p.Cut || c.cut
	}
	if preset, ok := asPreset(split, p.Settings.Signals); ok {
		p.Settings.Preset, p.Settings.Signals = preset, nil
	}
	first := offer.seen[0]
	p.Settings.ProcessLabels = processLabels(first)
	if len(p.Settings.ProcessLabels) == 0 && !first.has("job") && !first.has("instance") && !first.has("pod") {
		p.Doubts = append(p.Doubts, "No label tells the processes apart, so a single bad one cannot be told from a bad feature.")
	}
	draft := &drafted{proposal: p, rank: w.rank, judged: offer.latency || offer.failures}
	if offer.latency {
		draft.rank += gainLatency
	} else if offer.failures {
		draft.proposal.Doubts = append(draft.proposal.Doubts, "No histogram of requests carries the flag, so latency is not compared.")
	}
	if offer.failures {
		draft.rank += gainFailures
	} else if offer.latency {
		draft.proposal.Doubts = append(draft.proposal.Doubts, "No label tells which requests failed, so errors are not compared: put the status on the metric.")
	}
	return draft
}

// asPreset is the preset that has more than these signals: that of Flaglens' own library, whose layers, allocation and reasons
// come with it.
func asPreset(split model.Split, signals []model.Signal) (model.Preset, bool) {
	for _, preset := range model.Presets() {
		if preset.ID != model.PresetFlaglens {
			continue
		}
		same := split.Mode == preset.Split.Mode && split.FlagLabel == preset.Split.FlagLabel && split.VariantLabel == preset.Split.VariantLabel
		for _, own := range preset.Signals[:min(len(preset.Signals), 2)] {
			same = same && slices.ContainsFunc(signals, func(s model.Signal) bool {
				return s.ID == own.ID && s.Metric == own.Metric && s.Bad == own.Bad && s.Selector == own.Selector
			})
		}
		return preset.ID, same
	}
	return "", false
}

// processLabels are labels that tell processes apart where the usual ones do not.
func processLabels(c candidate) []string {
	var own []string
	for _, name := range []string{"exported_job", "exported_instance", "exported_pod", "service_instance_id", "service.instance.id"} {
		if c.has(name) {
			own = append(own, name)
		}
	}
	if len(own) == 0 {
		return nil
	}
	for _, name := range []string{"instance", "job", "pod"} {
		if c.has(name) {
			own = append(own, name)
		}
	}
	slices.Sort(own)
	return own
}

// decode are the settings of a proposal as the datasource would read them, with the limits and intervals that are in force.
func decode(d *Detector, proposed model.Settings) (model.Settings, error) {
	proposed.HTTPMethod, proposed.QueryTimeout = d.settings.HTTPMethod, d.settings.QueryTimeout
	proposed.TimeInterval, proposed.Limits = d.settings.TimeInterval, d.settings.Limits
	raw, err := json.Marshal(proposed)
	if err != nil {
		return model.Settings{}, fmt.Errorf("write the settings of a proposal: %w", err)
	}
	return d.words.DecodeSettings(raw)
}

// flags fills in the flags of a proposal, with a baseline for each of those that are shown.
func (d *Detector) flags(ctx context.Context, draft *drafted, w way, yields *survey.Survey, settings model.Settings, listed model.FlagsResource) {
	p := &draft.proposal
	p.FlagCount = len(listed.Flags)
	// Those that can be compared come first.
	slices.SortStableFunc(listed.Flags, func(a, b model.FlagInfo) int { return min(len(b.Variants), 2) - min(len(a.Variants), 2) })
	shown := listed.Flags[:min(len(listed.Flags), mostFlags)]
	traffic := trafficOf(ctx, d, w, yields, settings, shown)
	assumed := 0
	for _, flag := range shown {
		chosen := baselineOf(w, settings, flag, traffic)
		if chosen.variant != "" && chosen.variant != flag.Baseline {
			p.Settings.Baselines[flag.Flag] = chosen.variant
			if _, known := w.baselines[flag.Flag]; !known {
				assumed++
			}
		}
		variants := flag.Variants
		if i := slices.Index(variants, chosen.variant); i > 0 {
			variants = slices.Insert(slices.Delete(slices.Clone(variants), i, i+1), 0, chosen.variant)
		}
		p.Flags = append(p.Flags, model.ProposedFlag{
			Flag: flag.Flag, Variants: variants[:min(len(variants), mostVariants)], VariantCount: len(variants),
			Baseline: chosen.variant, BaselineFrom: chosen.from,
		})
	}
	if assumed > 0 {
		p.Doubts = append(p.Doubts, fmt.Sprintf("The baseline of %s is assumed: confirm it.", counted(assumed, "flag", "flags")))
	}
	if len(p.Settings.Baselines) == 0 {
		p.Settings.Baselines = nil
	}
	if len(shown) > 0 && len(shown[0].Variants) > 1 {
		draft.rank += gainCompared
	} else {
		p.Doubts = append(p.Doubts, "Each flag has one variant now, so there is nothing to compare until another one takes traffic.")
	}
	p.Reason += fmt.Sprintf(" It yields %s.", counted(p.FlagCount, "flag", "flags"))
}

// trafficOf is the share of each flag's variants within the last hour, where a flag's baseline is not known by its name.
func trafficOf(ctx context.Context, d *Detector, w way, yields *survey.Survey, settings model.Settings, flags []model.FlagInfo) map[string]map[string]float64 {
	unknown := func(f model.FlagInfo) bool {
		_, known := w.baselines[f.Flag]
		return f.Baseline == "" && len(f.Variants) > 1 && !known
	}
	if !slices.ContainsFunc(flags, unknown) {
		return nil
	}
	now := d.now()
	span := survey.Stretch(now.Add(-lately), now, settings.ScrapeInterval())
	span.Window, span.Step = 10*time.Minute, 10*time.Minute
	plan, err := yields.Inventory.Plan(ctx, nil, span)
	if err != nil {
		return nil
	}
	rows, _, err := yields.Inventory.Read(ctx, plan)
	if err != nil {
		return nil
	}
	shares := map[string]map[string]float64{}
	for _, row := range rows {
		if shares[row.Flag] == nil {
			shares[row.Flag] = map[string]float64{}
		}
		shares[row.Flag][row.Variant] = row.Share
	}
	return shares
}

// old are names of what was there before, beside those that are well known.
var old = []string{
	"control", "off", "false", "baseline", "default", "stable", "disabled", "inactive", "old", "legacy", "original", "current", "primary",
	"none", "no", "0", "a", "v0", "v1", "blue", "production", "main",
}

// baselineOf is the baseline of a flag, with what that rests on: a name, what is known of the releases, else the most traffic.
func baselineOf(w way, settings model.Settings, flag model.FlagInfo, traffic map[string]map[string]float64) baseline {
	if flag.Baseline != "" {
		return baseline{flag.Baseline, fmt.Sprintf("%q is one of the names by which a baseline is known (%s).", flag.Baseline, strings.Join(settings.BaselineNames, ", "))}
	}
	if known, ok := w.baselines[flag.Flag]; ok {
		return known
	}
	if len(flag.Variants) < 2 {
		return baseline{from: "There is one variant, so nothing to compare yet."}
	}
	for _, name := range old {
		for _, variant := range flag.Variants {
			if strings.EqualFold(variant, name) {
				return baseline{variant, fmt.Sprintf("%q sounds like what was there before: assumed.", variant)}
			}
		}
	}
	if older, newest, ok := ordered(flag.Variants); ok {
		return baseline{older, fmt.Sprintf("%s is older than %s: assumed.", older, newest)}
	}
	best, share := "", 0.0
	for _, variant := range flag.Variants {
		if s := traffic[flag.Flag][variant]; s > share {
			best, share = variant, s
		}
	}
	if best == "" {
		return baseline{from: fmt.Sprintf("None of its variants is named %s: choose one.", strings.Join(settings.BaselineNames, ", "))}
	}
	return baseline{best, fmt.Sprintf("%s has most of the traffic (%.0f%%): assumed.", best, 100*share)}
}

package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// hook is how a hook or a server counts evaluations of flags.
type hook struct {
	name, situation, metric string
	// key and variant are the labels of the flag and its variant; without one there is nothing to tell variants by. Where
	// there is no key, the variant's label is the flag behind prefix.
	key, variant, prefix string
	// names are what it calls the variants off and on; so if nil.
	names map[string]string
	// others are what the series of a variant differ in besides; each of them counts as many evaluations.
	others []map[string]string
}

// hooks are OpenFeature's official hooks and the servers, as they are.
func hooks() []hook {
	const success = "feature_flag_evaluation_success_total"
	const key, result, old = "feature_flag_key", "feature_flag_result_variant", "feature_flag_variant"
	reasons := func(label string, more map[string]string, reasons ...string) []map[string]string {
		var all []map[string]string
		for _, reason := range reasons {
			one := map[string]string{label: reason}
			maps.Copy(one, more)
			all = append(all, one)
		}
		return all
	}
	provider := map[string]string{"feature_flag_provider_name": "flagd"}
	var users []map[string]string
	for i := range 100 {
		users = append(users, map[string]string{"feature_flag_context_id": fmt.Sprintf("user-%d", i), "feature_flag_result_value": "true"})
	}
	return []hook{
		{
			name: "node", situation: "OpenFeature's metrics hook for Node.", metric: success, key: key, variant: result,
			others: reasons("feature_flag_result_reason", provider, "TARGETING_MATCH", "SPLIT"),
		},
		{
			name: "go-0.3.5", situation: "OpenFeature's metrics hook for Go 0.3.5, and for Java 3.3.", metric: success,
			key: key, variant: old, others: reasons("reason", provider, "TARGETING_MATCH", "SPLIT"),
		},
		{
			name: "go-0.3.7", situation: "OpenFeature's metrics hook for Go 0.3.7.", metric: success, key: key, variant: result,
			others: reasons("reason", provider, "targeting_match", "split"),
		},
		{
			name: "ruby", situation: "OpenFeature's metrics hook for Ruby: a series for each user.", metric: success,
			key: key, variant: result, others: users,
		},
		{
			name: "python", situation: "The hook for Python, whose description became a unit in the name.",
			metric: "feature_flag_evaluation_request_request_flag_evaluations_total", key: key, variant: old,
			others: reasons("feature_flag_evaluation_reason", provider, "targeting_match"),
		},
		{
			name: "flagd", situation: "flagd counts by itself.", metric: "feature_flag_flagd_impression_total",
			key: key, variant: result, others: reasons("feature_flag_reason", provider, "TARGETING_MATCH"),
		},
		{
			name: "datadog", situation: "Datadog's SDKs.", metric: "feature_flag_evaluations_total", key: key, variant: result,
			others: reasons("feature_flag_result_reason", map[string]string{"feature_flag_result_allocation_key": "rollout"}, "split"),
		},
		{
			name: "unleash", situation: "Unleash counts whether a toggle is active.", metric: "feature_toggle_usage_total",
			key: "toggle", variant: "active", names: map[string]string{"off": "false", "on": "true"},
			others: []map[string]string{{"appName": "shop"}, {"appName": "checkout"}},
		},
		{
			name: "unleash-impact", situation: "Unleash's impact metrics: one label for each flag.",
			metric: "unleash_counter_orders", variant: "unleash_checkout-v2", prefix: "unleash_",
			others: []map[string]string{{"unleash_appName": "shop"}},
		},
		{
			name: "go-feature-flag", situation: "The relay of GO Feature Flag, which does not count variants.",
			metric: "gofeatureflag_flag_evaluations_total", key: "flag_name", others: []map[string]string{{}},
		},
	}
}

// perMinute are the evaluations that one series counts.
const perMinute = 60

func (h hook) generate() (Case, error) {
	settings := map[string]any{
		"httpMethod": "POST", "timeInterval": "60s", "preset": "none",
		"split": map[string]any{"mode": "labels", "flagLabel": h.key, "variantLabel": h.variant},
		"signals": []any{map[string]any{
			"id": "evaluations", "name": "Evaluations", "kind": "rate", "unit": "ops", "metric": h.metric,
		}},
	}
	switch {
	case h.prefix != "":
		settings["split"] = map[string]any{"mode": "flag_label", "prefix": h.prefix}
	case h.variant == "":
		settings["split"] = map[string]any{"mode": "labels", "flagLabel": h.key, "variantLabel": "variant"}
	}
	table, _ := json.Marshal(map[string]any{
		"queryType": "compare", "flag": theFlag, "signals": []string{"evaluations"}, "format": "table",
	})
	c := Case{Name: "hook-" + h.name, Request: Request{
		Situation: h.situation, Settings: settings,
		From: Time{firstScrape.Add(unasked * time.Minute)}, To: Time{firstScrape.Add((scrapes - 1) * time.Minute)},
		Queries: []Query{
			{Name: "flags", Query: json.RawMessage(`{"queryType":"flags"}`)},
			{Name: "table", Query: table},
		},
	}}
	for _, variant := range variants {
		if h.variant == "" && variant != variants[0] {
			continue
		}
		for _, process := range scraped {
			for _, other := range h.others {
				c.Samples = append(c.Samples, h.counter(variant, process, other)...)
			}
		}
	}
	c.Expectations = h.expectations()
	return c, c.Complete()
}

// counter are the samples of one series.
func (h hook) counter(variant string, process, other map[string]string) []Sample {
	all := map[string]string{model.MetricNameLabel: h.metric}
	if h.key != "" {
		all[h.key] = theFlag
	}
	maps.Copy(all, process)
	maps.Copy(all, other)
	if h.variant != "" {
		all[h.variant] = h.called(variant)
	}
	series := labels.FromMap(all)
	samples := make([]Sample, scrapes)
	for i := range samples {
		at := firstScrape.Add(time.Duration(i) * time.Minute)
		samples[i] = Sample{Series: series, At: at.UnixMilli(), Value: float64(perMinute * (i + 1))}
	}
	return samples
}

// called is the hook's own name of a variant.
func (h hook) called(variant string) string {
	if own := h.names[variant]; own != "" {
		return own
	}
	return variant
}

func (h hook) expectations() []Expectation {
	if h.variant == "" {
		return []Expectation{{Name: "it is said that no variant is told", Query: "table", Says: "(?i)variant"}}
	}
	two, half := 2, 0.5
	perSecond := float64(len(scraped)*len(h.others)*perMinute) / 60
	rate := map[string]any{"stat": "rate"}
	return []Expectation{
		{Name: "the inventory has both variants", Query: "flags", Row: map[string]any{"flag": theFlag}, Rows: &two},
		{Name: "share of on in the inventory", Query: "flags", Row: map[string]any{"flag": theFlag, "variant": h.called("on")}, Column: "share", Near: &half, Within: 0.001},
		{Name: "evaluations of off", Query: "table", Row: rate, Column: "baseline_value", Near: &perSecond, Within: perSecond * 0.001},
		{Name: "evaluations of on", Query: "table", Row: rate, Column: "variant_value", Near: &perSecond, Within: perSecond * 0.001},
		{Name: "the table is whole", Query: "table", NoError: true},
	}
}

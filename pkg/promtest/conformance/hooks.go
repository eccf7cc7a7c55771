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
	name, metric string
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
			// OpenFeature's metrics hook for Node.
			name: "node", metric: success, key: key, variant: result,
			others: reasons("feature_flag_result_reason", provider, "TARGETING_MATCH", "SPLIT"),
		},
		{
			// OpenFeature's metrics hook for Go 0.3.5, and for Java 3.3.
			name: "go-0.3.5", metric: success,
			key: key, variant: old, others: reasons("reason", provider, "TARGETING_MATCH", "SPLIT"),
		},
		{
			// OpenFeature's metrics hook for Go 0.3.7.
			name: "go-0.3.7", metric: success, key: key, variant: result,
			others: reasons("reason", provider, "targeting_match", "split"),
		},
		{
			// OpenFeature's metrics hook for Ruby: a series for each user.
			name: "ruby", metric: success,
			key: key, variant: result, others: users,
		},
		{
			// The hook for Python, whose description became a unit in the name.
			name:   "python",
			metric: "feature_flag_evaluation_request_request_flag_evaluations_total", key: key, variant: old,
			others: reasons("feature_flag_evaluation_reason", provider, "targeting_match"),
		},
		{
			// flagd counts by itself.
			name: "flagd", metric: "feature_flag_flagd_impression_total",
			key: key, variant: result, others: reasons("feature_flag_reason", provider, "TARGETING_MATCH"),
		},
		{
			// Datadog's SDKs.
			name: "datadog", metric: "feature_flag_evaluations_total", key: key, variant: result,
			others: reasons("feature_flag_result_reason", map[string]string{"feature_flag_result_allocation_key": "rollout"}, "split"),
		},
		{
			// Unleash counts whether a toggle is active.
			name: "unleash", metric: "feature_toggle_usage_total",
			key: "toggle", variant: "active", names: map[string]string{"off": "false", "on": "true"},
			others: []map[string]string{{"appName": "shop"}, {"appName": "checkout"}},
		},
		{
			// Unleash's impact metrics: one label for each flag.
			name:   "unleash-impact",
			metric: "unleash_counter_orders", variant: "unleash_checkout-unleash-impact", prefix: "unleash_",
			others: []map[string]string{{"unleash_appName": "shop"}},
		},
		{
			// The relay of GO Feature Flag, which does not count variants.
			name:   "go-feature-flag",
			metric: "gofeatureflag_flag_evaluations_total", key: "flag_name", others: []map[string]string{{}},
		},
	}
}

// perMinute are the evaluations that one series counts.
const perMinute = 60

// generateHooks is one case: each hook counts a flag of its own, and one server holds them all.
func generateHooks() (Case, error) {
	c := Case{Name: "hooks", Request: Request{
		Situation: "What OpenFeature's official hooks, and servers of flags, count of evaluations.",
		Settings:  map[string]any{"httpMethod": "POST", "timeInterval": "60s", "preset": "none"},
		From:      Time{firstScrape().Add(unasked * time.Minute)}, To: Time{firstScrape().Add((scrapes - 1) * time.Minute)},
	}}
	for _, h := range hooks() {
		c.Request.Queries = append(c.Request.Queries, h.queries()...)
		c.Expectations = append(c.Expectations, h.expectations()...)
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
	}
	return c, c.Complete()
}

// flag is what a hook counts.
func (h hook) flag() string { return "checkout-" + h.name }

// queries ask for one hook's flag, with the settings that its labels need.
func (h hook) queries() []Query {
	split := map[string]any{"mode": "labels", "flagLabel": h.key, "variantLabel": h.variant}
	switch {
	case h.prefix != "":
		split = map[string]any{"mode": "flag_label", "prefix": h.prefix}
	case h.variant == "":
		split["variantLabel"] = "variant"
	}
	settings := map[string]any{"split": split, "signals": []any{map[string]any{
		"id": "evaluations", "name": "Evaluations", "kind": "rate", "unit": "ops", "metric": h.metric,
	}}}
	table, _ := json.Marshal(map[string]any{
		"queryType": "compare", "flag": h.flag(), "signals": []string{"evaluations"}, "format": "table",
	})
	return []Query{
		{Name: h.name + " flags", Query: json.RawMessage(`{"queryType":"flags"}`), Settings: settings},
		{Name: h.name + " table", Query: table, Settings: settings},
	}
}

// counter are the samples of one series.
func (h hook) counter(variant string, process, other map[string]string) []Sample {
	all := map[string]string{model.MetricNameLabel: h.metric}
	if h.key != "" {
		all[h.key] = h.flag()
	}
	maps.Copy(all, process)
	maps.Copy(all, other)
	if h.variant != "" {
		all[h.variant] = h.called(variant)
	}
	series := labels.FromMap(all)
	samples := make([]Sample, scrapes)
	for i := range samples {
		at := firstScrape().Add(time.Duration(i) * time.Minute)
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
	flags, table := h.name+" flags", h.name+" table"
	if h.variant == "" {
		return []Expectation{{Name: h.name + ": it is said that no variant is named", Query: table, Says: "(?i)variant"}}
	}
	two, half := 2, 0.5
	perSecond := float64(len(scraped)*len(h.others)*perMinute) / 60
	rate := map[string]any{"stat": "rate"}
	on := map[string]any{"flag": h.flag(), "variant": h.called("on")}
	return []Expectation{
		{Name: h.name + ": the inventory has both variants", Query: flags, Row: map[string]any{"flag": h.flag()}, Rows: &two},
		{Name: h.name + ": share of on in the inventory", Query: flags, Row: on, Column: "share", Near: &half, Within: 0.001},
		{Name: h.name + ": evaluations of off", Query: table, Row: rate, Column: "baseline_value",
			Near: &perSecond, Within: perSecond * 0.001},
		{Name: h.name + ": evaluations of on", Query: table, Row: rate, Column: "variant_value",
			Near: &perSecond, Within: perSecond * 0.001},
		{Name: h.name + ": the table is whole", Query: table, NoError: true},
	}
}

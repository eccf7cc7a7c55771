package plugin

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest/conformance"
)

// hookCase is what one hook or server alone counts of evaluations, out of the case that holds them all.
func hookCase(t *testing.T, name string) conformance.Case {
	t.Helper()
	cases, err := conformance.Generated()
	require.NoError(t, err)
	all := cases[slices.IndexFunc(cases, func(c conformance.Case) bool { return c.Name == "hooks" })]
	i := slices.IndexFunc(all.Request.Queries, func(q conformance.Query) bool { return q.Name == name+" table" })
	require.GreaterOrEqual(t, i, 0, name)
	var settings struct {
		Signals []struct{ Metric string }
	}
	require.NoError(t, json.Unmarshal([]byte(mustJSON(t, all.Request.Queries[i].Settings)), &settings))
	own := all
	own.Samples = slices.DeleteFunc(slices.Clone(all.Samples), func(s conformance.Sample) bool {
		return s.Series.Get("__name__") != settings.Signals[0].Metric || !strings.Contains(s.Series.String(), "checkout-"+name)
	})
	require.NotEmpty(t, own.Samples)
	own.Request.Queries = all.Request.Queries[i : i+1]
	return own
}

// What the official hooks and the servers of flags count is found by itself: flags, variants, evaluations, and reasons.
func TestDetectionOfEveryHook(t *testing.T) {
	for name, test := range map[string]struct {
		variants []string
		reason   string
	}{
		"node":           {[]string{"off", "on"}, "feature_flag_result_reason"},
		"go-0.3.5":       {[]string{"off", "on"}, "reason"},
		"go-0.3.7":       {[]string{"off", "on"}, "reason"},
		"ruby":           {[]string{"off", "on"}, ""},
		"python":         {[]string{"off", "on"}, "feature_flag_evaluation_reason"},
		"flagd":          {[]string{"off", "on"}, "feature_flag_reason"},
		"datadog":        {[]string{"off", "on"}, "feature_flag_result_reason"},
		"unleash":        {[]string{"false", "true"}, ""},
		"unleash-impact": {[]string{"off", "on"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := hookCase(t, name)
			found := detectedOn(t, storeOf(t, c).URL, c.Request.To.Time)
			require.NotEmpty(t, found.Proposals, "%+v", found)
			best := found.Proposals[0]
			require.Contains(t, best.Flags[0].Flag, "checkout-"+name)
			require.Equal(t, test.variants, best.Flags[0].Variants)
			require.Equal(t, test.variants[0], best.Flags[0].Baseline)
			require.Contains(t, strings.Join(best.Doubts, " "), "put the flag on request metrics")
			if test.reason == "" {
				require.Nil(t, best.Settings.ReasonMetric)
			} else {
				require.Equal(t, test.reason, best.Settings.ReasonMetric.ReasonLabel)
			}
			preview := previewOf(t, storeOf(t, c).URL, mustJSON(t, best.Settings), c.Request.To.Time)
			var arms []model.PreviewRow
			for _, row := range preview.Rows {
				if row.Signal == "throughput" && row.Value != nil {
					arms = append(arms, row)
				}
			}
			require.Len(t, arms, 2, "%+v", preview)
			require.InDelta(t, *arms[0].Value, *arms[1].Value, 0.05**arms[0].Value, "each variant is evaluated as often")
		})
	}
	t.Run("go-feature-flag", func(t *testing.T) {
		c := hookCase(t, "go-feature-flag")
		found := detectedOn(t, storeOf(t, c).URL, c.Request.To.Time)
		require.Empty(t, found.Proposals)
		require.Contains(t, strings.Join(found.Advice, " "), "gofeatureflag_flag_evaluations_total counts evaluations of flags, and no label of it tells the variant")
	})
}

// Hooks of several ages in one fleet, beside request metrics: one flag, one proposal, all of its traffic.
func TestDetectionOfHooksOfTwoAges(t *testing.T) {
	hooks := hookCase(t, "go-0.3.5")
	newer := hookCase(t, "go-0.3.7")
	for _, sample := range newer.Samples {
		sample.Series = relabelled(sample.Series, "feature_flag_key", "checkout-go-0.3.5", "instance", "10.0.0.9:8080")
		hooks.Samples = append(hooks.Samples, sample)
	}
	found := detectedOn(t, storeOf(t, hooks).URL, hooks.Request.To.Time)
	require.Len(t, found.Proposals, 1, "%+v", found.Proposals)
	best := found.Proposals[0]
	require.Equal(t, "feature_flag_result_variant", best.Split.VariantLabel)
	require.Equal(t, []string{"feature_flag_variant"}, best.Split.VariantLabels)
	require.Equal(t, 1, best.FlagCount)
	require.Equal(t, []string{"off", "on"}, best.Flags[0].Variants)
}

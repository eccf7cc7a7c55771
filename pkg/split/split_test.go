package split

import (
	"context"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// server has the names and values that a test gives it.
type server struct {
	names, values []string
	series        []labels.Labels
}

func (s server) LabelNames(context.Context, []string) ([]string, error) { return s.names, nil }

func (s server) LabelValues(context.Context, string, []string) ([]string, error) {
	return s.values, nil
}

func (s server) Series(context.Context, []string) ([]labels.Labels, error) { return s.series, nil }

// What each way to split finds, and what it says where there is nothing.
func TestModes(t *testing.T) {
	there := server{
		names: []string{"job", "flag_b", "flag_a", "__name__"}, values: []string{"b10", "b2"},
		series: []labels.Labels{labels.FromStrings("instance", "a", "variant", "on"), labels.FromStrings("instance", "b", "variant", "off")},
	}
	signal := model.Signal{Name: "Errors", Kind: model.KindRate, Metric: "errors_total"}
	for _, test := range []struct {
		split    model.Split
		oneByOne bool
		flags    []string
		absent   string
		carriers int
		variant  string
	}{
		{model.Split{Mode: model.SplitLabels, FlagLabel: "flag", VariantLabel: "variant"}, false, []string{"b2", "b10"},
			`Errors: flag "x" has no series in this range. Flags seen: b2, b10.`, 1, "own"},
		{model.Split{Mode: model.SplitFlagLabel, Prefix: "flag_"}, true, []string{"a", "b"},
			`Errors: flag "x" has no series in this range. Flags seen: a, b.`, 2, "of x"},
		{model.Split{Mode: model.SplitInfo, FlagLabel: "flag", VariantLabel: "variant", InfoMetric: "info", On: []string{"instance"}}, true,
			[]string{"b2", "b10"}, `Errors: flag "x" has no series in this range. Flags seen: b2, b10.`, 0, "on"},
		{model.Split{Mode: model.SplitMatchers, Flags: []model.MatcherFlag{{Flag: "y"}}}, true, []string{"y"},
			`Errors: flag "x" is not among the datasource's matchers. There are: y.`, 0, ""},
	} {
		t.Run(string(test.split.Mode), func(t *testing.T) {
			m, split := BuiltIn().Of(test.split), BuiltIn().Split(test.split)
			scope := promql.Scope{Split: split, Flag: "x"}
			require.Equal(t, test.oneByOne, m.OneByOne())
			flags, err := m.Flags(context.Background(), there, split, []string{"errors_total"})
			require.NoError(t, err)
			require.Equal(t, test.flags, flags)
			require.Equal(t, test.absent, m.Absent(scope, signal, flags))
			match, some, err := m.Carriers(context.Background(), there, split, []string{"errors_total"})
			require.NoError(t, err)
			require.True(t, some)
			require.Len(t, match, test.carriers)
			variantOf, err := m.VariantOf(context.Background(), there, scope)
			require.NoError(t, err)
			variant, err := variantOf(labels.FromStrings("instance", "a", "variant", "own", "flag_x", "of x"))
			require.NoError(t, err)
			require.Equal(t, test.variant, variant)
			require.NotEmpty(t, m.Nothing(test.split, model.PresetOTel))
		})
	}
	none, some, err := flagLabelMode{}.Carriers(context.Background(), server{}, BuiltIn().Split(model.Split{Mode: model.SplitFlagLabel, Prefix: "flag_"}), nil)
	require.NoError(t, err)
	require.False(t, some, "no flag, so no metric can be split")
	require.Empty(t, none)
}

package survey

import (
	"context"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// server has the names and values that a test gives it.
type server struct {
	names, values []string
	series        []labels.Labels
}

func (s server) LabelNames(context.Context, promapi.MetaQuery) (names, warnings []string, err error) {
	return s.names, nil, nil
}

func (s server) LabelValues(context.Context, string, promapi.MetaQuery) (values, warnings []string, err error) {
	return s.values, nil, nil
}

func (s server) Series(context.Context, promapi.MetaQuery) (series []labels.Labels, warnings []string, err error) {
	return s.series, nil, nil
}

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
		{model.Split{Mode: model.SplitInfo, FlagLabel: "flag", VariantLabel: "variant", InfoMetric: "info", On: []string{"instance"}}, false,
			[]string{"b2", "b10"}, `Errors: flag "x" has no series in this range. Flags seen: b2, b10.`, 0, "on"},
		{model.Split{Mode: model.SplitMatchers, Flags: []model.MatcherFlag{{Flag: "y"}}}, true, []string{"y"},
			`Errors: flag "x" is not among the datasource's matchers. There are: y.`, 0, ""},
	} {
		t.Run(string(test.split.Mode), func(t *testing.T) {
			m, scope := modeOf(test.split.Mode), promql.Scope{Split: test.split, Flag: "x"}
			require.Equal(t, test.oneByOne, m.oneByOne())
			flags, err := m.flags(context.Background(), there, test.split, []string{"errors_total"}, Span{})
			require.NoError(t, err)
			require.Equal(t, test.flags, flags)
			notice, ok := m.absent(scope, signal, flags)
			require.True(t, ok)
			require.Equal(t, test.absent, notice.Text)
			match, some, err := m.carriers(context.Background(), there, test.split, []string{"errors_total"}, Span{})
			require.NoError(t, err)
			require.True(t, some)
			require.Len(t, match, test.carriers)
			variantOf, err := m.variantOf(context.Background(), there, scope, Span{})
			require.NoError(t, err)
			variant, err := variantOf(labels.FromStrings("instance", "a", "variant", "own", "flag_x", "of x"))
			require.NoError(t, err)
			require.Equal(t, test.variant, variant)
			require.NotEmpty(t, Nothing(test.split, model.PresetOTel))
		})
	}
	none, some, err := flagLabelMode{}.carriers(context.Background(), server{}, model.Split{Mode: model.SplitFlagLabel, Prefix: "flag_"}, nil, Span{})
	require.NoError(t, err)
	require.False(t, some, "no flag, so no metric can be split")
	require.Empty(t, none)
}

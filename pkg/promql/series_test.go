package promql_test

import (
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	. "github.com/flaglens/flaglens/pkg/promql"
)

func TestExemplarsSelectInEveryWayToSplit(t *testing.T) {
	scope := Scope{
		Flag: "checkout", Selector: `method!="HEAD"`,
		Filters:  []model.Filter{{Key: "route", Operator: model.OpEqual, Value: `/a"}`}},
		Variants: []string{"on", "off"},
	}
	want := map[model.SplitMode]string{
		model.SplitLabels:    `x_bucket{feature_flag_key="checkout",feature_flag_variant=~"off|on",method!="HEAD",route="/a\"}"}`,
		model.SplitFlagLabel: `x_bucket{flag_checkout=~"off|on",method!="HEAD",route="/a\"}"}`,
		model.SplitInfo:      `x_bucket{method!="HEAD",route="/a\"}"}`,
		model.SplitMatchers: `x_bucket{method!="HEAD",route="/a\"}",version="1"} or ` +
			`x_bucket{method!="HEAD",region=~"eu.*",route="/a\"}",version="2"}`,
	}
	for _, split := range splits {
		t.Run(string(split.Split.Mode), func(t *testing.T) {
			scope.Split = split
			got, err := scope.Series().Exemplars("x_bucket")
			require.NoError(t, err)
			wanted, err := parser.NewParser(parser.Options{}).ParseExpr(want[split.Split.Mode])
			require.NoError(t, err)
			read, err := parser.NewParser(parser.Options{}).ParseExpr(got)
			require.NoError(t, err)
			assert.Equal(t, wanted.String(), read.String())
		})
	}
}

func TestExemplarsOfBothKindsOfHistograms(t *testing.T) {
	got, err := Scope{Split: splits[1], Flag: "checkout"}.Series().Exemplars("x_bucket", "x")
	require.NoError(t, err)
	assert.Equal(t, `x_bucket{flag_checkout!=""} or x{flag_checkout!=""}`, got)
	_, err = Scope{Split: splits[1], Flag: "checkout"}.Series().Exemplars()
	require.Error(t, err)
}

func TestVariantOfASeries(t *testing.T) {
	for _, test := range []struct {
		mode   int
		series labels.Labels
		want   string
	}{
		{0, labels.FromStrings("feature_flag_variant", "on"), "on"},
		{1, labels.FromStrings("flag_checkout", "off"), "off"},
		{2, labels.FromStrings("variant", "on"), ""},
		{3, labels.FromStrings("version", "2", "region", "eu-1"), "on"},
		{3, labels.FromStrings("version", "2", "region", "us-1"), ""},
		{3, labels.FromStrings("version", "3"), "$1"},
	} {
		got, err := Scope{Split: splits[test.mode], Flag: "checkout"}.Series().VariantOf(test.series)
		require.NoError(t, err)
		assert.Equal(t, test.want, got, "%s", test.series)
	}
}

package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// A value of the wrong JSON type is refused by the field's path, with the type that fits.
func TestWrongTypesAreRefusedByName(t *testing.T) {
	for text, want := range map[string]string{
		`{"flag":1}`:                 "flag: a JSON number does not fit; give a string",
		`{"queryType":true}`:         "queryType: a JSON bool does not fit; give a string",
		`{"signals":"latency"}`:      "signals: a JSON string does not fit; give a list, each entry a string",
		`{"quantiles":{}}`:           "quantiles: a JSON object does not fit; give a list, each entry a number",
		`{"filters":["a=b"]}`:        "give an object",
		`{"filters":[{"key":[]}]}`:   "key: a JSON array does not fit; give a string",
		`null`:                       "query: a JSON null does not fit",
		`"latency"`:                  "query: a JSON string does not fit; give an object",
		`{"flag":"a"} {"flag":"b"}`:  "query: there is text after the JSON object",
		`{"flag":`:                   "query: this is no JSON",
		"{\"flag\":\"\xff\",\"x\":}": "query: this is no JSON",
	} {
		t.Run(text, func(t *testing.T) {
			_, err := DecodeQuery([]byte(text))
			requireInvalid(t, err, want)
		})
	}
	for text, want := range map[string]string{
		`{"baselines":[]}`:              "baselines: a JSON array does not fit; give an object",
		`{"partialAsError":"yes"}`:      "partialAsError: a JSON string does not fit; give true or false",
		`{"split":"labels"}`:            "split: a JSON string does not fit; give an object",
		`{"limits":{"maxSeries":"5"}}`:  "limits.maxSeries: a JSON string does not fit; give a number",
		`{"limits":{"maxSeries":1e99}}`: "give a number",
		`{"signals":{}}`:                "give a list, each entry an object",
	} {
		t.Run(text, func(t *testing.T) {
			_, err := vocabulary.BuiltIn().DecodeSettings([]byte(text))
			requireInvalid(t, err, want)
		})
	}
}

func TestSettingsMayBeAbsent(t *testing.T) {
	want, err := vocabulary.BuiltIn().DecodeSettings([]byte("{}"))
	require.NoError(t, err)
	for _, text := range []string{"", " \n", "null"} {
		settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(text))
		require.NoError(t, err)
		require.Equal(t, want, settings)
	}
}

func requireInvalid(t *testing.T, err error, want string) {
	t.Helper()
	var invalid *InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Contains(t, err.Error(), want)
	require.False(t, strings.HasSuffix(err.Error(), "."))
}

func TestLimitsAreBounded(t *testing.T) {
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{"limits":{"maxVariants":7,"maxSeries":8,"maxBytes":9}}`))
	require.NoError(t, err)
	require.Equal(t, &Limits{MaxVariants: 7, MaxSeries: 8, MaxBytes: 9}, settings.Limits)
	for text, want := range map[string]string{
		`{"limits":{"maxVariants":-1}}`:             "limits.maxVariants: -1 is out of bounds",
		`{"limits":{"maxVariants":1001}}`:           "choose one up to 1000",
		`{"limits":{"maxSeries":1000001}}`:          "limits.maxSeries: ",
		`{"limits":{"maxBytes":1073741825}}`:        "limits.maxBytes: ",
		`{"timeInterval":"1h","queryTimeout":"2d"}`: "queryTimeout: 2d is out of bounds",
	} {
		_, err := vocabulary.BuiltIn().DecodeSettings([]byte(text))
		requireInvalid(t, err, want)
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("x", 1025)
	for _, name := range []string{"route", "http.route", "ünï", "with space", long[1:]} {
		require.NoError(t, CheckLabelName(name), name)
		require.NoError(t, CheckMetricName(name), name)
	}
	require.ErrorContains(t, CheckLabelName("__name__"), "is reserved by Prometheus")
	for _, name := range []string{"", "\xff", long} {
		require.Error(t, CheckLabelName(name))
		require.Error(t, CheckMetricName(name))
	}
}

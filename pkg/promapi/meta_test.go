package promapi

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	var asked seen
	body := ""
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		asked = seen{method: r.Method, path: r.URL.EscapedPath(), form: r.Form}
		answerJSON(body)(w, r)
	}, Options{})
	ctx := context.Background()

	body = `{"status":"success","data":["b","a","ö"],"warnings":["slow"]}`
	names, warnings, err := c.LabelNames(ctx, MetaQuery{
		Match: []string{`{a="1"}`, `{b="2"}`}, Start: time.Unix(10, 0), End: time.Unix(20, 5e8), Limit: 100})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "ö"}, names)
	assert.Equal(t, []string{"slow"}, warnings)
	assert.Equal(t, seen{method: "POST", path: "/api/v1/labels", form: url.Values{
		"match[]": {`{a="1"}`, `{b="2"}`}, "start": {"10"}, "end": {"20.5"}, "limit": {"101"}}}, asked)

	body = `{"status":"success","data":["2","1"]}`
	names, warnings, err = c.LabelValues(ctx, "job", MetaQuery{})
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, names)
	assert.Empty(t, warnings)
	assert.Equal(t, seen{method: "GET", path: "/api/v1/label/job/values", form: url.Values{}}, asked)

	body = `{"status":"success","data":[{"b":"2","a":"1"},{"a":"0"}]}`
	series, _, err := c.Series(ctx, MetaQuery{Match: []string{"up"}})
	require.NoError(t, err)
	assert.Equal(t, []labels.Labels{labels.FromStrings("a", "0"), labels.FromStrings("a", "1", "b", "2")}, series)
	assert.Equal(t, "/api/v1/series", asked.path)

	for _, none := range []string{`[]`, `null`} {
		body = `{"status":"success","data":` + none + `}`
		names, _, err = c.LabelNames(ctx, MetaQuery{})
		require.NoError(t, err)
		assert.Empty(t, names)
	}
}

func TestLabelNamesInPaths(t *testing.T) {
	var path string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		answerJSON(`{"status":"success","data":[]}`)(w, r)
	}, Options{})
	for name, want := range map[string]string{
		"le":                           "le",
		"__name__":                     "__name__",
		"a.b":                          "U__a_2e_b",
		"feature_flag.result_variant":  "U__feature__flag_2e_result__variant",
		"..":                           "U___2e__2e_",
		"../../admin":                  "U___2e__2e__2f__2e__2e__2f_admin",
		"a/b":                          "U__a_2f_b",
		"a%2fb":                        "U__a_25_2fb",
		"flag é":                       "U__flag_20__e9_",
		"0day":                         "U___30_day",
		"a?limit=0#x":                  "U__a_3f_limit_3d_0_23_x",
		"quote\"s":                     "U__quote_22_s",
		"line\nbreak":                  "U__line_a_break",
		"🚀":                            "U___1f680_",
		"<script>alert(1)</script>":    "U___3c_script_3e_alert_28_1_29__3c__2f_script_3e_",
		"semi;colon&ampersand=equals ": "U__semi_3b_colon_26_ampersand_3d_equals_20_",
	} {
		_, _, err := c.LabelValues(context.Background(), name, MetaQuery{})
		require.NoError(t, err, name)
		assert.Equal(t, "/api/v1/label/"+want+"/values", path, name)
	}
}

func TestListsAreCut(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		name, body   string
		limit        int
		wantNames    []string
		wantWarnings []string
	}{
		{"as many as the limit", `["a","b"]`, 2, []string{"a", "b"}, nil},
		{"silent engine", `["a","b","c"]`, 2, []string{"a", "b"}, []string{"the list was cut at 2"}},
		{"engine that ignores the limit", `["a","b","c","d","e"]`, 2, []string{"a", "b"}, []string{"the list was cut at 2"}},
		{"no limit", `["a","b","c"]`, 0, []string{"a", "b", "c"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			names, warnings, err := serve(t, answerJSON(`{"status":"success","data":`+tt.body+`}`), Options{}).LabelNames(ctx, MetaQuery{Limit: tt.limit})
			require.NoError(t, err)
			assert.Equal(t, tt.wantNames, names)
			assert.Equal(t, tt.wantWarnings, warnings)
		})
	}
	t.Run("bytes", func(t *testing.T) {
		names, warnings, err := serve(t, answerJSON(`{"status":"success","data":["aaaaaaaaaa","bbbbbbbbbb","cccccccccc"]}`), Options{MaxBytes: 60}).LabelNames(ctx, MetaQuery{})
		require.NoError(t, err)
		assert.Equal(t, []string{"aaaaaaaaaa", "bbbbbbbbbb"}, names)
		assert.Equal(t, []string{"the list was cut at 60 bytes"}, warnings)
	})
	t.Run("nothing fits", func(t *testing.T) {
		_, _, err := serve(t, answerJSON(`{"status":"success","data":["aaaaaaaaaa"]}`), Options{MaxBytes: 32}).LabelNames(ctx, MetaQuery{})
		assert.ErrorContains(t, err, "larger than the limit of 32 bytes")
	})
}

func TestMetadataAndBuildInfo(t *testing.T) {
	var asked *url.URL
	body, status := "", http.StatusOK
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL
		answer(status, "application/json", body)(w, r)
	}, Options{})
	ctx := context.Background()

	body = `{"status":"success","data":{"m":[{"type":"histogram","help":"How long","unit":"seconds"}],"n":[]}}`
	metadata, err := c.Metadata(ctx, "m", 10)
	require.NoError(t, err)
	assert.Equal(t, map[string][]Metadata{"m": {{Type: "histogram", Help: "How long", Unit: "seconds"}}, "n": {}}, metadata)
	assert.Equal(t, "/api/v1/metadata?limit=10&metric=m", asked.String())

	body = `{"status":"success","data":{"version":"2.42.0","revision":"abc","goVersion":"go1.20","features":{}}}`
	info, err := c.BuildInfo(ctx)
	require.NoError(t, err)
	assert.Equal(t, BuildInfo{Version: "2.42.0", Revision: "abc", GoVersion: "go1.20"}, info)
	assert.Equal(t, "/api/v1/status/buildinfo", asked.String())

	body = `{"status":"success","data":{}}`
	info, err = c.BuildInfo(ctx)
	require.NoError(t, err)
	assert.Equal(t, BuildInfo{}, info, "VictoriaMetrics says nothing")

	for _, wrong := range []string{`[]`, `{"m":{}}`, `"x"`, `{"m":[1]}`} {
		body = `{"status":"success","data":` + wrong + `}`
		_, err = c.Metadata(ctx, "", 0)
		var known *Error
		require.ErrorAs(t, err, &known, wrong)
		assert.Equal(t, http.StatusBadGateway, known.Status)
	}
	for _, status = range []int{400, 404, 405} {
		body = "no"
		_, err = c.BuildInfo(ctx)
		var known *Error
		require.ErrorAs(t, err, &known)
		assert.Equal(t, status, known.Status, "the caller may take the engine as unknown")
	}
}

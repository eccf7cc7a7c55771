package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestParseRequestTakesGrafanasTimes(t *testing.T) {
	for name, test := range map[string]struct {
		from, to         string
		wantFrom, wantTo time.Time
	}{
		"unix milliseconds": {"1772362800000", "1772366400000", noon.Add(-time.Hour), noon},
		"relative":          {"now-1h", "now", noon.Add(-time.Hour), noon},
		"rounded to days":   {"now/d", "now/d", noon.Truncate(24 * time.Hour), noon.Add(12*time.Hour - time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"from":"` + test.from + `","to":"` + test.to + `","queries":[{"datasource":{"uid":"flaglens"}}]}`
			parsed, err := parseRequest([]byte(body), noon)
			require.NoError(t, err)
			got := parsed.queries[0].TimeRange
			require.WithinDuration(t, test.wantFrom, got.From, 0)
			require.WithinDuration(t, test.wantTo, got.To, time.Millisecond)
		})
	}
}

func TestParseRequestFillsGrafanasDefaults(t *testing.T) {
	parsed, err := parseRequest([]byte(`{"from":"now-1h","to":"now","queries":[{"datasource":{"uid":"flaglens"}}]}`), noon)
	require.NoError(t, err)
	require.Equal(t, "flaglens", parsed.uid)
	query := parsed.queries[0]
	require.Equal(t, "A", query.RefID)
	require.Equal(t, int64(100), query.MaxDataPoints)
	require.Equal(t, time.Second, query.Interval)
}

func TestParseRequestHandsTheQueryOnWhole(t *testing.T) {
	query := `{"refId":"B","queryType":"compare","flag":"a\"b","datasource":{"uid":"x"},"intervalMs":5000,"maxDataPoints":700,"own":{"k":[1]}}`
	parsed, err := parseRequest([]byte(`{"from":"now-1h","to":"now","queries":[`+query+`]}`), noon)
	require.NoError(t, err)
	got := parsed.queries[0]
	require.Equal(t, "B", got.RefID)
	require.Equal(t, "compare", got.QueryType)
	require.Equal(t, 5*time.Second, got.Interval)
	require.Equal(t, int64(700), got.MaxDataPoints)
	require.JSONEq(t, query, string(got.JSON))
}

func TestParseRequestPrefersTheQuerysOwnRange(t *testing.T) {
	body := `{"from":"now-1h","to":"now","queries":[
		{"refId":"A","datasource":{"uid":"x"},"timeRange":{"from":"now-2h","to":"now-1h"}},
		{"refId":"B","datasource":{"uid":"x"}}]}`
	parsed, err := parseRequest([]byte(body), noon)
	require.NoError(t, err)
	require.WithinDuration(t, noon.Add(-2*time.Hour), parsed.queries[0].TimeRange.From, 0)
	require.WithinDuration(t, noon.Add(-time.Hour), parsed.queries[1].TimeRange.From, 0)
}

func TestParseRequestRefuses(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"no JSON":              {`{`, "bad request data"},
		"no queries":           {`{"from":"now-1h","to":"now"}`, "no queries found"},
		"no range":             {`{"queries":[{"datasource":{"uid":"x"}}]}`, "from and to"},
		"a range in prose":     {`{"from":"yesterday","to":"now","queries":[{"datasource":{"uid":"x"}}]}`, `from "yesterday" is no time`},
		"no datasource":        {`{"from":"now-1h","to":"now","queries":[{"refId":"A"}]}`, "missing datasource uid"},
		"one refId twice":      {`{"from":"now-1h","to":"now","queries":[{"datasource":{"uid":"x"}},{"datasource":{"uid":"x"}}]}`, `refId "A"`},
		"two datasources":      {`{"from":"now-1h","to":"now","queries":[{"datasource":{"uid":"x"}},{"refId":"B","datasource":{"uid":"y"}}]}`, "one datasource"},
		"a query that is text": {`{"from":"now-1h","to":"now","queries":["up"]}`, "query 1: bad request data"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseRequest([]byte(test.body), noon)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestDatasourceUIDTakesBothSpellings(t *testing.T) {
	for _, raw := range []string{`{"uid":"flaglens","type":"t"}`, `"flaglens"`} {
		uid, err := datasourceUID(json.RawMessage(raw))
		require.NoError(t, err)
		require.Equal(t, "flaglens", uid)
	}
}

package promapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStatus(t *testing.T) {
	const plain, html, js = "text/plain", "text/html", "application/json"
	apiError := func(kind, text string) string {
		return `{"status":"error","errorType":"` + kind + `","error":"` + text + `"}`
	}
	for _, tt := range []struct {
		name         string
		status       int
		contentType  string
		body         string
		generated    bool
		wantStatus   int
		wantPlugin   bool
		wantKind     Kind
		wantMessage  string
		wantHint     string
		wantNoMarkup bool
	}{
		{name: "bad data", status: 400, contentType: js, body: apiError("bad_data", "unexpected end of input"),
			wantStatus: 400, wantKind: KindBadData, wantMessage: "unexpected end of input", wantHint: "Check the query"},
		{name: "bad data that we generated", status: 400, contentType: js, body: apiError("bad_data", "unexpected end of input"), generated: true,
			wantStatus: 400, wantPlugin: true, wantKind: KindBadData, wantMessage: "unexpected end of input", wantHint: "built by the plugin"},
		{name: "too many points", status: 400, contentType: js, body: apiError("bad_data", "exceeded maximum resolution of 11,000 points per timeseries"),
			wantStatus: 400, wantKind: KindBadData, wantMessage: "11,000 points", wantHint: "Raise the step"},
		{name: "400 of a proxy", status: 400, contentType: plain, body: "bad request",
			wantStatus: 400, wantKind: KindServer, wantMessage: "status 400: bad request", wantHint: "proxy"},
		{name: "execution", status: 422, contentType: js, body: apiError("execution", "division by zero"),
			wantStatus: 422, wantKind: KindExecution, wantMessage: "division by zero", wantHint: "Narrow"},
		{name: "execution that we generated", status: 422, contentType: js, body: apiError("execution", "found duplicate series"), generated: true,
			wantStatus: 422, wantKind: KindExecution, wantMessage: "duplicate series", wantHint: "labels of the split"},
		{name: "max samples", status: 422, contentType: js, body: apiError("execution", "query processing would load too many samples into memory in query execution"),
			wantStatus: 422, wantKind: KindExecution, wantMessage: "too many samples", wantHint: "--query.max-samples"},
		{name: "VictoriaMetrics parse error", status: 422, contentType: js, body: apiError("422", "cannot parse query"),
			wantStatus: 422, wantKind: KindBadData, wantMessage: "cannot parse query", wantHint: "Check the query"},
		{name: "VictoriaMetrics parse error that we generated", status: 422, contentType: js, body: apiError("422", "cannot parse query"), generated: true,
			wantStatus: 422, wantPlugin: true, wantKind: KindBadData, wantMessage: "cannot parse query", wantHint: "built by the plugin"},
		{name: "VictoriaMetrics limit", status: 422, contentType: js, body: apiError("422", "too many points for the given step"),
			wantStatus: 422, wantKind: KindExecution, wantMessage: "too many points", wantHint: "Narrow"},
		{name: "unauthorized", status: 401, contentType: plain, body: "Unauthorized",
			wantStatus: 401, wantKind: KindAuth, wantMessage: "(401): Unauthorized", wantHint: "Check the credentials"},
		{name: "forbidden", status: 403, contentType: html, body: "<h1>no</h1>",
			wantStatus: 403, wantKind: KindAuth, wantMessage: "(403)", wantHint: "Check the credentials", wantNoMarkup: true},
		{name: "not found", status: 404, contentType: plain, body: "404 page not found",
			wantStatus: 404, wantKind: KindNotFound, wantMessage: "404 page not found", wantHint: "Check the URL"},
		{name: "method refused for GET too", status: 405, contentType: plain, body: "",
			wantStatus: 405, wantKind: KindMethod, wantMessage: "method", wantHint: "Check the URL"},
		{name: "rate limit without a time", status: 429, contentType: plain, body: "slow down",
			wantStatus: 429, wantKind: KindRateLimit, wantMessage: "slow down", wantHint: "less often"},
		{name: "query time-out", status: 503, contentType: js, body: apiError("timeout", "query timed out in expression evaluation"),
			wantStatus: 504, wantKind: KindTimeout, wantMessage: "query timed out", wantHint: "Narrow the time range"},
		{name: "replay of the log", status: 503, contentType: plain, body: "Service Unavailable",
			wantStatus: 503, wantKind: KindUnavailable, wantMessage: "Service Unavailable", wantHint: "starting"},
		{name: "unavailable as JSON", status: 503, contentType: js, body: apiError("unavailable", "TSDB not ready"),
			wantStatus: 503, wantKind: KindUnavailable, wantMessage: "TSDB not ready", wantHint: "starting"},
		{name: "cancelled by the server", status: 499, contentType: js, body: apiError("canceled", "context canceled"),
			wantStatus: 502, wantKind: KindServer, wantMessage: "cancelled on the side of the server", wantHint: "proxy"},
		{name: "500 with a page", status: 500, contentType: html, body: "<script>alert(1)</script>" + strings.Repeat("x", 5000),
			wantStatus: 500, wantKind: KindServer, wantMessage: "&lt;script&gt;alert(1)", wantHint: "proxy", wantNoMarkup: true},
		{name: "502 with a page", status: 502, contentType: html, body: "<html><body>Bad Gateway</body></html>",
			wantStatus: 502, wantKind: KindServer, wantMessage: "Bad Gateway", wantHint: "proxy", wantNoMarkup: true},
		{name: "504 with a page", status: 504, contentType: html, body: "<html>Gateway Time-out</html>",
			wantStatus: 504, wantKind: KindServer, wantMessage: "Gateway Time-out", wantHint: "proxy", wantNoMarkup: true},
		{name: "internal error of the API", status: 500, contentType: js, body: apiError("internal", "chunk is corrupt"),
			wantStatus: 500, wantKind: KindServer, wantMessage: "chunk is corrupt", wantHint: "proxy"},
		{name: "redirect without a target", status: 302, contentType: plain, body: "",
			wantStatus: 502, wantKind: KindRedirect, wantMessage: "redirect", wantHint: "URL"},
		{name: "invalid UTF-8 in an error", status: 500, contentType: plain, body: "bad \xff\xfe bytes",
			wantStatus: 500, wantKind: KindServer, wantMessage: "bad \uFFFD bytes", wantHint: "proxy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := serve(t, answer(tt.status, tt.contentType, tt.body), Options{GeneratedPromQL: tt.generated})
			err := failure(t, c)
			assert.Equal(t, tt.wantStatus, err.Status)
			assert.Equal(t, !tt.wantPlugin, err.Downstream)
			assert.Equal(t, tt.wantKind, err.Kind)
			assert.Contains(t, err.Message, tt.wantMessage)
			assert.Contains(t, err.Hint, tt.wantHint)
			assert.Equal(t, err.Message+". "+err.Hint, err.Error())
			assert.Less(t, len(err.Error()), 2048)
			if tt.wantNoMarkup {
				assert.NotContains(t, err.Error(), "<")
			}
		})
	}
}

func TestRetryAfterIsHeeded(t *testing.T) {
	requests := 0
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Retry-After", "20")
		http.Error(w, "too many queries", http.StatusTooManyRequests)
	}, Options{})
	now := time.Unix(1700000000, 0)
	c.connection.now = func() time.Time { return now }

	first := failure(t, c)
	assert.Equal(t, 20*time.Second, first.RetryAfter)
	assert.Contains(t, first.Error(), "too many queries")
	assert.Contains(t, first.Hint, "20s")

	now = now.Add(5 * time.Second)
	second := failure(t, c)
	assert.Equal(t, 1, requests, "the server must be left alone")
	assert.Equal(t, http.StatusTooManyRequests, second.Status)
	assert.Equal(t, 15*time.Second, second.RetryAfter)

	now = now.Add(16 * time.Second)
	_ = failure(t, c)
	assert.Equal(t, 2, requests, "after the pause the server is asked again")
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := clientOf(t, "http://localhost", Options{})
	c.connection.now = func() time.Time { return now }
	for value, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"soon":                          0,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30 * time.Second,
		"Sun, 01 Mar 2026 11:00:00 GMT": 0,
	} {
		assert.Equal(t, want, c.connection.retryAfter(http.Header{"Retry-After": {value}}), value)
	}
}

func TestShortPauseIsWaitedOut(t *testing.T) {
	c := serve(t, answerJSON(oneSeries), Options{})
	c.connection.pause(150 * time.Millisecond)
	begin := time.Now()
	_, err := c.Query(context.Background(), anyQuery)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(begin), 100*time.Millisecond)
}

func TestPauseIsBounded(t *testing.T) {
	c := clientOf(t, "http://localhost", Options{})
	now := time.Unix(1700000000, 0)
	c.connection.now = func() time.Time { return now }
	c.connection.pause(365 * 24 * time.Hour)
	now = now.Add(maxPause)
	assert.NoError(t, c.connection.awaitPause(context.Background()))
}

func TestPauseEndsWithTheCaller(t *testing.T) {
	c := clientOf(t, "http://localhost", Options{})
	c.connection.pause(time.Second)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := c.Query(ctx, anyQuery)
	var known *Error
	require.ErrorAs(t, err, &known)
	assert.Equal(t, StatusClientClosedRequest, known.Status)
}

// A server that says to come back in 73 years is not quoted with it.
func TestLongWaitsAreNotCounted(t *testing.T) {
	require.Equal(t, "Try again in 20s", rateLimited("slow down", 20*time.Second).Hint)
	require.Equal(t, "Try again later", rateLimited("slow down", 639898*time.Hour).Hint)
}

package plugin

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// Whatever reaches the server tells callers apart, and nothing else does.
func TestIdentityIsWhatTheServerSees(t *testing.T) {
	type asker struct {
		headers http.Header
		alert   string
	}
	with := func(pairs ...string) asker {
		headers := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			headers.Add(pairs[i], pairs[i+1])
		}
		return asker{headers, ""}
	}
	for name, test := range map[string]struct {
		jsonData string
		same     [][]asker
	}{
		"nothing forwarded": {`{}`, [][]asker{{
			with(), with("Authorization", "a"), with("Cookie", "session=1"), {http.Header{}, "true"},
		}}},
		"tokens": {`{"oauthPassThru":true}`, [][]asker{
			{with(), with("Cookie", "session=1"), with("X-Scope-OrgID", "evil"), with("X-Grafana-User", "bob")},
			{{http.Header{}, "true"}},
			{with("Authorization", "a"), with("authorization", "a", "Cookie", "session=1")},
			{with("Authorization", "b")},
			{with("Authorization", "ab")},
			{with("X-Id-Token", "a")},
			{with("X-Grafana-Id", "a")},
			{with("Authorization", "a", "X-Id-Token", "b")},
			{with("Authorization", "b", "X-Id-Token", "a")},
			{with("Authorization", "a", "X-Id-Token", "b", "X-Grafana-Id", "c")},
			{{http.Header{"Authorization": {"a"}}, "true"}},
		}},
		"cookies": {`{"keepCookies":["session","other"]}`, [][]asker{
			{with(), with("Cookie", "unnamed=1"), with("Authorization", "a")},
			{with("Cookie", "session=1"), with("Cookie", "unnamed=1; session=1")},
			{with("Cookie", "session=2")},
			{with("Cookie", "other=1")},
			{with("Cookie", "session=1; other=1")},
		}},
		"tokens and cookies": {`{"oauthPassThru":true,"keepCookies":["session"]}`, [][]asker{
			{with("Authorization", "a")}, {with("Authorization", "a", "Cookie", "session=1")}, {with("Cookie", "session=1")},
			{with("Authorization", "b", "Cookie", "session=1")},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := datasourceOn(t, instance("http://127.0.0.1:1", test.jsonData), time.Time{})
			groups := map[kept.Identity]int{}
			for group, askers := range test.same {
				for _, asker := range askers {
					identity := d.callerOf(asker.headers, asker.alert).identity
					if known, seen := groups[identity]; seen {
						require.Equal(t, known, group, "%v is taken for one of group %d", asker, known)
					}
					groups[identity] = group
				}
			}
			require.Len(t, groups, len(test.same), "callers who are one to the server are taken for several")
		})
	}
}

// An identity means nothing to another instance or process, and shows nothing of the token.
func TestIdentityIsSalted(t *testing.T) {
	headers := http.Header{"Authorization": {"Bearer secret"}}
	one, other := newSalt(), newSalt()
	require.NotEqual(t, one.identityOf(headers, ""), other.identityOf(headers, ""))
	require.Equal(t, one.identityOf(headers, ""), one.identityOf(headers.Clone(), ""))
}

// Tokens that change with every request leave a bounded number of identities behind; a change of the settings none.
func TestRotatingTokens(t *testing.T) {
	server := record(t)
	d := datasourceOn(t, instance(server.URL, `{"oauthPassThru":true}`), time.Time{})
	viewOf := func(i int) *view {
		_, v, err := d.as(t.Context(), http.Header{"Authorization": {strings.Repeat("x", i+1)}}, "")
		require.NoError(t, err)
		return v
	}
	var views []*view
	for i := range 2 * mostIdentities {
		views = append(views, viewOf(i))
	}
	newest := 2*mostIdentities - 1
	require.Same(t, views[newest-mostIdentities+1], viewOf(newest-mostIdentities+1))
	require.Same(t, views[newest], viewOf(newest))
	require.NotSame(t, views[newest-mostIdentities], viewOf(newest-mostIdentities))
	d.Dispose()
	require.NotSame(t, views[newest], viewOf(newest))
	require.NotSame(t, viewOf(0), viewOf(0), "what comes late is served and not kept")
}

// askAs sends one query with headers.
func askAs(t *testing.T, d *Datasource, query backend.DataQuery, headers map[string]string) backend.DataResponse {
	t.Helper()
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{query}, Headers: headers})
	require.NoError(t, err)
	return answer.Responses[query.RefID]
}

// A server that asks one caller to wait has not asked the others.
func TestPausesAreApart(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("Authorization") == "Bearer busy" {
			w.Header().Set("Retry-After", "50")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"vector","result":[]}}`))
	}))
	t.Cleanup(server.Close)
	d := datasourceOn(t, instance(server.URL, `{"oauthPassThru":true}`), time.Time{})
	query := lastHour("A", `{"queryType":"flags"}`, time.Now())
	for range 2 {
		busy := askAs(t, d, query, map[string]string{"Authorization": "Bearer busy"})
		require.EqualValues(t, http.StatusTooManyRequests, busy.Status)
		require.NoError(t, askAs(t, d, query, map[string]string{"Authorization": "Bearer idle"}).Error)
	}
}

// A server that lets one caller's POST through only as a GET has said so to that one.
func TestMethodsAreApart(t *testing.T) {
	var posts atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost && r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		if r.Method == http.MethodPost {
			posts.Add(1)
		}
		_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"vector","result":[]}}`))
	}))
	t.Cleanup(server.Close)
	d := datasourceOn(t, instance(server.URL, `{"oauthPassThru":true}`), time.Time{})
	query := lastHour("A", `{"queryType":"flags"}`, time.Now())
	require.NoError(t, askAs(t, d, query, nil).Error)
	require.NoError(t, askAs(t, d, query, map[string]string{"Authorization": "Bearer alice"}).Error)
	require.NotZero(t, posts.Load())
}

// What was read is not shown to its reader once the server lets them in no longer, though it would take no request.
func TestAccessThatEnds(t *testing.T) {
	var series strings.Builder
	for _, variant := range []string{"off", "on"} {
		for _, part := range []string{`bucket{le="+Inf",`, `count{`} {
			fmt.Fprintf(&series, "feature_flag_http_request_duration_seconds_%sfeature_flag_key=\"checkout\",feature_flag_variant=%q} 0+10x%d\n",
				part, variant, scrapes)
		}
	}
	behind, err := url.Parse(promtest.Start(t, promtest.Script{Every: scrape, Series: series.String()}).URL)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(behind)
	for name, refuse := range map[string]http.HandlerFunc{
		"forbidden":    says(http.StatusForbidden, "application/json", `{"status":"error","errorType":"forbidden","error":"no"}`),
		"a login page": says(http.StatusOK, "text/html", "<!doctype html>"),
		"unauthorized": says(http.StatusUnauthorized, "text/plain", "no"),
	} {
		t.Run(name, func(t *testing.T) {
			var ended atomic.Bool
			var asked atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				if ended.Load() {
					refuse(w, r)
					return
				}
				proxy.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			var now atomic.Int64
			now.Store(dataEnd.UnixNano())
			d := newDatasource(context.Background(), instance(server.URL, `{"oauthPassThru":true}`), compare.Options{
				Now: func() time.Time { return time.Unix(0, now.Load()) },
			})
			t.Cleanup(d.Dispose)
			query := lastHour("A", `{"queryType":"changes","flag":"checkout"}`, dataEnd.Add(-10*time.Minute))
			alice := map[string]string{"Authorization": "Bearer alice"}
			require.NoError(t, askAs(t, d, query, alice).Error)
			before := asked.Load()
			require.NoError(t, askAs(t, d, query, alice).Error)
			require.Equal(t, before+2, asked.Load(), "the second answer reads nothing anew but traffic and allocation of the latest hour, which may have come late")
			ended.Store(true)
			now.Add(int64(trusted))
			for range 2 {
				require.Error(t, askAs(t, d, query, alice).Error)
			}
			ended.Store(false)
			require.NoError(t, askAs(t, d, query, alice).Error)
		})
	}
}

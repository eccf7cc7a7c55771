package identity

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promtest"
)

// asked are the queries with the rollout's start in place of a word for it.
func asked(since string) map[string]string {
	all := map[string]string{}
	for refID, query := range queries {
		all[refID] = replaceSince(query, since)
	}
	return all
}

func replaceSince(text, since string) string { return strings.ReplaceAll(text, `"since":"now"`, since) }

func assertContains(t *testing.T, text, part, what string) {
	t.Helper()
	assert.True(t, strings.Contains(text, part), "%s: %.2000s", what, text)
}

func assertNotContains(t *testing.T, text, part, what string) {
	t.Helper()
	assert.False(t, strings.Contains(text, part), "%s: %.2000s", what, text)
}

// asking is one tenant's way to ask.
type asking struct {
	source source
	who    caller
}

// Two tenants behind one address get their own numbers and no others', however the server tells them apart, in turns and at
// once: those that a datasource of their own, straight at their server, is answered with.
func TestTenantsGetTheirOwn(t *testing.T) {
	backend := start(t)
	to := past()
	from := to.Add(-time.Hour)
	tenants := map[string]string{
		"A": promtest.Start(t, shop(to, "on", 6)).URL, "B": promtest.Start(t, shop(to, "beta", 2)).URL,
	}
	byHeader := newGate(t, tenants, func(r *http.Request) string { return r.Header.Get("X-Scope-OrgID") })
	byToken := newGate(t, tenants, func(r *http.Request) string { return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") })
	byCookie := newGate(t, tenants, func(r *http.Request) string {
		if cookie, err := r.Cookie("tenant"); err == nil {
			return cookie.Value
		}
		return ""
	})
	token := backend.datasource("token", byToken.URL, `{"oauthPassThru":true}`, nil)
	cookie := backend.datasource("cookie", byCookie.URL, `{"keepCookies":["tenant"]}`, nil)
	header := func(tenant string) source {
		return backend.datasource("header"+tenant, byHeader.URL, `{}`, map[string]string{"X-Scope-OrgID": tenant})
	}
	ways := map[string]map[string]asking{
		"two datasources with a header": {"A": {header("A"), caller{}}, "B": {header("B"), caller{}}},
		"one datasource by token": {
			"A": {token, caller{"Authorization": "Bearer A"}}, "B": {token, caller{"Authorization": "Bearer B"}},
		},
		"one datasource by cookie": {"A": {cookie, caller{"Cookie": "tenant=A"}}, "B": {cookie, caller{"Cookie": "tenant=B"}}},
	}
	since := fmt.Sprintf(`"since":"%d"`, to.Add(-30*time.Minute).UnixMilli())
	want := map[string]map[string]string{}
	for tenant, url := range tenants {
		want[tenant] = asking{backend.datasource("straight"+tenant, url, `{}`, nil), caller{}}.all(t, since, from, to)
	}
	foreign := map[string]string{"A": "beta", "B": `"on"`}
	for tenant, answers := range want {
		for what, answer := range answers {
			require.NotContains(t, answer, foreign[tenant], "the tenants' data must differ in %s", what)
		}
		require.NotEqual(t, want["A"]["query verdict"], want["B"]["query verdict"])
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			var callers sync.WaitGroup
			for range 3 {
				for tenant, ask := range way {
					callers.Go(func() {
						for what, answer := range ask.all(t, since, from, to) {
							assert.Equal(t, want[tenant][what], answer, "tenant %s at once with the other: %s", tenant, what)
						}
					})
				}
			}
			callers.Wait()
			for range 2 {
				for _, tenant := range []string{"A", "B"} {
					for what, answer := range way[tenant].all(t, since, from, to) {
						require.Equal(t, want[tenant][what], answer, "tenant %s in turns with the other: %s", tenant, what)
					}
				}
			}
		})
	}
}

// Credentials that are changed in the settings begin anew: what the former ones read is not served with the new ones.
func TestChangedCredentials(t *testing.T) {
	backend := start(t)
	to := past()
	from := to.Add(-time.Hour)
	gate := newGate(t, map[string]string{"A": promtest.Start(t, shop(to, "on", 6)).URL},
		func(r *http.Request) string { return r.Header.Get("X-Scope-OrgID") })
	since := fmt.Sprintf(`"since":"%d"`, to.Add(-30*time.Minute).UnixMilli())
	before := backend.datasource("same", gate.URL, `{}`, map[string]string{"X-Scope-OrgID": "A"})
	for what, answer := range (asking{before, caller{}}).all(t, since, from, to) {
		require.NotContains(t, answer, refusal, what)
	}
	after := backend.datasource("same", gate.URL, `{}`, map[string]string{"X-Scope-OrgID": "nobody"})
	after.settings.Updated = after.settings.Updated.Add(time.Second)
	for what, answer := range (asking{after, caller{}}).all(t, since, from, to) {
		require.Contains(t, answer, refusal, what)
	}
}

// all are the answers to all queries.
func (a asking) all(t *testing.T, since string, from, to time.Time) map[string]string {
	t.Helper()
	all := map[string]string{}
	for refID, answer := range a.source.query(t, a.who, asked(since), from, to) {
		all["query "+refID] = text(t, answer)
	}
	return all
}

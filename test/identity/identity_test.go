package identity

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promtest"
)

// queries are all that can be asked, in all formats.
var queries = map[string]string{
	"split":         `{"queryType":"split","flag":"checkout","signals":["latency","errors"]}`,
	"split-alert":   `{"queryType":"split","flag":"checkout","signals":["errors"],"format":"alert"}`,
	"compare":       `{"queryType":"compare","flag":"checkout","signals":["latency","errors","throughput"]}`,
	"compare-alert": `{"queryType":"compare","flag":"checkout","signals":["errors"],"format":"alert"}`,
	"distribution":  `{"queryType":"distribution","flag":"checkout","signals":["latency"]}`,
	"flags":         `{"queryType":"flags"}`,
	"inventory":     `{"queryType":"flags","stats":["verdict"]}`,
	"verdict":       `{"queryType":"verdict","flag":"checkout","signals":["latency","errors"]}`,
	"verdict-alert": `{"queryType":"verdict","flag":"checkout","signals":["latency","errors"],"format":"alert","stats":["baseline_value"]}`,
	"changes":       `{"queryType":"changes","flag":"checkout"}`,
	"backtest":      `{"queryType":"backtest","flag":"checkout","signals":["errors"],"since":"now","backtest":{"splits":10,"hours":1}}`,
}

// resources are all that read something of the server, each with its body.
func resources(from, to time.Time) map[string]string {
	body := func(query string) string {
		return fmt.Sprintf(`{"query":%s,"from":%d,"to":%d}`, query, from.UnixMilli(), to.UnixMilli())
	}
	return map[string]string{
		"flags": "", "variants?flag=checkout": "", "labels": "", "metrics": "",
		"label-values?label=route": "",
		"promql":                   body(queries["verdict"]),
		"backtest":                 body(queries["backtest"]),
	}
}

// forwarded are the ways by which a datasource may hand on who asks, and how alice and mallory then come.
var forwarded = map[string]struct {
	settings       string
	alice, mallory caller
	sees           func(*http.Request) string
}{
	"token": {`{"oauthPassThru":true}`, caller{"Authorization": "Bearer alice"}, caller{"Authorization": "Bearer mallory"},
		func(r *http.Request) string { return r.Header.Get("Authorization") }},
	"id token": {`{"oauthPassThru":true}`, caller{"X-Id-Token": "Bearer alice"}, caller{"X-Id-Token": "Bearer mallory"},
		func(r *http.Request) string { return r.Header.Get("X-Id-Token") }},
	// Grafana sends this one behind the prefix of all other headers with queries, and without it to resources.
	"Grafana's own token": {`{"oauthPassThru":true}`, caller{"http_X-Grafana-Id": "Bearer alice", "X-Grafana-Id": "Bearer alice"},
		caller{"http_X-Grafana-Id": "Bearer mallory", "X-Grafana-Id": "Bearer mallory"},
		func(r *http.Request) string { return r.Header.Get("X-Grafana-Id") }},
	"cookie": {`{"keepCookies":["session"]}`, caller{"Cookie": "other=1; session=alice"}, caller{"Cookie": "other=1; session=mallory"},
		func(r *http.Request) string {
			if cookie, err := r.Cookie("session"); err == nil {
				return "Bearer " + cookie.Value
			}
			return ""
		}},
}

// world is a Prometheus behind a gate that lets alice alone through.
func world(t *testing.T, sees func(*http.Request) string) (g *gate, from, to time.Time) {
	t.Helper()
	to = past()
	server := promtest.Start(t, shop(to, "on", 6))
	g = newGate(t, map[string]string{"Bearer alice": server.URL}, sees)
	return g, to.Add(-time.Hour), to
}

// answers are all that a caller gets, in a form that can be compared.
func (s source) answers(t *testing.T, who caller, from, to time.Time) map[string]string {
	t.Helper()
	all := map[string]string{}
	since := fmt.Sprintf(`"since":"%d"`, to.Add(-30*time.Minute).UnixMilli())
	for refID, answer := range s.query(t, who, asked(since), from, to) {
		all["query "+refID] = text(t, answer)
	}
	for url, body := range resources(from, to) {
		status, answer := s.call(t, who, url, replaceSince(body, since))
		all["resource "+url] = fmt.Sprint(status, " ", answer)
	}
	all["health"] = s.health(t, who)
	return all
}

// text is an answer's status, error and frames.
func text(t *testing.T, answer backend.DataResponse) string {
	t.Helper()
	frames, err := json.Marshal(answer.Frames)
	require.NoError(t, err)
	return fmt.Sprintf("%d %s %v %s", answer.Status, answer.ErrorSource, answer.Error, frames)
}

const refusal = "refused access (403): nobody may read this but alice"

// What one user's credentials have read is never served to another: who is refused cold is refused in just the same words
// after alice was served, and so is who has no credentials at all.
func TestWhoIsRefusedStaysRefused(t *testing.T) {
	backend := start(t)
	for name, test := range forwarded {
		t.Run(name, func(t *testing.T) {
			gate, from, to := world(t, test.sees)
			s := backend.datasource(name, gate.URL, test.settings, nil)
			others := map[string]caller{
				"mallory": test.mallory, "anonymous": {}, "an alert rule": {"FromAlert": "true"},
			}
			cold := map[string]map[string]string{}
			for who, headers := range others {
				cold[who] = s.answers(t, headers, from, to)
				for what, answer := range cold[who] {
					require.Contains(t, answer, refusal, "%s, cold: %s", who, what)
				}
			}
			served := s.answers(t, test.alice, from, to)
			for what, answer := range served {
				require.NotContains(t, answer, refusal, "alice: %s", what)
			}
			for who, headers := range others {
				warm := s.answers(t, headers, from, to)
				for what, answer := range cold[who] {
					require.Equal(t, answer, warm[what], "%s, after alice: %s", who, what)
				}
			}
			_, version := s.call(t, test.alice, "version", "")
			require.Contains(t, version, `"engine":"Prometheus"`)
			_, version = s.call(t, test.mallory, "version", "")
			require.Contains(t, version, `"engine":"unknown"`)
		})
	}
}

// Both at the same time, cold, over and over: no request of one is merged with the other's.
func TestConcurrentCallersAreNotMerged(t *testing.T) {
	backend := start(t)
	test := forwarded["token"]
	gate, from, to := world(t, test.sees)
	since := fmt.Sprintf(`"since":"%d"`, to.Add(-30*time.Minute).UnixMilli())
	for round := range 5 {
		s := backend.datasource(fmt.Sprint("round", round), gate.URL, test.settings, nil)
		var callers sync.WaitGroup
		for i := range 6 {
			who, refused := test.alice, i%2 == 1
			if refused {
				who = test.mallory
			}
			callers.Go(func() {
				for refID, answer := range s.query(t, who, asked(since), from, to) {
					if got := text(t, answer); refused {
						assertContains(t, got, refusal, refID)
					} else {
						assertNotContains(t, got, refusal, refID)
					}
				}
			})
		}
		callers.Wait()
	}
}

// What is kept still serves who it was read for; and where nothing is forwarded, everyone.
func TestKeptForItsOwner(t *testing.T) {
	backend := start(t)
	ask := map[string]string{"verdict": queries["verdict"], "changes": queries["changes"]}
	for name, test := range map[string]struct {
		settings string
		again    caller
		shared   bool
	}{
		"the same token":    {`{"oauthPassThru":true}`, caller{"Authorization": "Bearer alice"}, true},
		"a renewed token":   {`{"oauthPassThru":true}`, caller{"Authorization": "Bearer alice renewed"}, false},
		"nothing forwarded": {`{}`, caller{"Authorization": "Bearer somebody else"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			gate, from, to := world(t, func(*http.Request) string { return "Bearer alice" })
			s := backend.datasource(name, gate.URL, test.settings, nil)
			run := func(who caller) func() {
				return func() {
					for refID, answer := range s.query(t, who, ask, from, to) {
						require.NoError(t, answer.Error, refID)
					}
				}
			}
			cold := gate.takes("Bearer alice", run(caller{"Authorization": "Bearer alice"}))
			again := gate.takes("Bearer alice", run(test.again))
			if test.shared {
				require.Less(t, again, cold/2)
			} else {
				// A name or two more or less may be asked for, by how long the queries take.
				require.Greater(t, again, cold/2)
			}
		})
	}
}

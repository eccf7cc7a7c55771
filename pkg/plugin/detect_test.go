package plugin

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest/conformance"
)

// post calls a resource as somebody who may edit the datasource.
func post(t *testing.T, d *Datasource, path, body string) *backend.CallResourceResponse {
	t.Helper()
	return callResource(t, d, &backend.CallResourceRequest{
		Path: path, URL: path, Method: http.MethodPost, Body: []byte(body),
		PluginContext: backend.PluginContext{User: &backend.User{Login: "admin", Role: "Admin"}},
	})
}

// detectedOn is what detection says of a server of which nothing is known but its URL.
func detectedOn(t *testing.T, url string, now time.Time) model.DetectResource {
	t.Helper()
	answer := post(t, datasourceOn(t, instance(url, `{}`), now), "detect", `{}`)
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
	var found model.DetectResource
	require.NoError(t, json.Unmarshal(answer.Body, &found))
	return found
}

// storeOf is a real Prometheus with the samples of a case.
func storeOf(t *testing.T, c conformance.Case) *conformance.Store {
	t.Helper()
	binary, missing := conformance.Prometheus3.Binary(t)
	require.Empty(t, missing)
	store := conformance.StartStore(t, conformance.Prometheus3, binary)
	t.Cleanup(store.Stop)
	var all []conformance.Sample
	for i := range c.Request.Queries {
		samples, err := c.Arriving(i)
		require.NoError(t, err)
		all = append(all, samples...)
	}
	store.Load(all)
	return store
}

// The first proposal, accepted as it is, gives right answers on what every stack exposes: nothing is typed but the URL.
func TestDetectionOfEveryStack(t *testing.T) {
	cases, err := conformance.Generated()
	require.NoError(t, err)
	for _, c := range cases {
		if !strings.HasPrefix(c.Name, "stack-") {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			store := storeOf(t, c)
			found := detectedOn(t, store.URL, c.Request.To.Time)
			require.NotEmpty(t, found.Proposals, "%+v", found)
			best := found.Proposals[0]
			require.NotEmpty(t, best.Flags)
			t.Logf("%s: %s\ndoubts %v\nflags %+v\nsignals %+v\nnotices %v", best.Title, best.Reason, best.Doubts, best.Flags, best.Signals, found.Notices)
			require.Equal(t, int64(60_000), found.ScrapeIntervalMS, found.ScrapeIntervalFrom)
			accepted(&c, best)
			answers := answersTo(t, c, conformance.Prometheus3, executable(t))
			for _, e := range c.Expectations {
				t.Run(e.Name, func(t *testing.T) { require.NoError(t, e.Met(answers)) })
			}
		})
	}
}

func executable(t *testing.T) string {
	t.Helper()
	binary, missing := conformance.Prometheus3.Binary(t)
	require.Empty(t, missing)
	return binary
}

// accepted puts a proposal in the place of a case's settings, and the names that it gave in the place of the case's.
func accepted(c *conformance.Case, p model.Proposal) {
	raw, _ := json.Marshal(p.Settings)
	var settings map[string]any
	_ = json.Unmarshal(raw, &settings)
	c.Request.Settings = settings
	flag := p.Flags[0]
	names := map[string]string{"off": flag.Baseline}
	for _, variant := range flag.Variants {
		if variant != flag.Baseline {
			names["on"] = variant
		}
	}
	for i := range c.Request.Queries {
		q := &c.Request.Queries[i]
		var query map[string]any
		_ = json.Unmarshal(q.Query, &query)
		if query["flag"] != nil {
			query["flag"] = flag.Flag
		}
		q.Query, _ = json.Marshal(query)
	}
	for i := range c.Expectations {
		row := map[string]any{}
		for key, value := range c.Expectations[i].Row {
			switch text, _ := value.(string); key {
			case "flag":
				row[key] = flag.Flag
			case "variant":
				row[key] = names[text]
			default:
				row[key] = value
			}
		}
		c.Expectations[i].Row = row
	}
}

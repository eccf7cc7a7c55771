package plugin

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// health runs a health check, which is what sends a request with the least ado.
func health(t *testing.T, d *Datasource, headers map[string]string) *backend.CheckHealthResult {
	t.Helper()
	result, err := d.CheckHealth(context.Background(), &backend.CheckHealthRequest{Headers: headers})
	require.NoError(t, err)
	return result
}

func TestAuthentication(t *testing.T) {
	basic := func(s *backend.DataSourceInstanceSettings) {
		s.BasicAuthEnabled, s.BasicAuthUser = true, "ada"
		s.DecryptedSecureJSONData = map[string]string{"basicAuthPassword": "lovelace"}
	}
	caller := map[string]string{
		"Authorization": "Bearer of-the-user", "X-Id-Token": "id-of-the-user", "http_X-Grafana-Id": "grafana-id",
		"Cookie": "session=secret; kept=1", "http_X-Other": "other",
	}
	for name, test := range map[string]struct {
		jsonData string
		change   func(*backend.DataSourceInstanceSettings)
		want     map[string]string
	}{
		"none": {"", nil, map[string]string{
			"Authorization": "", "X-Id-Token": "", "X-Grafana-Id": "", "Cookie": "", "X-Other": "",
		}},
		"null":  {"null", nil, map[string]string{"Authorization": "", "Cookie": ""}},
		"basic": {"", basic, map[string]string{"Authorization": "Basic YWRhOmxvdmVsYWNl"}},
		"bearer": {
			`{"httpHeaderName1":"Authorization"}`,
			func(s *backend.DataSourceInstanceSettings) {
				s.DecryptedSecureJSONData = map[string]string{"httpHeaderValue1": "Bearer token"}
			},
			map[string]string{"Authorization": "Bearer token"},
		},
		"headers of one's own": {
			`{"httpHeaderName1":"X-Scope-OrgID","httpHeaderName2":"X-Second"}`,
			func(s *backend.DataSourceInstanceSettings) {
				s.DecryptedSecureJSONData = map[string]string{"httpHeaderValue1": "tenant", "httpHeaderValue2": "two"}
			},
			map[string]string{"X-Scope-OrgID": "tenant", "X-Second": "two", "Authorization": ""},
		},
		"forwarded identity": {`{"oauthPassThru":true}`, nil, map[string]string{
			"Authorization": "Bearer of-the-user", "X-Id-Token": "id-of-the-user", "X-Grafana-Id": "grafana-id",
			"Cookie": "", "X-Other": "",
		}},
		"forwarded cookies": {`{"keepCookies":["kept"]}`, nil, map[string]string{
			"Authorization": "", "X-Id-Token": "", "Cookie": "kept=1", "X-Other": "",
		}},
		"cookies that the caller has not": {`{"keepCookies":["absent"]}`, nil, map[string]string{"Cookie": ""}},
		"the settings' own before the caller's": {`{"oauthPassThru":true}`, basic, map[string]string{
			"Authorization": "Basic YWRhOmxvdmVsYWNl", "X-Id-Token": "id-of-the-user",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server := record(t)
			settings := instance(server.URL, test.jsonData)
			if test.change != nil {
				test.change(&settings)
			}
			health(t, datasourceOn(t, settings, time.Time{}), caller)
			for key, want := range test.want {
				require.Equal(t, want, server.header(key), key)
			}
		})
	}
}

// Grafana hands on all of the browser's headers with a resource call; none of them may reach the server unasked, least of
// all those that would change how the answer is encoded.
func TestBrowserHeadersStayHere(t *testing.T) {
	server := record(t)
	d := datasourceOn(t, instance(server.URL, `{"oauthPassThru":true}`), time.Time{})
	callResource(t, d, &backend.CallResourceRequest{
		Path: "labels", URL: "labels", Method: http.MethodGet,
		Headers: map[string][]string{
			"Accept-Encoding": {"br"}, "Cookie": {"session=secret"}, "Origin": {"https://grafana.example"},
			"X-Scope-Orgid": {"another-tenant"}, "Authorization": {"Bearer of-the-user"},
		},
	})
	require.Equal(t, "gzip", server.header("Accept-Encoding"))
	require.Equal(t, "Bearer of-the-user", server.header("Authorization"))
	for _, key := range []string{"Cookie", "Origin", "X-Scope-OrgID"} {
		require.Empty(t, server.header(key), key)
	}
}

func TestCredentialsAreNotSentToAnotherHost(t *testing.T) {
	other := record(t)
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	t.Cleanup(server.Close)
	settings := instance(server.URL, "")
	settings.BasicAuthEnabled, settings.BasicAuthUser = true, "ada"
	result := health(t, datasourceOn(t, settings, time.Time{}), nil)
	require.Equal(t, backend.HealthStatusError, result.Status)
	require.Contains(t, result.Message, "redirects to "+other.URL)
	require.Zero(t, other.count.Load())
}

func TestTLS(t *testing.T) {
	server := httptest.NewTLSServer(&recorder{})
	t.Cleanup(server.Close)
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for name, test := range map[string]struct {
		jsonData string
		secure   map[string]string
		says     string
	}{
		"an unknown authority":   {"", nil, "Check the certificates and the TLS settings"},
		"its authority is known": {`{"tlsAuthWithCACert":true}`, map[string]string{"tlsCACert": certificate}, "no series"},
		"verification is off":    {`{"tlsSkipVerify":true}`, nil, "no series"},
		"an authority that is no certificate": {
			`{"tlsAuthWithCACert":true}`, map[string]string{"tlsCACert": "nonsense"}, "the connection cannot be set up",
		},
		"another server name": {
			`{"tlsAuthWithCACert":true,"serverName":"other.test"}`, map[string]string{"tlsCACert": certificate},
			"Check the certificates and the TLS settings",
		},
	} {
		t.Run(name, func(t *testing.T) {
			settings := instance(server.URL, test.jsonData)
			settings.DecryptedSecureJSONData = test.secure
			result := health(t, datasourceOn(t, settings, time.Time{}), nil)
			require.Contains(t, result.Message, test.says)
		})
	}
}

// Settings that cannot be used are named by every handler, by name; nothing of them panics.
func TestSettingsThatCannotBeUsed(t *testing.T) {
	for name, test := range map[string]struct{ url, jsonData, says string }{
		"no URL":                   {"", "", "no URL is set"},
		"a file":                   {"file:///etc/passwd", "", "must begin with http:// or https://"},
		"a URL with a query":       {"http://localhost:9090/?x=1", "", "must not have a query"},
		"no JSON":                  {"http://localhost", "{", "settings: this is no JSON"},
		"a preset":                 {"http://localhost", `{"preset":"nope"}`, `preset: "nope" is no preset`},
		"a field's type":           {"http://localhost", `{"timeInterval":15}`, "timeInterval: a JSON number does not fit"},
		"a type that the SDK owns": {"http://localhost", `{"tlsAuth":true,"serverName":1}`, "settings: the connection cannot be set up"},
		"cookies":                  {"http://localhost", `{"keepCookies":"all"}`, "settings: the connection cannot be set up"},
	} {
		t.Run(name, func(t *testing.T) {
			d := datasourceOn(t, instance(test.url, test.jsonData), time.Time{})
			result := health(t, d, nil)
			require.Equal(t, backend.HealthStatusError, result.Status)
			require.Contains(t, result.Message, "The settings cannot be used: ")
			require.Contains(t, result.Message, test.says)
			answer := ask(t, d, lastHour("A", latencyQuery, time.Now()))["A"]
			require.ErrorContains(t, answer.Error, test.says)
			require.Equal(t, backend.StatusBadRequest, answer.Status)
			require.Equal(t, backend.ErrorSourcePlugin, answer.ErrorSource)
			require.Equal(t, http.StatusBadRequest, get(t, d, "flags").Status)
			require.Equal(t, http.StatusOK, get(t, d, "presets").Status, "the editor of the settings needs them to fix it")
		})
	}
}

func TestTheShorterTimeoutHolds(t *testing.T) {
	for name, test := range map[string]struct {
		jsonData string
		want     time.Duration
	}{
		"default":           {"", 30 * time.Second},
		"ours":              {`{"queryTimeout":"90s"}`, 90 * time.Second},
		"Grafana's":         {`{"queryTimeout":"90s","timeout":10}`, 10 * time.Second},
		"ours, the shorter": {`{"queryTimeout":"5s","timeout":10}`, 5 * time.Second},
		"Grafana's, unset":  {`{"timeout":0}`, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(test.jsonData))
			require.NoError(t, err)
			c, err := connect(context.Background(), instance("http://localhost", test.jsonData), settings)
			require.NoError(t, err)
			require.Equal(t, test.want, c.timeout)
			require.Zero(t, c.http.Timeout)
		})
	}
}

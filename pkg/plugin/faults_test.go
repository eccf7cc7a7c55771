package plugin

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// says answers everything alike.
func says(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// apiError answers as Prometheus refuses.
func apiError(status int, kind, text string) http.HandlerFunc {
	return says(status, "application/json", fmt.Sprintf(`{"status":"error","errorType":%q,"error":%q}`, kind, text))
}

// resets breaks the connection in the middle of a good answer.
func resets(w http.ResponseWriter, _ *http.Request) {
	connection, buffer, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = buffer.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" +
		`{"status":"success","data":{"resultType":"vector","result":[`)
	_ = buffer.Flush()
	// Without lingering, closing is a reset.
	_ = connection.(*net.TCPConn).SetLinger(0)
	_ = connection.Close()
}

// stalls sends a part of an answer and then nothing until the caller is gone.
func stalls(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"status":"success","data":`))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// silent answers nothing at all until the caller is gone.
func silent(_ http.ResponseWriter, r *http.Request) {
	// The server notices that its caller is gone only once it has read what was sent.
	_ = r.ParseForm()
	<-r.Context().Done()
}

// serverFaults are what a server does to us, with what is answered. Every handler of ours must bear all of them.
var serverFaults = []struct {
	name    string
	handler http.HandlerFunc
	status  int
	// downstream is false where the fault is ours.
	downstream bool
	message    string
}{
	{"HTML instead of JSON", says(200, "text/html", "<html><script>alert(1)</script>Sign in</html>"), 502, true, "Prometheus API"},
	{"truncated JSON", says(200, "application/json", `{"status":"success","data":{"resultType":"vector","result":[{"met`), 502, true, ""},
	{"empty", says(200, "application/json", ""), 502, true, ""},
	{"another JSON", says(200, "application/json", `{"hello":"world"}`), 502, true, ""},
	{"no content", says(204, "application/json", ""), 502, true, ""},
	{"unauthorised", says(401, "text/plain", "no"), 401, true, "Check the credentials"},
	{"forbidden", says(403, "text/plain", "no"), 403, true, "Check the credentials"},
	{"not found", says(404, "text/plain", "404 page not found"), 404, true, "Check"},
	{"refused PromQL of ours", apiError(400, "bad_data", "parse error: unexpected character"), 400, false, "built by the plugin"},
	{"execution", apiError(422, "execution", "query processing would load too many samples into memory"), 422, true, "max-samples"},
	{"rate limit", says(429, "text/plain", "slow down"), 429, true, "slow down"},
	{"the server's time-out", apiError(503, "timeout", "query timed out in expression evaluation"), 504, true, "Narrow the time range"},
	{"starting", says(503, "text/plain", "Service Unavailable"), 503, true, "starting"},
	{"a proxy's error page", says(502, "text/html", "<html>"+strings.Repeat("bad gateway ", 10_000)), 502, true, ""},
	{"our time-out before headers", silent, 504, true, "did not answer within 300ms"},
	{"our time-out in the body", stalls, 504, true, "did not answer within 300ms"},
	{"reset in the body", resets, 502, true, ""},
}

// faultySettings give up soon.
const faultySettings = `{"queryTimeout":"300ms"}`

func TestServerFaults(t *testing.T) {
	for _, test := range serverFaults {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(test.handler)
			t.Cleanup(server.Close)
			for kind, query := range map[string]string{
				"compare":      latencyQuery,
				"table":        `{"queryType":"compare","format":"table","flag":"checkout","signals":["errors"]}`,
				"split":        `{"queryType":"split","flag":"checkout","signals":["throughput"]}`,
				"distribution": `{"queryType":"distribution","flag":"checkout","signals":["latency"]}`,
				"flags":        `{"queryType":"flags"}`,
			} {
				d := datasourceOn(t, instance(server.URL, faultySettings), time.Time{})
				answer := ask(t, d, lastHour("A", query, time.Now()))["A"]
				require.Error(t, answer.Error, kind)
				require.EqualValues(t, test.status, answer.Status, "%s: %s", kind, answer.Error)
				source := backend.ErrorSourcePlugin
				if test.downstream {
					source = backend.ErrorSourceDownstream
				}
				require.Equal(t, source, answer.ErrorSource, kind)
				require.Contains(t, answer.Error.Error(), test.message, kind)
				require.Less(t, len(answer.Error.Error()), 2_000, "%s: an error is no copy of the server's page", kind)
				require.Empty(t, seriesOf(answer.Frames), kind)
			}
		})
	}
}

func TestServerFaultsInResources(t *testing.T) {
	for _, test := range serverFaults {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(test.handler)
			t.Cleanup(server.Close)
			d := datasourceOn(t, instance(server.URL, faultySettings), time.Time{})
			answer := get(t, d, "label-values?label=route")
			require.Equal(t, test.status, answer.Status, string(answer.Body))
			source := "plugin"
			if test.downstream {
				source = "downstream"
			}
			requireError(t, answer, source, test.message)
		})
	}
}

func TestServerFaultsInHealth(t *testing.T) {
	for _, test := range serverFaults {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(test.handler)
			t.Cleanup(server.Close)
			result := health(t, datasourceOn(t, instance(server.URL, faultySettings), time.Time{}), nil)
			require.Equal(t, backend.HealthStatusError, result.Status)
			require.Contains(t, result.Message, test.message)
			require.True(t, strings.HasSuffix(result.Message, "."), result.Message)
		})
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	d := datasourceOn(t, instance(server.URL, ""), time.Time{})
	result := health(t, d, nil)
	require.Equal(t, backend.HealthStatusError, result.Status)
	require.Contains(t, result.Message, "No connection to Prometheus")
	require.Contains(t, result.Message, "Check the URL and that the server is running.")
	answer := ask(t, d, lastHour("A", latencyQuery, time.Now()))["A"]
	require.EqualValues(t, http.StatusBadGateway, answer.Status)
	require.Equal(t, backend.ErrorSourceDownstream, answer.ErrorSource)
}

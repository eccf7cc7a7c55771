package plugin

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// testBrokenAnswers puts a proxy before a good server that damages only what is read last, the points, so that everything
// that leads there has worked.
func testBrokenAnswers(t *testing.T, server string) {
	for name, test := range map[string]struct {
		breakIt func(w http.ResponseWriter, good []byte)
		status  backend.Status
	}{
		"truncated": {func(w http.ResponseWriter, good []byte) { _, _ = w.Write(good[:len(good)/2]) }, 502},
		"one byte short": {func(w http.ResponseWriter, good []byte) {
			_, _ = w.Write(bytes.TrimSpace(good)[:len(bytes.TrimSpace(good))-1])
		}, 502},
		"reset in the body": {func(w http.ResponseWriter, good []byte) {
			connection, buffer, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = buffer.WriteString("HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(len(good)) + "\r\n\r\n")
			_, _ = buffer.Write(good[:len(good)/2])
			_ = buffer.Flush()
			_ = connection.(*net.TCPConn).SetLinger(0)
			_ = connection.Close()
		}, 502},
		"text after the end": {func(w http.ResponseWriter, good []byte) { _, _ = w.Write(append(good, "<html>"...)) }, 502},
		"a login page":       {func(w http.ResponseWriter, _ []byte) { _, _ = io.WriteString(w, "<!doctype html>") }, 502},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := httptest.NewServer(breaking(t, server, test.breakIt))
			t.Cleanup(proxy.Close)
			d := datasourceOn(t, instance(proxy.URL, ""), dataEnd)
			answer := ask(t, d, lastHour("A", latencyQuery, dataEnd))["A"]
			require.Error(t, answer.Error)
			require.Equal(t, test.status, answer.Status, answer.Error)
			require.Equal(t, backend.ErrorSourceDownstream, answer.ErrorSource)
			require.Empty(t, seriesOf(answer.Frames), "half an answer must not pass for a whole one")
		})
	}
}

// breaking hands everything on to a server but damages the answers to range queries.
func breaking(t *testing.T, server string, breakIt func(http.ResponseWriter, []byte)) http.Handler {
	target, err := url.Parse(server)
	require.NoError(t, err)
	whole := httputil.NewSingleHostReverseProxy(target)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/query_range") {
			whole.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		good := httptest.NewRecorder()
		whole.ServeHTTP(good, r)
		if good.Code != http.StatusOK {
			t.Errorf("the server behind the proxy answered %d", good.Code)
		}
		breakIt(w, good.Body.Bytes())
	})
}

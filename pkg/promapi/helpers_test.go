package promapi

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// serve starts a server and a client of it; both end with the test.
func serve(t *testing.T, handler http.HandlerFunc, options Options) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return clientOf(t, server.URL, options)
}

// clientOf makes a client with connections of its own, which end with the test.
func clientOf(t *testing.T, url string, options Options) *Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	if options.Timeout == 0 {
		options.Timeout = 5 * time.Second
	}
	client, err := NewClient(&http.Client{Transport: transport}, url, options)
	require.NoError(t, err)
	return client
}

// answer serves one status and body.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// answerJSON serves JSON with status 200.
func answerJSON(body string) http.HandlerFunc {
	return answer(http.StatusOK, "application/json", body)
}

// anyQuery is a query whose text does not matter.
var anyQuery = InstantQuery{Expr: "up", Time: time.Unix(1700000000, 0)}

// failure runs a query that must fail with an *Error and returns that.
func failure(t *testing.T, c *Client) *Error {
	t.Helper()
	result, err := c.Query(context.Background(), anyQuery)
	require.Error(t, err)
	require.Nil(t, result, "a failure must not carry series")
	var known *Error
	require.True(t, errors.As(err, &known), "%T is no *Error", err)
	return known
}

// oneSeries is an answer of status 200 with one series of two points.
const oneSeries = `{"status":"success","data":{"resultType":"matrix","result":[` +
	`{"metric":{"__name__":"up","job":"shop"},"values":[[1700000000,"1"],[1700000015.5,"0.25"]]}]}}`

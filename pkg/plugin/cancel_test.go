package plugin

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promapi"
)

// levels counts what is logged at each level.
type levels struct {
	log.Logger
	mutex sync.Mutex
	count map[string]int
}

func (l *levels) add(level string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.count[level]++
}
func (l *levels) Debug(string, ...any)                   { l.add("debug") }
func (l *levels) Info(string, ...any)                    { l.add("info") }
func (l *levels) Warn(string, ...any)                    { l.add("warn") }
func (l *levels) Error(string, ...any)                   { l.add("error") }
func (l *levels) FromContext(context.Context) log.Logger { return l }

// A caller that gives up is no fault of anyone's: the request to the server ends with it, and nothing is logged as an
// error, neither by us nor by the SDK's own middleware around us.
func TestCancelEndsTheRequestWithoutAnErrorInTheLog(t *testing.T) {
	arrived, ended := make(chan struct{}, 10), make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		arrived <- struct{}{}
		<-r.Context().Done()
		ended <- struct{}{}
	}))
	t.Cleanup(server.Close)
	logger := &levels{Logger: log.NewNullLogger(), count: map[string]int{}}
	before := backend.Logger
	backend.Logger = logger
	t.Cleanup(func() { backend.Logger = before })

	d := datasourceOn(t, instance(server.URL, ""), time.Time{})
	handler, err := backend.HandlerFromMiddlewares(
		&handlers{Datasource: d}, backend.NewLoggerMiddleware(logger, nil))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-arrived
		cancel()
	}()
	_, err = handler.QueryData(ctx, &backend.QueryDataRequest{
		Queries: []backend.DataQuery{lastHour("A", latencyQuery, time.Now())},
	})
	require.ErrorIs(t, err, context.Canceled)
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the server still works on a request whose caller is gone")
	}
	require.Zero(t, logger.count["error"])
	require.Zero(t, logger.count["warn"])
	require.Positive(t, logger.count["info"]+logger.count["debug"])

	answer := viewOf(t, d).answer(ctx, lastHour("A", latencyQuery, time.Now()), false, nil)
	require.EqualValues(t, promapi.StatusClientClosedRequest, answer.Status)
}

// handlers lends a datasource the handlers that it does not have, which the middleware's interface wants.
type handlers struct {
	backend.BaseHandler
	*Datasource
}

func (h *handlers) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	return h.Datasource.QueryData(ctx, req)
}

func (h *handlers) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return h.Datasource.CheckHealth(ctx, req)
}

func (h *handlers) CallResource(
	ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender,
) error {
	return h.Datasource.CallResource(ctx, req, sender)
}

package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// named is a query whose flag tells the fake engine what to do.
func named(flag string) backend.DataQuery {
	return lastHour(flag, fmt.Sprintf(`{"queryType":"compare","flag":%q,"signals":["latency"]}`, flag), time.Now())
}

// Whatever happens to one query of a request, the others keep their frames.
func TestQueriesFailByThemselves(t *testing.T) {
	late := &promapi.Error{Status: 504, Downstream: true, Kind: promapi.KindTimeout, Message: "late"}
	d := fakeDatasource(t, &fakeEngine{run: func(_ context.Context, r compare.Request) (data.Frames, error) {
		switch r.Query.Flag {
		case "panics":
			panic("boom")
		case "late":
			return nil, fmt.Errorf("latency: %w", late)
		case "partly":
			return data.Frames{data.NewFrame("errors")}, errors.Join(fmt.Errorf("latency: %w", late))
		case "breaks":
			return nil, errors.New("a fault")
		}
		return data.Frames{data.NewFrame("good")}, nil
	}})
	bad := backend.DataQuery{RefID: "bad", JSON: json.RawMessage(`{"queryType":"compare","flag":7}`)}
	none := backend.DataQuery{RefID: "none", JSON: json.RawMessage(`{"queryType":"compare","flag":"x"}`)}
	huge := named(strings.Repeat("x", maxQueryBytes))
	huge.RefID = "huge"
	answers := ask(t, d, named("good"), named("panics"), named("late"), named("partly"), named("breaks"), bad, none, huge)
	for refID, want := range map[string]struct {
		status backend.Status
		source backend.ErrorSource
		says   string
		frames int
	}{
		"good":   {200, "", "", 1},
		"panics": {500, backend.ErrorSourcePlugin, panicMessage, 0},
		"late":   {504, backend.ErrorSourceDownstream, "latency: late", 0},
		"partly": {504, backend.ErrorSourceDownstream, "latency: late", 1},
		"breaks": {500, backend.ErrorSourcePlugin, "a fault", 0},
		"bad":    {400, backend.ErrorSourcePlugin, "flag: a JSON number does not fit; give a string", 0},
		"none":   {400, backend.ErrorSourcePlugin, "signals: no signal is named", 0},
		"huge":   {413, backend.ErrorSourcePlugin, "at most 1048576 are read", 0},
	} {
		t.Run(refID, func(t *testing.T) {
			answer, ok := answers[refID]
			require.True(t, ok)
			require.Equal(t, want.status, answer.Status)
			require.Equal(t, want.source, answer.ErrorSource)
			require.Len(t, answer.Frames, want.frames)
			if want.says == "" {
				require.NoError(t, answer.Error)
			} else {
				require.ErrorContains(t, answer.Error, want.says)
			}
			for _, frame := range answer.Frames {
				require.Equal(t, refID, frame.RefID)
			}
		})
	}
}

func TestRequestOfAQuery(t *testing.T) {
	var seen compare.Request
	d := fakeDatasource(t, &fakeEngine{run: func(_ context.Context, r compare.Request) (data.Frames, error) {
		seen = r
		return nil, nil
	}})
	end := time.Unix(1_700_000_000, 0)
	ask(t, d, lastHour("A", `{"queryType":"split","flag":"f","signals":["cpu"],"stats":["p97"],"hide":false,"unknown":{}}`, end))
	require.Equal(t, "f", seen.Query.Flag)
	require.Equal(t, []float64{0.5, 0.95, 0.99, 0.97}, seen.Query.Quantiles)
	require.Equal(t, end, seen.To)
	require.Equal(t, end.Add(-time.Hour), seen.From)
	require.Equal(t, 15*time.Second, seen.Interval)
	require.EqualValues(t, 1000, seen.MaxDataPoints)
	require.False(t, seen.FromAlert)
}

func TestAlertRulesAreTold(t *testing.T) {
	for name, test := range map[string]struct {
		headers map[string]string
		want    bool
	}{
		"none":            {nil, false},
		"as Grafana does": {map[string]string{"FromAlert": "true"}, true},
		"forwarded":       {map[string]string{"http_FromAlert": "true"}, true},
		"no":              {map[string]string{"FromAlert": "false"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var seen bool
			d := fakeDatasource(t, &fakeEngine{run: func(_ context.Context, r compare.Request) (data.Frames, error) {
				seen = r.FromAlert
				return nil, nil
			}})
			_, err := d.QueryData(context.Background(), &backend.QueryDataRequest{
				Headers: test.headers, Queries: []backend.DataQuery{named("f")},
			})
			require.NoError(t, err)
			require.Equal(t, test.want, seen)
		})
	}
}

// A dashboard of many panels does not ask the server for all of it at once, yet not one after another either.
func TestQueriesRunSideBySideWithinABound(t *testing.T) {
	var running, most atomic.Int64
	full := make(chan struct{})
	var once sync.Once
	d := fakeDatasource(t, &fakeEngine{run: func(context.Context, compare.Request) (data.Frames, error) {
		now := running.Add(1)
		defer running.Add(-1)
		for {
			seen := most.Load()
			if now <= seen || most.CompareAndSwap(seen, now) {
				break
			}
		}
		if now == maxQueries {
			once.Do(func() { close(full) })
		}
		select {
		case <-full:
		case <-time.After(10 * time.Second):
		}
		return nil, nil
	}})
	var queries []backend.DataQuery
	for i := range 5 * maxQueries {
		queries = append(queries, named(fmt.Sprint("f", i)))
	}
	require.Len(t, ask(t, d, queries...), len(queries))
	require.EqualValues(t, maxQueries, most.Load())
}

// Where the caller gives up, the answers say so, and the error beside them keeps the SDK from logging them as errors.
func TestCallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	d := fakeDatasource(t, &fakeEngine{run: func(ctx context.Context, _ compare.Request) (data.Frames, error) {
		cancel()
		<-ctx.Done()
		return nil, fmt.Errorf("latency: %w", ctx.Err())
	}})
	answer, err := d.QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{named("f")}})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, backend.RequestStatusCancelled, backend.RequestStatusFromError(err))
	require.EqualValues(t, promapi.StatusClientClosedRequest, answer.Responses["f"].Status)
	require.Equal(t, backend.ErrorSourceDownstream, answer.Responses["f"].ErrorSource)
}

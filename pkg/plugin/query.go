package plugin

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/errgroup"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
)

// maxQueries bounds the queries of one request that are answered at once.
const maxQueries = 8

// fromAlert is the header that Grafana sets where an alert rule asks.
const fromAlert = "FromAlert"

// QueryData answers each query by itself: whatever befalls one, the others keep their frames.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	answers := make([]backend.DataResponse, len(req.Queries))
	alerting := req.GetHTTPHeader(fromAlert) == "true" || req.Headers[fromAlert] == "true"
	var tasks errgroup.Group
	tasks.SetLimit(maxQueries)
	for i, query := range req.Queries {
		tasks.Go(func() error {
			answers[i] = d.answer(ctx, query, alerting)
			return nil
		})
	}
	if err := tasks.Wait(); err != nil {
		return nil, err
	}
	response := backend.NewQueryDataResponse()
	for i, query := range req.Queries {
		response.Responses[query.RefID] = answers[i]
	}
	return response, nil
}

// answer recovers from a panic, so that one query that meets a fault of ours ends neither the others nor the process.
func (d *Datasource) answer(ctx context.Context, query backend.DataQuery, alerting bool) (response backend.DataResponse) {
	defer func() {
		if fault := recover(); fault != nil {
			backend.Logger.Error("A query met a fault", "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
			response = failed(fmt.Errorf("the backend met a fault of its own: %v", fault))
		}
	}()
	if d.problem != nil {
		return failed(d.problem)
	}
	decoded, err := model.DecodeQuery(query.JSON)
	if err != nil {
		return failed(err)
	}
	frames, err := d.engine.Run(ctx, compare.Request{
		Query: decoded, From: query.TimeRange.From, To: query.TimeRange.To,
		Interval: query.Interval, MaxDataPoints: query.MaxDataPoints, FromAlert: alerting,
	})
	if err != nil {
		response = failed(err)
	}
	response.Frames = frames
	return response
}

package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// maxQueries bounds the queries of one request that are under way at once; each has a bound of its own on its requests.
const maxQueries = 4

// maxQueryBytes bounds the JSON of one query.
const maxQueryBytes = 1 << 20

// QueryData answers each query by itself: what happens to one leaves the others alone. Where the caller gives up it also
// returns an error, which the SDK does not log as one.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	ctx, v, err := d.as(ctx, req.GetHTTPHeaders(), req.Headers[backend.FromAlertHeaderName])
	fromAlert := isFromAlert(req)
	answers := make([]backend.DataResponse, len(req.Queries))
	together := &compare.Allowance{}
	faults := parallel.Each(maxQueries, len(req.Queries), func(i int) error {
		if err != nil {
			answers[i] = failed(err)
		} else {
			answers[i] = v.answer(ctx, req.Queries[i], fromAlert, together)
		}
		return nil
	})
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("answer queries: %w", err)
	}
	response := backend.NewQueryDataResponse()
	for i, query := range req.Queries {
		response.Responses[query.RefID] = answers[i]
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return response, fmt.Errorf("the queries were cancelled: %w", ctx.Err())
	}
	return response, nil
}

// isFromAlert tells a request of an alert rule.
func isFromAlert(req *backend.QueryDataRequest) bool {
	return strings.EqualFold(req.Headers[backend.FromAlertHeaderName], "true") ||
		strings.EqualFold(req.GetHTTPHeader(backend.FromAlertHeaderName), "true")
}

// answer runs one of the queries of a request; together is what they may come to, nil where there is but one. It never
// panics.
func (v *view) answer(
	ctx context.Context, query backend.DataQuery, fromAlert bool, together *compare.Allowance,
) (answer backend.DataResponse) {
	logger := backend.Logger.FromContext(ctx)
	defer func() {
		if cause := recover(); cause != nil {
			logger.Error("A query panicked", "refID", query.RefID, "cause", cause, "stack", string(debug.Stack()))
			answer = backend.ErrDataResponseWithSource(
				http.StatusInternalServerError, backend.ErrorSourcePlugin, panicMessage)
		}
	}()
	request, err := requestOf(query, fromAlert)
	if err != nil {
		return failed(err)
	}
	request.Answer = together
	logger.Debug("Query", "refID", query.RefID, "type", string(request.Query.QueryType), "format", string(request.Query.Format))
	read, err := v.engine.Run(ctx, request)
	if err != nil {
		answer = failed(err)
		// Alert rules read the error alone.
		if !fromAlert {
			read = frames.WithFailures(request.Query, read, failure.Of(err))
		}
	} else {
		answer.Status = http.StatusOK
	}
	for _, frame := range read {
		frame.RefID = query.RefID
	}
	answer.Frames = read
	return answer
}

// panicMessage is all that a user sees of a fault of ours that nobody foresaw; the log has the rest.
const panicMessage = "Flaglens met an unexpected fault; the plugin's log has the details"

// requestOf reads a query.
func requestOf(query backend.DataQuery, fromAlert bool) (compare.Request, error) {
	if len(query.JSON) > maxQueryBytes {
		return compare.Request{}, tooLarge("the query", len(query.JSON), maxQueryBytes)
	}
	decoded, err := model.DecodeQuery(query.JSON)
	if err != nil {
		return compare.Request{}, err
	}
	return compare.Request{
		Query: decoded,
		From:  query.TimeRange.From, To: query.TimeRange.To,
		Interval: query.Interval, MaxDataPoints: query.MaxDataPoints,
		FromAlert: fromAlert,
	}, nil
}

// failed is the answer to a query that failed.
func failed(err error) backend.DataResponse {
	f := faultOf(err)
	return backend.DataResponse{Error: err, Status: backend.Status(f.status), ErrorSource: f.source()}
}

// tooLarge refuses what a caller sends.
func tooLarge(what string, size, limit int) error {
	return &promapi.Error{
		Status: http.StatusRequestEntityTooLarge, Kind: promapi.KindRequest,
		Message: fmt.Sprintf("%s has %d bytes, at most %d are read", what, size, limit),
		Hint:    "Use fewer filters, variants and signals",
	}
}

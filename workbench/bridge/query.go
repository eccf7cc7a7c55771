package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/gtime"
)

// What Grafana takes for a query that does not say.
const (
	defaultRefID         = "A"
	defaultMaxDataPoints = 100
	defaultIntervalMS    = 1000
)

// metricRequest is the body of POST /api/ds/query. From and To are unix milliseconds or expressions
// such as now-1h.
type metricRequest struct {
	From    string            `json:"from"`
	To      string            `json:"to"`
	Queries []json.RawMessage `json:"queries"`
}

// queryHeader holds the fields of a query that Grafana itself reads; the plugin gets the whole object.
type queryHeader struct {
	RefID         string          `json:"refId"`
	QueryType     string          `json:"queryType"`
	MaxDataPoints int64           `json:"maxDataPoints"`
	IntervalMS    float64         `json:"intervalMs"`
	Datasource    json.RawMessage `json:"datasource"`
	TimeRange     *struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"timeRange"`
}

// parsedRequest is a metricRequest whose queries all go to the datasource uid.
type parsedRequest struct {
	uid     string
	queries []backend.DataQuery
}

func (h *handler) query(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	parsed, err := parseRequest(body, time.Now())
	if err != nil {
		writeMessage(w, http.StatusBadRequest, err.Error())
		return
	}
	settings, ok := h.sources.get(parsed.uid)
	if !ok {
		writeMessage(w, http.StatusNotFound, "Data source not found")
		return
	}
	services, err := h.plugins.plugin()
	if err != nil {
		h.writeFailure(w, r, err)
		return
	}
	request := &backend.QueryDataRequest{
		PluginContext: pluginContext(settings, h.version, r.Host),
		Headers:       callerHeaders(r.Header, settings),
		Queries:       parsed.queries,
	}
	message := backend.ToProto().QueryDataRequest(request)
	inOrganisation(message.GetPluginContext())
	answer, err := services.data.QueryData(r.Context(), message)
	if err != nil {
		h.writeFailure(w, r, err)
		return
	}
	response, err := backend.FromProto().QueryDataResponse(answer)
	if err != nil {
		h.writeFailure(w, r, fmt.Errorf("decode the backend's frames: %w", err))
		return
	}
	writeQueryResponse(w, response)
}

// writeQueryResponse lets the SDK's own encoder write the JSON that Grafana serves. Like Grafana it answers
// 400 when any query failed; the statuses of the single ones are in the body.
func writeQueryResponse(w http.ResponseWriter, response *backend.QueryDataResponse) {
	body, err := response.MarshalJSON()
	if err != nil {
		writeMessage(w, http.StatusInternalServerError, "encode the answer: "+err.Error())
		return
	}
	status := http.StatusOK
	for _, single := range response.Responses {
		if single.Error != nil {
			status = http.StatusBadRequest
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func parseRequest(body []byte, now time.Time) (parsedRequest, error) {
	var request metricRequest
	if err := json.Unmarshal(body, &request); err != nil {
		return parsedRequest{}, errors.New("bad request data: " + err.Error())
	}
	if len(request.Queries) == 0 {
		return parsedRequest{}, errors.New("no queries found")
	}
	common, err := parseTimeRange(request.From, request.To, now)
	if err != nil {
		return parsedRequest{}, err
	}
	var parsed parsedRequest
	seen := map[string]bool{}
	for i, raw := range request.Queries {
		query, uid, err := parseQuery(raw, common, now)
		if err != nil {
			return parsedRequest{}, fmt.Errorf("query %d: %w", i+1, err)
		}
		if seen[query.RefID] {
			return parsedRequest{}, fmt.Errorf("multiple queries with the refId %q", query.RefID)
		}
		seen[query.RefID] = true
		if parsed.uid != "" && parsed.uid != uid {
			return parsedRequest{}, errors.New("queries of one request must go to one datasource")
		}
		parsed.uid = uid
		parsed.queries = append(parsed.queries, query)
	}
	return parsed, nil
}

func parseQuery(raw json.RawMessage, common backend.TimeRange, now time.Time) (backend.DataQuery, string, error) {
	var header queryHeader
	if err := json.Unmarshal(raw, &header); err != nil {
		return backend.DataQuery{}, "", fmt.Errorf("bad request data: %w", err)
	}
	uid, err := datasourceUID(header.Datasource)
	if err != nil {
		return backend.DataQuery{}, "", err
	}
	query := backend.DataQuery{
		RefID:         header.RefID,
		QueryType:     header.QueryType,
		MaxDataPoints: header.MaxDataPoints,
		Interval:      time.Duration(header.IntervalMS * float64(time.Millisecond)),
		TimeRange:     common,
		JSON:          raw,
	}
	if query.RefID == "" {
		query.RefID = defaultRefID
	}
	if query.MaxDataPoints <= 0 {
		query.MaxDataPoints = defaultMaxDataPoints
	}
	if query.Interval <= 0 {
		query.Interval = defaultIntervalMS * time.Millisecond
	}
	if header.TimeRange != nil {
		query.TimeRange, err = parseTimeRange(header.TimeRange.From, header.TimeRange.To, now)
		if err != nil {
			return backend.DataQuery{}, "", err
		}
	}
	return query, uid, nil
}

// datasourceUID reads {uid, type}, or the uid alone as older dashboards write it.
func datasourceUID(raw json.RawMessage) (string, error) {
	var reference struct {
		UID string `json:"uid"`
	}
	if err := json.Unmarshal(raw, &reference); err == nil && reference.UID != "" {
		return reference.UID, nil
	}
	var uid string
	if err := json.Unmarshal(raw, &uid); err == nil && uid != "" {
		return uid, nil
	}
	return "", errors.New("missing datasource uid")
}

func parseTimeRange(from, to string, now time.Time) (backend.TimeRange, error) {
	if from == "" || to == "" {
		return backend.TimeRange{}, errors.New("the request needs from and to")
	}
	expressions := gtime.TimeRange{From: from, To: to, Now: now}
	start, err := expressions.ParseFrom()
	if err != nil {
		return backend.TimeRange{}, fmt.Errorf("from %q is no time: %w", from, err)
	}
	end, err := expressions.ParseTo()
	if err != nil {
		return backend.TimeRange{}, fmt.Errorf("to %q is no time: %w", to, err)
	}
	return backend.TimeRange{From: start, To: end}, nil
}

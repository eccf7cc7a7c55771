package promapi

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// QueryRange runs a range query. Errors are *Error.
func (c *Client) QueryRange(ctx context.Context, q RangeQuery) (*Result, error) {
	if q.Step <= 0 {
		return nil, requestError("the step %s is not positive", q.Step)
	}
	return c.query(ctx, "query_range", url.Values{
		"query": {q.Expr},
		"start": {formatTime(q.Start)},
		"end":   {formatTime(q.End)},
		"step":  {formatDuration(q.Step)},
	}, c.options.MaxSeries)
}

// Query runs an instant query. A scalar is a series without labels. Errors are *Error.
func (c *Client) Query(ctx context.Context, q InstantQuery) (*Result, error) {
	maxSeries := c.options.MaxSeries
	if q.Few {
		maxSeries = max(maxSeries, few)
	}
	return c.query(ctx, "query", url.Values{
		"query": {q.Expr},
		"time":  {formatTime(q.Time)},
	}, maxSeries)
}

// few is what answers of a few series come to at most.
const few = 32

// query sends a query and reads its result.
func (c *Client) query(ctx context.Context, name string, params url.Values, maxSeries int) (*Result, error) {
	if strings.TrimSpace(params.Get("query")) == "" {
		return nil, requestError("the query is empty")
	}
	// The server need not go on when we no longer listen, nor send what we would not keep.
	params.Set("timeout", formatDuration(max(c.options.Timeout, time.Millisecond)))
	params.Set("limit", strconv.Itoa(maxSeries))
	var result *Result
	err := c.connection.do(ctx, endpoint{path: []string{"api", "v1", name}}, params, func(body *bodyReader) error {
		reader := resultReader{maxSeries: maxSeries, maxSamples: c.options.MaxSamples}
		answer, err := readEnvelope(body, reader.read)
		if err != nil {
			return err
		}
		if answer.cut && len(reader.series) == 0 {
			return tooLargeError(c.options.MaxBytes)
		}
		series, err := reader.result(answer.cut)
		if err != nil {
			return err
		}
		result = &Result{Series: series, Warnings: answer.warnings, Infos: answer.infos, Partial: answer.isPartial}
		c.describeCuts(result, answer.cut, body.tooLarge(), reader.tooMany)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// describeCuts marks a result that is not whole and says so.
func (c *Client) describeCuts(result *Result, cut, tooLarge, tooMany bool) {
	switch {
	case result.Partial:
		result.Warnings = append(result.Warnings, "the answer is partial: the server says that some of its storage did not answer")
	case slices.ContainsFunc(result.Warnings, isStorageWarning):
		result.Partial = true
	}
	for _, warning := range result.Warnings {
		result.Cut = result.Cut || isLimitWarning(warning)
	}
	switch {
	case tooLarge:
		result.Cut = true
		result.Warnings = append(result.Warnings, fmt.Sprintf("the answer was cut at %d bytes; %s", c.options.MaxBytes, strings.ToLower(hintNarrow)))
	case tooMany:
		result.Cut = true
		result.Warnings = append(result.Warnings, fmt.Sprintf("the answer was cut at %d samples; %s", c.options.MaxSamples, strings.ToLower(hintNarrow)))
	case cut:
		result.Cut = true
		result.Warnings = append(result.Warnings, fmt.Sprintf("the answer was cut at %d series; %s", c.options.MaxSeries, strings.ToLower(hintNarrow)))
	}
	result.Partial = result.Partial || result.Cut
}

// isStorageWarning tells a warning with which an engine says that a part of the data is missing. Thanos sends nothing else, as
// does Prometheus where a remote storage fails; what the engine has to say of the query itself begins with its name.
func isStorageWarning(warning string) bool {
	for _, harmless := range []string{"PromQL warning:", "PromQL info:", "No StoreAPIs matched"} {
		if strings.Contains(warning, harmless) {
			return false
		}
	}
	return !isLimitWarning(warning)
}

// isLimitWarning tells the warning with which Prometheus says that it kept to the parameter limit.
func isLimitWarning(warning string) bool {
	return strings.Contains(warning, "results truncated due to limit")
}

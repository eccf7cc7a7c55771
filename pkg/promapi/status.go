package promapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What the errors of several answers advise.
const (
	hintNarrow      = "Narrow the time range or the filters"
	hintCredentials = "Check the credentials of the datasource"
	hintNotAPI      = "Check that the URL is that of a Prometheus API, and that no login page stands before it"
	hintProxy       = "Check that the server, and any proxy before it, is healthy"
)

// maxErrorBody is how much of a failed answer is read, in bytes.
const maxErrorBody = 64 << 10

// apiError is the part of a failed answer that the API promises.
type apiError struct {
	Status    string `json:"status"`
	ErrorType string `json:"errorType"`
	Error     string `json:"error"`
}

// readAPIError reads the body of a failed answer; ok if it is one of the API.
func readAPIError(body io.Reader) (parsed apiError, raw []byte, ok bool) {
	raw, _ = io.ReadAll(io.LimitReader(body, maxErrorBody))
	if json.Unmarshal(raw, &parsed) != nil || parsed.Status != "error" {
		return apiError{}, raw, false
	}
	return parsed, raw, true
}

// statusError turns an answer that is not 2xx into an error.
func (c *connection) statusError(resp *http.Response, body io.Reader) *Error {
	api, raw, isAPI := readAPIError(body)
	text := clean(api.Error, maxQuotedText)
	if !isAPI {
		text = quoteBody(raw)
	}
	with := func(message string) string {
		if text == "" {
			return message
		}
		return message + ": " + text
	}
	e := &Error{Status: resp.StatusCode, Downstream: true, Kind: KindServer}
	switch code := resp.StatusCode; {
	case code >= 300 && code < 400:
		return redirectError(resp)
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		e.Kind, e.Hint = KindAuth, hintCredentials
		e.Message = with(fmt.Sprintf("Prometheus refused access (%d)", code))
	case code == http.StatusNotFound:
		e.Kind, e.Hint = KindNotFound, "Check the URL: it should end before /api/v1, and keep any prefix that the server has"
		e.Message = with("Prometheus has no such endpoint (404)")
	case code == http.StatusMethodNotAllowed:
		e.Kind, e.Hint = KindMethod, "Check the URL and any proxy before the server"
		e.Message = with("Prometheus does not allow the request's method (405)")
	case code == http.StatusTooManyRequests:
		wait := c.retryAfter(resp.Header)
		c.pause(wait)
		e = rateLimited(with("Prometheus limits the rate of queries (429)"), wait)
	case code == http.StatusServiceUnavailable:
		unavailable(e, api, isAPI, with)
	case code == http.StatusBadRequest && isAPI, code == http.StatusUnprocessableEntity && isAPI:
		c.refusedQuery(e, api, text)
	case code == 499:
		// Not our caller, which is told apart before: the server or a proxy gave the query up.
		e.Status, e.Kind, e.Hint = http.StatusBadGateway, KindServer, hintProxy
		e.Message = with("the query was cancelled on the side of the server")
	default:
		e.Message, e.Hint = with(fmt.Sprintf("Prometheus answered with status %d", code)), hintProxy
	}
	return e
}

// unavailable fills e from a 503, which Prometheus sends for queries that took too long, as JSON, and
// while it replays its log, as plain text.
func unavailable(e *Error, api apiError, isAPI bool, with func(string) string) {
	if isAPI && api.ErrorType == "timeout" {
		e.Status, e.Kind = http.StatusGatewayTimeout, KindTimeout
		e.Message, e.Hint = with("the query took Prometheus too long"), hintNarrow
		return
	}
	e.Kind = KindUnavailable
	e.Message = with("Prometheus is not available (503)")
	e.Hint = "The server may be starting; try again in a moment"
}

// refusedQuery fills e from a 400 or 422 of the API.
func (c *connection) refusedQuery(e *Error, api apiError, text string) {
	// VictoriaMetrics sends 422 for everything, with errorType "422", also for what it cannot parse.
	parse := strings.Contains(strings.ToLower(text), "parse")
	if e.Status == http.StatusBadRequest && api.ErrorType != "execution" || api.ErrorType != "execution" && parse {
		e.Kind, e.Downstream = KindBadData, !c.options.GeneratedPromQL
		e.Message = "Prometheus does not accept the query: " + text
		switch {
		case strings.Contains(text, "exceeded maximum resolution"):
			e.Hint = "Raise the step, or narrow the time range"
		case c.options.GeneratedPromQL:
			e.Hint = "The query was built by the plugin: check the names of metrics and labels in the signal, and whether the engine is older than the plugin supports"
		default:
			e.Hint = "Check the query"
		}
		return
	}
	e.Kind = KindExecution
	e.Message = "Prometheus could not run the query: " + text
	e.Hint = hintNarrow
	switch {
	case strings.Contains(text, "too many samples"):
		e.Hint = hintNarrow + ", raise the step, or raise --query.max-samples on the server"
	case strings.Contains(text, "many-to-many"), strings.Contains(text, "duplicate series"):
		e.Hint = "Check that the labels of the split tell every series apart"
	}
}

// longestWait is how long a wait is worth a number.
const longestWait = 24 * time.Hour

// rateLimited is the error of a server that wants to be asked less.
func rateLimited(message string, wait time.Duration) *Error {
	hint := "Query less often, or raise the limits of the server"
	if wait > 0 {
		hint = "Try again in " + wait.Round(time.Second).String()
		if wait > longestWait {
			hint = "Try again later"
		}
	}
	return &Error{
		Status: http.StatusTooManyRequests, Downstream: true, Kind: KindRateLimit,
		Message: message, Hint: hint, RetryAfter: wait,
	}
}

// retryAfter reads the header of that name, which holds seconds or a date; zero if there is none.
func (c *connection) retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(time.Duration(seconds)*time.Second, 0)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(c.now()), 0)
	}
	return 0
}

// redirectError is a redirect that is not followed.
func redirectError(resp *http.Response) *Error {
	e := &Error{
		Status: http.StatusBadGateway, Downstream: true, Kind: KindRedirect,
		Message: fmt.Sprintf("Prometheus answered with a redirect (%d) that is not followed", resp.StatusCode),
		Hint:    "Set the URL to where the server really is",
	}
	if location, err := resp.Location(); err == nil {
		e.Message = "Prometheus redirects to " + clean(location.Scheme+"://"+location.Host, maxQuotedText) + ", which is not followed"
		e.Hint = "Set the URL to where the server really is; credentials are never sent to another host"
	}
	return e
}

// checkEncoding refuses compressions that nobody asked for. What the transport decompressed itself no
// longer carries the header.
func checkEncoding(resp *http.Response) error {
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		return nil
	default:
		return badResponse(fmt.Sprintf("Prometheus answered with the encoding %q, which was not asked for", clean(encoding, 64)),
			"Check the proxy before the server", nil)
	}
}

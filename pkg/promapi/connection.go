package promapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// connection sends requests to one server and hands on what it answers, or the error that it is. It knows which method the
// server takes and when it asked for a pause.
type connection struct {
	http    *http.Client
	base    *url.URL
	options Options
	now     func() time.Time
	// useGET is set once a server refused POST.
	useGET atomic.Bool
	// pausedUntil is when a server that answered 429 may be asked again, in unix nanoseconds.
	pausedUntil atomic.Int64
}

// errUnexpectedRedirect ends a chain of redirects.
var errUnexpectedRedirect = errors.New("too many redirects")

// checkRedirect follows redirects within a host only, and none that would turn a form into a GET without
// its parameters.
func checkRedirect(req *http.Request, via []*http.Request) error {
	from := via[len(via)-1].URL
	sameHost := req.URL.Scheme == from.Scheme && req.URL.Host == from.Host
	upgrade := from.Scheme == "http" && req.URL.Scheme == "https" && req.URL.Hostname() == from.Hostname()
	if !sameHost && !upgrade {
		return http.ErrUseLastResponse
	}
	if via[0].Method == http.MethodPost && req.Method != http.MethodPost {
		return http.ErrUseLastResponse
	}
	if len(via) >= 5 {
		return errUnexpectedRedirect
	}
	return nil
}

// endpoint is a path of the API and how it may be asked.
type endpoint struct {
	// path segments below the base URL; each is escaped.
	path []string
	// getOnly endpoints refuse POST.
	getOnly bool
}

// do sends params to an endpoint and hands the body of a 2xx answer to read. Nothing is changed by a question, so one whose answer
// ends before its end is asked once again, and read is then called once more.
func (c *connection) do(ctx context.Context, e endpoint, params url.Values, read func(body *bodyReader) error) error {
	if err := c.awaitPause(ctx); err != nil {
		return err
	}
	own, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	broken, err := c.attempt(ctx, own, e, params, read)
	if broken {
		_, err = c.attempt(ctx, own, e, params, read)
	}
	return err
}

// attempt asks once. broken tells of an error that the connection broke while the answer was read.
func (c *connection) attempt(
	ctx, own context.Context, e endpoint, params url.Values, read func(body *bodyReader) error,
) (broken bool, err error) {
	resp, err := c.sendEither(own, e, params)
	if err != nil {
		var known *Error
		if errors.As(err, &known) {
			return false, known
		}
		return false, transportError(ctx, own, c.options.Timeout, err)
	}
	defer discard(resp)
	body := &bodyReader{r: resp.Body, left: c.options.MaxBytes}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		failure := c.statusError(resp, body)
		if body.err != nil && own.Err() != nil {
			return false, transportError(ctx, own, c.options.Timeout, body.err)
		}
		return false, failure
	}
	if err := checkEncoding(resp); err != nil {
		return false, err
	}
	err = read(body)
	if err == nil || body.err == nil {
		return false, err
	}
	return own.Err() == nil && endedEarly(body.err), c.bodyError(ctx, own, body.err)
}

// endedEarly tells whether a connection ended, or was reset, in the middle of an answer: a proxy that gave up, a server that was
// replaced.
func endedEarly(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// sendEither sends a POST where the endpoint takes it, and a GET to a server that does not.
func (c *connection) sendEither(ctx context.Context, e endpoint, params url.Values) (*http.Response, error) {
	if e.getOnly || c.options.Method == http.MethodGet || c.useGET.Load() {
		return c.send(ctx, http.MethodGet, e, params)
	}
	resp, err := c.send(ctx, http.MethodPost, e, params)
	if err != nil || !refusesPOST(resp) {
		return resp, err
	}
	discard(resp)
	resp, err = c.send(ctx, http.MethodGet, e, params)
	if err == nil && resp.StatusCode < 300 {
		c.useGET.Store(true)
	}
	return resp, err
}

// send makes one request.
func (c *connection) send(ctx context.Context, method string, e endpoint, params url.Values) (*http.Response, error) {
	target := *c.base
	escaped := make([]string, len(e.path))
	for i, segment := range e.path {
		escaped[i] = url.PathEscape(segment)
	}
	target = *target.JoinPath(escaped...)
	encoded := params.Encode()
	var form io.Reader
	if method == http.MethodPost {
		form = strings.NewReader(encoded)
	} else {
		target.RawQuery = encoded
	}
	req, err := http.NewRequestWithContext(ctx, method, target.String(), form)
	if err != nil {
		return nil, &Error{Status: http.StatusBadRequest, Kind: KindRequest, Message: "the request could not be built", Err: err}
	}
	req.Header.Set("Accept", "application/json")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		// A query changes nothing, so the transport may send it again on a connection that went stale.
		req.Header["Idempotency-Key"] = nil
	}
	return c.http.Do(req)
}

// refusesPOST tells an answer after which a GET may do: the method is not allowed, or a redirect would
// lose the form.
func refusesPOST(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusMethodNotAllowed:
		return true
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		location, err := resp.Location()
		return err == nil && location.Hostname() == resp.Request.URL.Hostname()
	default:
		return false
	}
}

// discard closes a body; what little is left of it is read, so that the connection can serve again.
func discard(resp *http.Response) {
	const rest = 4 << 10
	_, _ = io.CopyN(io.Discard, resp.Body, rest)
	_ = resp.Body.Close()
}

// maxWait is how long a request waits out a pause that the server asked for; maxPause is the longest
// pause that is believed.
const (
	maxWait  = 2 * time.Second
	maxPause = time.Minute
)

// awaitPause waits until a server that answered 429 may be asked again, or says that it would take too long.
func (c *connection) awaitPause(ctx context.Context) error {
	wait := time.Duration(c.pausedUntil.Load() - c.now().UnixNano())
	if wait <= 0 {
		return nil
	}
	if wait > maxWait {
		return rateLimited("Prometheus asked not to be queried for another "+wait.Round(time.Second).String(), wait)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return transportError(ctx, ctx, c.options.Timeout, ctx.Err())
	}
}

// pause keeps requests from a server that asked for it.
func (c *connection) pause(wait time.Duration) {
	if wait > 0 {
		c.pausedUntil.Store(c.now().Add(min(wait, maxPause)).UnixNano())
	}
}

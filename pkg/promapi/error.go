package promapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Kind says in one word what went wrong. The set is closed.
type Kind string

// Kinds of errors.
const (
	// KindConnection: no answer, or not all of it: refused, reset, DNS, TLS, cut off.
	KindConnection Kind = "connection"
	// KindTimeout: our deadline or the server's.
	KindTimeout Kind = "timeout"
	// KindCanceled: the caller gave up.
	KindCanceled Kind = "canceled"
	// KindBadResponse: an answer that is none of a Prometheus API.
	KindBadResponse Kind = "bad_response"
	// KindRedirect: the server sends us elsewhere.
	KindRedirect Kind = "redirect"
	// KindAuth: 401 and 403.
	KindAuth Kind = "auth"
	// KindNotFound: 404, no such endpoint.
	KindNotFound Kind = "not_found"
	// KindMethod: 405, also to GET.
	KindMethod Kind = "method"
	// KindBadData: the server does not accept the question.
	KindBadData Kind = "bad_data"
	// KindExecution: the server could not carry the query out.
	KindExecution Kind = "execution"
	// KindRateLimit: 429.
	KindRateLimit Kind = "rate_limit"
	// KindBusy: a question that there is no room for, because too much else is under way.
	KindBusy Kind = "busy"
	// KindUnavailable: 503.
	KindUnavailable Kind = "unavailable"
	// KindServer: any other status.
	KindServer Kind = "server"
	// KindRequest: a question that cannot be sent.
	KindRequest Kind = "request"
)

// StatusClientClosedRequest is what a query that its caller cancelled ends with.
const StatusClientClosedRequest = 499

// Error is every failure of this package.
type Error struct {
	// Status is the HTTP status to answer with, which is not always the server's.
	Status int
	// Downstream is false where the fault is ours.
	Downstream bool
	Kind       Kind
	// Message says what happened, Hint what to do about it; neither ends in a full stop.
	Message, Hint string
	// RetryAfter is how long the server asked to be left alone; zero if it did not.
	RetryAfter time.Duration
	// Err is the cause, if there is one.
	Err error
}

// Error returns "message. hint".
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + ". " + e.Hint
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// requestError is a question that we should not have asked.
func requestError(format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Status: http.StatusBadRequest, Kind: KindRequest, Message: err.Error(), Err: errors.Unwrap(err)}
}

// badResponse is an answer of status 2xx that is not what the API promises.
func badResponse(message, hint string, cause error) *Error {
	return &Error{
		Status: http.StatusBadGateway, Downstream: true, Kind: KindBadResponse,
		Message: message, Hint: hint, Err: cause,
	}
}

// transportError classifies what kept a request from being sent or its answer from being read. caller
// is the context that we were called with, own the one with our deadline.
func transportError(caller, own context.Context, timeout time.Duration, err error) *Error {
	e := &Error{Downstream: true, Err: err}
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.Is(caller.Err(), context.Canceled):
		e.Status, e.Kind = StatusClientClosedRequest, KindCanceled
		e.Message = "the query was cancelled"
	case own.Err() != nil || errors.Is(err, context.DeadlineExceeded):
		e.Status, e.Kind = http.StatusGatewayTimeout, KindTimeout
		e.Message = "Prometheus did not answer in time"
		if caller.Err() == nil && timeout > 0 {
			e.Message = fmt.Sprintf("Prometheus did not answer within %s", timeout)
		}
		e.Hint = "Narrow the time range or the filters, or raise the query timeout"
	case errors.Is(err, errUnexpectedRedirect):
		e.Status, e.Kind = http.StatusBadGateway, KindRedirect
		e.Message = "Prometheus redirects too often"
		e.Hint = "Check the URL"
	case isTLS(err):
		e.Status, e.Kind = http.StatusBadGateway, KindConnection
		e.Message = "the TLS connection to Prometheus failed: " + rootMessage(err)
		e.Hint = "Check the certificates and the TLS settings"
	case errors.As(err, &dns):
		e.Status, e.Kind = http.StatusBadGateway, KindConnection
		e.Message = "the host name of Prometheus could not be resolved: " + rootMessage(err)
		e.Hint = "Check the URL"
	case errors.As(err, &network) && network.Timeout():
		e.Status, e.Kind = http.StatusGatewayTimeout, KindTimeout
		e.Message = "the connection to Prometheus timed out"
		e.Hint = "Check the URL and that the server is reachable from here"
	default:
		e.Status, e.Kind = http.StatusBadGateway, KindConnection
		e.Message = "no connection to Prometheus: " + rootMessage(err)
		e.Hint = "Check the URL and that the server is running"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			e.Message = "Prometheus closed the connection without a full answer"
			e.Hint = "Check that the server, and any proxy before it, is healthy"
		}
	}
	return e
}

// isTLS tells failures of the TLS handshake.
func isTLS(err error) bool {
	var (
		record      tls.RecordHeaderError
		alert       tls.AlertError
		verify      *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		certificate x509.CertificateInvalidError
	)
	return errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &verify) ||
		errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &certificate) ||
		// What net/http says of a server that answers a TLS handshake with HTTP has no type.
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// rootMessage is the innermost message of err: it names neither the URL, which may hold a secret, nor
// the layers of the HTTP client.
func rootMessage(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return clean(err.Error(), maxQuotedText)
		}
		err = inner
	}
}

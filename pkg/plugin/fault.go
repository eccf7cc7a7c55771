package plugin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// fault is what an error is answered with: the HTTP status, whose error it is, and the words.
type fault struct {
	status     int
	downstream bool
	message    string
	// retryAfter is how long the server asked to be left alone; zero if it did not.
	retryAfter time.Duration
}

func (f fault) source() backend.ErrorSource {
	if f.downstream {
		return backend.ErrorSourceDownstream
	}
	return backend.ErrorSourcePlugin
}

// faultOf judges an error, which may be several joined. Of these the worst counts: one of our own before a question that
// is wrong, and that before one of the server's, so that our mistakes never pass for another's.
func faultOf(err error) fault {
	var worst fault
	rank := 0
	walk(err, func(cause error) bool {
		f, r := judge(cause)
		if r > rank {
			worst, rank = f, r
		}
		return r == 0
	})
	if rank == 0 {
		worst = fault{status: http.StatusInternalServerError}
	}
	worst.message = err.Error()
	return worst
}

// Ranks of faults, the worst last; zero is none that we know.
const (
	rankCancelled = iota + 1
	rankDownstream
	rankInvalid
	rankPlugin
)

// judge tells what one error is, without its causes.
func judge(err error) (fault, int) {
	switch e := err.(type) { //nolint:errorlint // walk unwraps, branch by branch
	case *model.InvalidError:
		return fault{status: http.StatusBadRequest}, rankInvalid
	case *promapi.Error:
		f := fault{status: e.Status, downstream: e.Downstream, retryAfter: e.RetryAfter}
		switch {
		case e.Kind == promapi.KindCanceled:
			return f, rankCancelled
		case e.Downstream:
			return f, rankDownstream
		default:
			return f, rankPlugin
		}
	}
	// The causes of what wraps others are judged by themselves.
	if joined(err) || errors.Unwrap(err) != nil {
		return fault{}, 0
	}
	switch {
	case errors.Is(err, context.Canceled):
		return fault{status: promapi.StatusClientClosedRequest, downstream: true}, rankCancelled
	case errors.Is(err, context.DeadlineExceeded):
		return fault{status: http.StatusGatewayTimeout, downstream: true}, rankDownstream
	}
	return fault{status: http.StatusInternalServerError}, rankPlugin
}

func joined(err error) bool {
	_, ok := err.(interface{ Unwrap() []error })
	return ok
}

// walk visits an error and its causes, each branch until visit says that it need not go deeper.
func walk(err error, visit func(error) (deeper bool)) {
	if err == nil || !visit(err) {
		return
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, cause := range several.Unwrap() {
			walk(cause, visit)
		}
		return
	}
	walk(errors.Unwrap(err), visit)
}

package compare

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// missing collects what the answers to one alert rule's questions lack.
type missing struct {
	mutex        sync.Mutex
	cut, partial bool
	warnings     []string
}

type missingKey struct{}

// noting is a context under which a watched client notes what answers lack.
func noting(ctx context.Context) (context.Context, *missing) {
	m := &missing{}
	return context.WithValue(ctx, missingKey{}, m), m
}

// watched is a client that notes, for who asks under noting, which answers are not whole.
type watched struct{ Client }

func (w watched) Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error) {
	result, err := w.Client.Query(ctx, q)
	note(ctx, result)
	return result, err
}

func (w watched) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	result, err := w.Client.QueryRange(ctx, q)
	note(ctx, result)
	return result, err
}

func note(ctx context.Context, result *promapi.Result) {
	m, ok := ctx.Value(missingKey{}).(*missing)
	if !ok || result == nil || !result.Partial {
		return
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.cut, m.partial = m.cut || result.Cut, true
	for _, warning := range result.Warnings {
		if !slices.Contains(m.warnings, warning) {
			m.warnings = append(m.warnings, warning)
		}
	}
}

// reject is the error that an alert rule, which never sees a notice, gets in the place of what is not whole; nil where nobody
// minds.
func (m *missing) reject(partialAsError bool) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var message string
	switch {
	case m.cut:
		message = "the answer was cut, so no alert rule can rest on it"
	case m.partial && partialAsError:
		message = "the answer is not complete, and this datasource treats that as an error in alert rules"
	default:
		return nil
	}
	return &promapi.Error{
		Status: http.StatusBadGateway, Downstream: true, Kind: promapi.KindBadResponse,
		Message: message, Hint: notices.Sentences(notices.Warnings(m.warnings)),
	}
}

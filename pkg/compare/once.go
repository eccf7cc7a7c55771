package compare

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/promapi"
)

// onceClient is a client that asks what the signals of one query have in common once: what a metric has, which variants there are,
// whether counts can be true. All of them then have the same answer, too. What was asked is forgotten with the query; ranges of
// samples, which are large, are not shared.
type onceClient struct{ Client }

type askedKey struct{}

// sharing is a context under which questions are asked once.
func sharing(ctx context.Context) context.Context {
	return context.WithValue(ctx, askedKey{}, &sharedAnswers{answers: map[string]*answer{}})
}

// sharedAnswers are the answers to the questions of one query.
type sharedAnswers struct {
	mutex   sync.Mutex
	answers map[string]*answer
}

// answer is what a question was answered with, once done is closed.
type answer struct {
	done  chan struct{}
	value any
	err   error
}

// errUnanswered stays where asking ended without an answer.
var errUnanswered = errors.New("a question was not answered")

// shared asks a question, or waits for who asks it already. Failures are not kept: who asks again later asks the server.
func shared[T any](ctx context.Context, kind string, question any, ask func() (T, error)) (T, error) {
	all, ok := ctx.Value(askedKey{}).(*sharedAnswers)
	text, err := json.Marshal(question)
	if !ok || err != nil {
		return ask()
	}
	key := kind + string(text)
	all.mutex.Lock()
	known := all.answers[key]
	if known == nil {
		known = &answer{done: make(chan struct{}), err: errUnanswered}
		all.answers[key] = known
		all.mutex.Unlock()
		return answered(all, key, known, ask)
	}
	all.mutex.Unlock()
	select {
	case <-known.done:
	case <-ctx.Done():
		return ask()
	}
	if value, ok := known.value.(T); ok && known.err == nil {
		return value, nil
	}
	return ask()
}

// answered asks, and hands the answer to those who wait, also where asking panics.
func answered[T any](all *sharedAnswers, key string, a *answer, ask func() (T, error)) (T, error) {
	defer func() {
		if a.err != nil {
			all.mutex.Lock()
			delete(all.answers, key)
			all.mutex.Unlock()
		}
		close(a.done)
	}()
	value, err := ask()
	a.value, a.err = value, err
	return value, err
}

// Query asks at one time.
func (o onceClient) Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error) {
	result, err := shared(ctx, "query", q, func() (*promapi.Result, error) { return o.Client.Query(ctx, q) })
	if err != nil {
		return nil, err
	}
	own := *result
	own.Warnings, own.Infos = slices.Clone(result.Warnings), slices.Clone(result.Infos)
	own.Series = slices.Clone(result.Series)
	for i := range own.Series {
		own.Series[i].Floats = slices.Clone(own.Series[i].Floats)
		own.Series[i].Histograms = slices.Clone(own.Series[i].Histograms)
	}
	return &own, nil
}

// listed is a list with its warnings.
type listed[T any] struct {
	all      []T
	warnings []string
}

func listing[T any](
	ctx context.Context, kind string, q promapi.MetaQuery, ask func() ([]T, []string, error),
) (all []T, warnings []string, err error) {
	found, err := shared(ctx, kind, q, func() (listed[T], error) {
		all, warnings, err := ask()
		return listed[T]{all, warnings}, err
	})
	return slices.Clone(found.all), slices.Clone(found.warnings), err
}

// LabelValues lists the values of a label.
func (o onceClient) LabelValues(ctx context.Context, label string, q promapi.MetaQuery) (values, warnings []string, err error) {
	return listing(ctx, "values of "+label, q, func() ([]string, []string, error) { return o.Client.LabelValues(ctx, label, q) })
}

// Series lists series.
func (o onceClient) Series(ctx context.Context, q promapi.MetaQuery) (series []labels.Labels, warnings []string, err error) {
	return listing(ctx, "series", q, func() ([]labels.Labels, []string, error) { return o.Client.Series(ctx, q) })
}

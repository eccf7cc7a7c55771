// Package failure says which signals an error is about.
package failure

import (
	"errors"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
)

// SignalsError is what kept signals from being answered. Its text names them before the cause; who shows it reads them
// from Signals, not from the text.
type SignalsError struct {
	// Signals are ids of the catalogue: several where one request is for all of them.
	Signals []string
	Err     error
}

func (e *SignalsError) Error() string { return strings.Join(e.Signals, ", ") + ": " + e.Err.Error() }

func (e *SignalsError) Unwrap() error { return e.Err }

// Named says which signals an error is about, so that the reader knows what is missing.
func Named(err error, signals ...model.Signal) error {
	ids := make([]string, len(signals))
	for i, signal := range signals {
		ids[i] = signal.ID
	}
	// What says already which signals it is about need not say it twice.
	var named *SignalsError
	if errors.As(err, &named) && slices.Equal(named.Signals, ids) {
		return err
	}
	return &SignalsError{Signals: ids, Err: err}
}

// Of lists what failed of an answer, each part with the signals that it is about; nothing where no part is about
// any.
func Of(err error) []model.Failure {
	failures := partsOf(err)
	for _, failure := range failures {
		if len(failure.Signals) > 0 {
			return failures
		}
	}
	return nil
}

func partsOf(err error) []model.Failure {
	if err == nil {
		return nil
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var failures []model.Failure
		texts := make([]string, 0, len(several.Unwrap()))
		for _, part := range several.Unwrap() {
			failures = append(failures, partsOf(part)...)
			texts = append(texts, part.Error())
		}
		// What wraps several in a sentence of its own is one failure.
		if strings.Join(texts, "\n") == err.Error() {
			return failures
		}
	}
	failure := model.Failure{Signals: []string{}, Message: err.Error()}
	var about *SignalsError
	if errors.As(err, &about) {
		failure.Signals = about.Signals
	}
	return []model.Failure{failure}
}

package model

import "fmt"

// InvalidError says which field of a query, of the settings or of a request is wrong, what is wrong with it
// and what to do. It is the caller's to fix, never the server's behind us.
type InvalidError struct {
	// Field is the JSON path: quantiles[1], signals, split.flagLabel.
	Field string
	// Message says what is wrong and what to do, without a full stop.
	Message string
	// Cause is why there is nothing, where it is the data that does not fit; empty for what is wrong with a request.
	Cause Cause
}

// Error names the field first, so that a reader finds what to change.
func (e *InvalidError) Error() string { return e.Field + ": " + e.Message }

// Invalid joins the problem and the advice, which may be empty, into one message.
func Invalid(field, advice, format string, args ...any) *InvalidError {
	return invalid(field, advice, format, args...)
}

// invalid joins the problem and the advice, which may be empty, into one message.
func invalid(field, advice, format string, args ...any) *InvalidError {
	message := fmt.Sprintf(format, args...)
	if advice != "" {
		message += "; " + advice
	}
	return &InvalidError{Field: field, Message: message}
}

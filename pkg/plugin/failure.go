package plugin

import (
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// failure is an error as a caller sees it.
type failure struct {
	status  int
	source  backend.ErrorSource
	message string
}

// failureOf tells whose fault an error is: the question's (400), the server's behind us, or ours (500).
func failureOf(err error) failure {
	f := failure{status: http.StatusInternalServerError, source: backend.ErrorSourcePlugin, message: err.Error()}
	var wrong *model.InvalidError
	var upstream *promapi.Error
	switch {
	case errors.As(err, &upstream):
		f.status = upstream.Status
		if upstream.Downstream {
			f.source = backend.ErrorSourceDownstream
		}
	case errors.As(err, &wrong):
		f.status = http.StatusBadRequest
	}
	if f.status == promapi.StatusClientClosedRequest {
		backend.Logger.Debug("The caller gave up", "error", err.Error())
	}
	return f
}

func failed(err error) backend.DataResponse {
	f := failureOf(err)
	return backend.ErrDataResponseWithSource(backend.Status(f.status), f.source, f.message)
}

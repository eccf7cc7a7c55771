package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/flaglens/flaglens/pkg/model"
)

// connection is how the server is reached.
type connection struct {
	http       *http.Client
	timeout    time.Duration
	forwarding forwarding
}

// connect makes the HTTP client that the settings ask for: basic authentication, TLS, headers of one's own, the secure
// proxy, all as the SDK reads them. The SDK's own timeout and ours are one: the shorter.
func connect(
	ctx context.Context, instance backend.DataSourceInstanceSettings, settings model.Settings,
) (c connection, err error) {
	if len(bytes.TrimSpace(instance.JSONData)) == 0 {
		instance.JSONData = json.RawMessage("{}")
	}
	if err := json.Unmarshal(instance.JSONData, &c.forwarding); err != nil {
		return connection{}, wrongSettings(err)
	}
	options, err := httpOptions(ctx, instance)
	if err != nil {
		return connection{}, err
	}
	c.timeout = settings.Timeout()
	var own struct {
		Seconds float64 `json:"timeout"`
	}
	if err := json.Unmarshal(instance.JSONData, &own); err == nil && own.Seconds > 0 {
		c.timeout = min(c.timeout, time.Duration(own.Seconds*float64(time.Second)))
	}
	// promapi bounds each request with a context, whose end it can tell from a broken connection.
	options.Timeouts.Timeout = 0
	if c.http, err = httpclient.New(options); err != nil {
		return connection{}, wrongSettings(err)
	}
	return c, nil
}

// httpOptions reads the HTTP part of the settings. The SDK panics where one of its fields is of another type.
func httpOptions(ctx context.Context, instance backend.DataSourceInstanceSettings) (options httpclient.Options, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = wrongSettings(fmt.Errorf("%v", cause))
		}
	}()
	if options, err = instance.HTTPClientOptions(ctx); err != nil {
		return options, wrongSettings(err)
	}
	// What the SDK would forward of a resource call is every header of the browser; see callerOf.
	options.ForwardHTTPHeaders = false
	return options, nil
}

func wrongSettings(err error) error {
	return &model.InvalidError{
		Field:   "settings",
		Message: "the connection cannot be set up: " + err.Error() + "; check authentication, TLS and HTTP headers in the datasource's settings",
	}
}

package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/flaglens/flaglens/pkg/model"
)

// connection is how the server is reached.
type connection struct {
	http     *http.Client
	timeout  time.Duration
	identity identity
}

// identity says what of the caller's identity is handed on to the server. By default nothing is.
type identity struct {
	// OAuth hands on the tokens of the user who is signed in.
	OAuth bool `json:"oauthPassThru"`
	// Cookies names the cookies that are handed on.
	Cookies []string `json:"keepCookies"`
}

// connect makes the HTTP client that the settings ask for: basic authentication, TLS, headers of one's own, the secure
// proxy, all as the SDK reads them. The SDK's own timeout and ours are one: the shorter.
func connect(
	ctx context.Context, instance backend.DataSourceInstanceSettings, settings model.Settings,
) (c connection, err error) {
	if len(bytes.TrimSpace(instance.JSONData)) == 0 {
		instance.JSONData = json.RawMessage("{}")
	}
	if err := json.Unmarshal(instance.JSONData, &c.identity); err != nil {
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
	// What the SDK would forward of a resource call is every header of the browser; see forward.
	options.ForwardHTTPHeaders = false
	return options, nil
}

func wrongSettings(err error) error {
	return &model.InvalidError{
		Field:   "settings",
		Message: "the connection cannot be set up: " + err.Error() + "; check authentication, TLS and HTTP headers in the datasource's settings",
	}
}

// forward hands on what the settings allow of the caller's identity, and nothing else of the caller's headers.
func (d *Datasource) forward(ctx context.Context, caller http.Header) context.Context {
	headers := d.identity.headers(caller)
	if len(headers) == 0 {
		return ctx
	}
	return httpclient.WithContextualMiddleware(ctx, httpclient.MiddlewareFunc(
		func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
			return httpclient.RoundTripperFunc(func(request *http.Request) (*http.Response, error) {
				for key, values := range headers {
					// What the settings set themselves stays.
					if request.Header.Get(key) == "" {
						request.Header[key] = values
					}
				}
				return next.RoundTrip(request)
			})
		}))
}

func (i identity) headers(caller http.Header) http.Header {
	headers := http.Header{}
	if i.OAuth {
		for _, key := range []string{
			backend.OAuthIdentityTokenHeaderName, backend.OAuthIdentityIDTokenHeaderName, backend.GrafanaUserSignInTokenHeaderName,
		} {
			if value := caller.Get(key); value != "" {
				headers.Set(key, value)
			}
		}
	}
	if len(i.Cookies) > 0 {
		if cookies := i.cookies(caller); cookies != "" {
			headers.Set(backend.CookiesHeaderName, cookies)
		}
	}
	return headers
}

// cookies are those of the caller's that are named.
func (i identity) cookies(caller http.Header) string {
	request := http.Request{Header: http.Header{backend.CookiesHeaderName: caller.Values(backend.CookiesHeaderName)}}
	kept := http.Request{Header: http.Header{}}
	for _, cookie := range request.Cookies() {
		if slices.Contains(i.Cookies, cookie.Name) {
			kept.AddCookie(cookie)
		}
	}
	return kept.Header.Get(backend.CookiesHeaderName)
}

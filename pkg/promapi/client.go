package promapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Defaults of Options.
const (
	DefaultTimeout   = 30 * time.Second
	DefaultMaxSeries = 20_000
	DefaultMaxBytes  = 64 << 20
	// DefaultMaxSamples is what 64 MB of JSON hold, at some 21 bytes a sample. It bounds the memory, which is 16 bytes a
	// sample, also where the limit on bytes was raised.
	DefaultMaxSamples = 3_000_000
)

// Options bound and shape what a Client sends. Zero fields mean the default.
type Options struct {
	// Method is POST, the default, or GET. A server that refuses POST is asked with GET from then on.
	Method string
	// Timeout bounds one request, its answer included.
	Timeout time.Duration
	// MaxSeries and MaxBytes bound one answer, after decompression. What was read up to there is kept and
	// the result is marked Partial.
	MaxSeries int
	MaxBytes  int64
	// MaxSamples bounds the samples of one answer, the buckets of native histograms counted each. It is kept while the
	// answer streams in, like the other two.
	MaxSamples int
	// GeneratedPromQL says that the caller builds every expression and selector itself, so that one which
	// the server cannot read is the plugin's fault and not the user's.
	GeneratedPromQL bool
}

// Client asks one Prometheus API. It is safe for use by several goroutines.
type Client struct {
	options    Options
	connection connection
}

// NewClient makes a client on httpClient for the API below baseURL, whose path is kept as a prefix. The
// URL must be http or https with a host, without query and fragment; otherwise the error is an *Error.
// Redirects to another host are never followed, as httpClient may add credentials to every request.
func NewClient(httpClient *http.Client, baseURL string, options Options) (*Client, error) {
	base, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	switch options.Method = strings.ToUpper(options.Method); options.Method {
	case "":
		options.Method = http.MethodPost
	case http.MethodPost, http.MethodGet:
	default:
		return nil, requestError("HTTP method %q is neither GET nor POST", options.Method)
	}
	if options.Timeout <= 0 {
		options.Timeout = DefaultTimeout
	}
	if options.MaxSeries <= 0 {
		options.MaxSeries = DefaultMaxSeries
	}
	if options.MaxBytes <= 0 {
		options.MaxBytes = DefaultMaxBytes
	}
	if options.MaxSamples <= 0 {
		options.MaxSamples = DefaultMaxSamples
	}
	own := *httpClient
	own.CheckRedirect = checkRedirect
	return &Client{options: options, connection: connection{http: &own, base: base, options: options, now: time.Now}}, nil
}

// parseBase validates the URL of a datasource.
func parseBase(raw string) (*url.URL, error) {
	if strings.TrimSpace(raw) == "" {
		return nil, &Error{Status: http.StatusBadRequest, Kind: KindRequest, Message: "no URL is set",
			Hint: "Set the URL of Prometheus, such as http://localhost:9090"}
	}
	base, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		// The text of err repeats the URL, which may hold a password.
		return nil, &Error{Status: http.StatusBadRequest, Kind: KindRequest, Message: "the URL is not valid",
			Hint: "It should look like http://localhost:9090", Err: err}
	}
	fault := ""
	switch {
	case base.Scheme != "http" && base.Scheme != "https":
		fault = "the URL must begin with http:// or https://"
	case base.Hostname() == "":
		fault = "the URL has no host"
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		fault = "the URL must not have a query or a fragment"
	}
	if fault != "" {
		return nil, &Error{Status: http.StatusBadRequest, Kind: KindRequest, Message: fault,
			Hint: "It should look like http://localhost:9090"}
	}
	return base, nil
}

// formatTime writes a time as the API reads it: unix seconds with milliseconds.
func formatTime(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64)
}

// formatDuration writes a duration as the API reads it: seconds.
func formatDuration(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

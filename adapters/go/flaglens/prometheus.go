package flaglens

import (
	"context"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
)

// requestBuckets are the upper bounds in seconds that OpenTelemetry advises for HTTP.
var requestBuckets = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// Prometheus says how requests are recorded with client_golang.
type Prometheus struct {
	Registerer prometheus.Registerer
	// Flags and Routes start at zero.
	Flags  []Flag
	Routes []Route
	// Limits are 100 flags, 20 variants of each and 200 routes if they are zero.
	Limits Limits
	// Route answers the pattern of a request that was answered, never its path; MuxRoute if it is nil.
	Route func(*http.Request) string
}

// Middleware records each request once in feature_flag_http_request_duration_seconds for each flag that it evaluated:
// never sum it across flags. What counts all requests stays the service's own.
func (p Prometheus) Middleware() (func(http.Handler) http.Handler, error) {
	split := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "feature_flag_http_request_duration_seconds",
		Help:    "Duration of HTTP requests in seconds, once for each flag that they evaluated: never sum across flags",
		Buckets: requestBuckets,
	}, []string{"feature_flag_key", "feature_flag_variant", "method", "route", "status"})
	if err := p.Registerer.Register(split); err != nil {
		return nil, err
	}
	guard := newGuard(p.Limits, p.Flags, p.Routes)
	for _, flag := range p.Flags {
		for _, variant := range flag.Variants {
			for _, route := range p.Routes {
				start(split, flag.Key, variant, route.Method, route.Pattern)
			}
		}
	}
	route := p.Route
	if route == nil {
		route = MuxRoute
	}
	record := func(_ context.Context, o outcome) {
		pattern := guard.route(o.route)
		for flag, variant := range o.flags {
			flag, variant = guard.tag(flag, variant)
			// The other statuses of a route that was not registered are at zero from here.
			start(split, flag, variant, o.method, pattern)
			split.WithLabelValues(flag, variant, o.method, pattern, o.status).Observe(o.seconds)
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(next, w, r, route, record) })
	}, nil
}

func start(split *prometheus.HistogramVec, flag, variant, method, route string) {
	for _, status := range []string{"200", "500"} {
		split.WithLabelValues(flag, variant, method, route, status)
	}
}

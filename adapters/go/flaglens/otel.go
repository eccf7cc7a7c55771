package flaglens

import (
	"context"
	"net/http"

	"github.com/open-feature/go-sdk/openfeature"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// OpenTelemetry says how requests are recorded with a Meter. A histogram of OpenTelemetry cannot begin at zero: where a
// Prometheus scrapes the process, use Prometheus with the registry that is scraped, or say so for a rollout's first minutes.
type OpenTelemetry struct {
	Meter metric.Meter
	// Limits are 100 flags, 20 variants of each and 200 routes if they are zero.
	Limits Limits
	// Route answers the pattern of a request that was answered, never its path; MuxRoute if it is nil.
	Route func(*http.Request) string
}

// Middleware records each request once for each flag that it evaluated. Its histogram is
// feature_flag_http_request_duration_seconds in Prometheus.
func (o OpenTelemetry) Middleware() (func(http.Handler) http.Handler, error) {
	split, err := o.Meter.Float64Histogram("feature_flag_http_request_duration",
		metric.WithUnit("s"),
		metric.WithDescription("Duration of HTTP requests, once for each flag that they evaluated: never sum across flags"),
		metric.WithExplicitBucketBoundaries(requestBounds...),
	)
	if err != nil {
		return nil, err
	}
	guard := newGuard(o.Limits, nil, nil)
	route := o.Route
	if route == nil {
		route = MuxRoute
	}
	record := func(ctx context.Context, out outcome) {
		pattern := guard.route(out.route)
		for flag, variant := range out.flags {
			flag, variant = guard.tag(flag, variant)
			split.Record(ctx, out.seconds, metric.WithAttributes(
				attribute.String("feature_flag_key", flag),
				attribute.String("feature_flag_variant", variant),
				attribute.String("method", out.method),
				attribute.String("route", pattern),
				attribute.String("status", out.status),
			))
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(next, w, r, route, record) })
	}, nil
}

// requestBounds are those of Prometheus, here so that each file can be copied without the other.
var requestBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// LabelerHook puts one flag on the request metrics that otelhttp writes itself, http_server_request_duration_seconds, as
// feature_flag_key and feature_flag_result_variant. It is the shortest way, for one flag: two flags on one request would
// overwrite each other.
type LabelerHook struct {
	openfeature.UnimplementedHook
	// Flag is the key of the flag.
	Flag string
}

// Finally labels the request whose context the evaluation was given.
func (h LabelerHook) Finally(ctx context.Context, hook openfeature.HookContext, details openfeature.InterfaceEvaluationDetails, _ openfeature.HookHints) {
	labeler, ok := otelhttp.LabelerFromContext(ctx)
	if !ok || hook.FlagKey() != h.Flag {
		return
	}
	for _, label := range labeler.Get() {
		// A request belongs to the variant that it was served first.
		if label.Key == "feature_flag.key" {
			return
		}
	}
	labeler.Add(attribute.String("feature_flag.key", h.Flag), attribute.String("feature_flag.result.variant", variantOf(details)))
}

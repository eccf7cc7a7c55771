package detect

import (
	"regexp"
	"slices"
	"strings"
)

// family is a metric as a reader thinks of it: a histogram with its parts, or a counter or gauge.
type family struct {
	// base is a histogram's name without _bucket, a counter's or gauge's as it is.
	base string
	// bucket, count and sum are which parts there are; self that something has the name itself.
	bucket, count, sum, self bool
}

// histogram is whether it may be one: it has parts, or the name of something that takes time.
func (f family) histogram() bool {
	return f.bucket || f.count && f.sum || f.self && !f.counter() && timed.MatchString(plain(f.base))
}

// counter is whether its name is that of a counter.
func (f family) counter() bool { return f.self && strings.HasSuffix(plain(f.base), "_total") }

// timed are names of what takes time.
var timed = regexp.MustCompile(`(duration|latency|seconds|milliseconds|_ms|_time|elapsed)$|(duration|latency)_`)

// familiesOf makes families of names, in the order of their bases. What a client adds beside them is left out.
func familiesOf(metrics []string) []family {
	known := map[string]*family{}
	at := func(base string) *family {
		if known[base] == nil {
			known[base] = &family{base: base}
		}
		return known[base]
	}
	has := map[string]bool{}
	for _, name := range metrics {
		has[name] = true
	}
	for _, name := range metrics {
		switch base, suffix := parted(name); {
		case suffix == "_bucket":
			at(base).bucket = true
		case suffix == "_count" && (has[base+"_bucket"] || has[base+"_sum"] || timed.MatchString(plain(base))):
			at(base).count = true
		case suffix == "_sum" && (has[base+"_bucket"] || has[base+"_count"]):
			at(base).sum = true
		case suffix == "_max" && has[base+"_count"], suffix == "_created":
		default:
			at(name).self = true
		}
	}
	var families []family
	for _, f := range known {
		families = append(families, *f)
	}
	slices.SortFunc(families, func(a, b family) int { return strings.Compare(a.base, b.base) })
	return families
}

// parted parts a name from the suffix of a histogram's part.
func parted(name string) (base, suffix string) {
	for _, suffix := range []string{"_bucket", "_count", "_sum", "_max", "_created"} {
		if base, ok := strings.CutSuffix(name, suffix); ok && base != "" {
			return base, suffix
		}
	}
	return name, ""
}

// known is what is known of metrics by their names, as plain writes them.
type known struct {
	name *regexp.Regexp
	// score is how likely it stands for the requests of a service, 0 to 100.
	score int
	// unit is a Grafana unit id where the name does not say it.
	unit string
	// of says whose metric it is.
	of string
}

func named(pattern string, score int, unit, of string) known {
	return known{regexp.MustCompile(`^(` + pattern + `)$`), score, unit, of}
}

// requests are histograms of requests, the surest first.
var requests = []known{
	named(`feature_flag_http_request_duration_seconds`, 100, "s", "Flaglens' library for services"),
	named(`http_server_request_duration(_seconds)?`, 96, "s", "OpenTelemetry's conventions for HTTP servers, ASP.NET and otelhttp among them"),
	named(`http_server_requests(_seconds)?`, 96, "s", "Micrometer (Spring Boot)"),
	named(`http_server_duration(_milliseconds)?`, 92, "ms", "OpenTelemetry's older conventions, in milliseconds"),
	named(`http_request_duration_seconds`, 94, "s", "Prometheus clients (prom-client, client_golang, Python)"),
	named(`http_request_duration_(milliseconds|ms)`, 90, "ms", "Prometheus clients, in milliseconds"),
	named(`istio_request_duration_milliseconds`, 91, "ms", "Istio"),
	named(`istio_request_duration_seconds`, 90, "s", "Istio, older"),
	named(`envoy_cluster_upstream_rq_time`, 86, "ms", "Envoy, by its upstream cluster"),
	named(`envoy_http_downstream_rq_time`, 80, "ms", "Envoy, by its listener"),
	named(`nginx_ingress_controller_request_duration_seconds`, 90, "s", "ingress-nginx"),
	named(`nginx_ingress_controller_(response|header|connect)_duration_seconds`, 60, "s", "ingress-nginx, a part of the request"),
	named(`traces_span_metrics_duration_milliseconds`, 84, "ms", "the collector's spanmetrics"),
	named(`traces_span_?metrics_(duration_seconds|latency)`, 84, "s", "spanmetrics of the collector, or Tempo's metrics generator"),
	named(`(span_metrics_)?duration_milliseconds`, 78, "ms", "the collector's spanmetrics, older names"),
	named(`(span_metrics_)?duration_seconds`, 77, "s", "the collector's spanmetrics, older names"),
	named(`traces_service_graph_request_(server|client)_seconds`, 40, "s", "a service graph"),
	named(`rpc_server_call_duration(_seconds)?`, 84, "s", "OpenTelemetry's conventions for RPC servers"),
	named(`rpc_server_duration(_milliseconds)?`, 82, "ms", "OpenTelemetry's older conventions for RPC servers"),
	named(`grpc_server_handling_seconds`, 84, "s", "gRPC's interceptors"),
	named(`traefik_(service|router|entrypoint)_request_duration_seconds`, 82, "s", "Traefik"),
	named(`(django|flask|starlette|fastapi|uvicorn|gunicorn|sanic|aiohttp|tornado)_.*(duration|latency|processing_time|time).*`, 84, "s", "a framework of Python"),
	named(`.*(kestrel|aspnetcore).*request.*duration.*`, 80, "s", "ASP.NET"),
	named(`http_client_.*|.*_client_.*(duration|latency|seconds).*`, 35, "", "calls that the service makes"),
	named(`(go|process|python|nodejs|jvm|scrape|prometheus|alertmanager|grafana|net_conntrack|promhttp|otelcol|up|rest_client|workqueue|apiserver|etcd)_.*`, 2, "", "the process itself"),
	named(`.*feature_flag_evaluation.*`, 5, "s", "the evaluation of flags, not requests"),
	named(`.*(request|http|rpc|grpc|handler|server|response|page|route|endpoint|api).*(duration|latency|seconds|milliseconds|_ms|time)`, 70, "", "its name: requests, and how long they take"),
	named(`.*(duration|latency)(_.*)?|.*_(seconds|milliseconds|ms)`, 45, "", "its name: something that takes time"),
}

// counters are counters of requests, the surest first.
var counters = []known{
	named(`http_requests_total`, 90, "reqps", "Prometheus clients"),
	named(`istio_requests_total`, 92, "reqps", "Istio"),
	named(`nginx_ingress_controller_requests`, 90, "reqps", "ingress-nginx"),
	named(`traces_span_?metrics_calls_total|calls_total|span_metrics_calls_total`, 84, "reqps", "spanmetrics"),
	named(`envoy_cluster_upstream_rq(_xx|_total)?`, 84, "reqps", "Envoy, by its upstream cluster"),
	named(`envoy_http_downstream_rq(_xx|_total)`, 78, "reqps", "Envoy, by its listener"),
	named(`grpc_server_handled_total`, 84, "reqps", "gRPC's interceptors"),
	named(`(traefik_|haproxy_|nginx_|caddy_|kong_).*requests_total`, 80, "reqps", "a proxy"),
	named(`(django|flask|starlette|fastapi)_.*(requests|responses).*_total.*`, 84, "reqps", "a framework of Python"),
	named(`(go|process|python|nodejs|jvm|scrape|prometheus|alertmanager|grafana|net_conntrack|promhttp|otelcol|rest_client|workqueue|apiserver|etcd)_.*`, 2, "", "the process itself"),
	named(`.*(request|requests|http_responses|calls|operations|messages|jobs|orders)(_total)?`, 60, "reqps", "its name"),
	named(`.*_total`, 20, "ops", "its name"),
}

// evaluations are counters of evaluations of flags, those that tell the variant first.
var evaluations = []known{
	named(`feature_flag_evaluation_success(_total)?`, 60, "ops", "OpenFeature's hook: evaluations that gave a value"),
	named(`feature_flag_evaluations(_total)?`, 58, "ops", "Datadog's SDKs"),
	named(`feature_flag_flagd_impression(_total)?`, 57, "ops", "flagd"),
	named(`feature_flag_evaluation_requests?(_total)?`, 50, "ops", "OpenFeature's hook: all evaluations"),
	named(`feature_flag_evaluation_requests?_.*flag_evaluations(_total)?`, 49, "ops", "OpenFeature's hook for Python"),
	named(`feature_toggle_usage_total`, 56, "ops", "Unleash"),
	named(`gofeatureflag_flag_evaluations_total`, 40, "ops", "GO Feature Flag"),
	named(`feature_flag_flagd_result_reason(_total)?`, 30, "ops", "flagd, by reason"),
	named(`unleash_counter_.*`, 50, "ops", "Unleash's impact metrics"),
}

// knownOf finds what is known of a name.
func knownOf(all []known, base string) (known, bool) {
	name := plain(base)
	for _, k := range all {
		if k.name.MatchString(name) {
			return k, true
		}
	}
	return known{}, false
}

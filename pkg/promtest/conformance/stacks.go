package conformance

import "slices"

// stack is what one client library, with one way of naming, makes of the same requests.
type stack struct {
	name, situation string
	// base is the histogram's name without _bucket, in milliseconds where ms is true, and native in the place of classic
	// buckets where native is true.
	base       string
	ms, native bool
	// bounds are spelled as the stack does it, in seconds; those that Prometheus itself would write if nil.
	bounds []string
	// spelled are the ways in which the processes spell the bounds, one after the other, +Inf as the last; bounds and +Inf if nil.
	spelled [][]string
	// ranges: buckets have both bounds, as those of VictoriaMetrics. lacks are the parts that are not exposed: _count, _sum or
	// +Inf, by the process, or by all where it is -1.
	ranges bool
	lacks  map[string]int
	// labels are what every series has beside its process, its variant and its status.
	labels map[string]string
	// tags are the labels of a variant; tagsIn, if set, in the place of them those of a variant in a process, by its number.
	tags   func(variant string) map[string]string
	tagsIn func(process int, variant string) map[string]string
	// status names the label that tells failures, ok and bad its values.
	status, ok, bad string
	// processes are the labels of each; one without labels where the stack does not tell processes apart.
	processes []map[string]string
	// flag is what the flag is called; checkout-v2 if empty.
	flag string
	// split and more are the settings that the stack needs, more being any others; preset stands for both and the signals.
	preset string
	split  map[string]any
	more   map[string]any
	// selector narrows every signal.
	selector string
	engines  []Engine
}

const theFlag = "checkout-v2"

// byLabels are tags and split of a stack that has two labels.
func byLabels(s stack, flag, variant string) stack {
	s.tags = func(is string) map[string]string { return map[string]string{flag: theFlag, variant: is} }
	s.split = map[string]any{"mode": "labels", "flagLabel": flag, "variantLabel": variant}
	return s
}

// bothNames are tags and split of a stack whose even processes have one label of the variant, and the others another one.
func bothNames(s stack, flag, variant, other string) stack {
	s.tagsIn = func(process int, is string) map[string]string {
		return map[string]string{flag: theFlag, []string{variant, other}[process%2]: is}
	}
	s.split = map[string]any{"mode": "labels", "flagLabel": flag, "variantLabel": variant, "variantLabels": []any{other}}
	return s
}

var (
	scraped = []map[string]string{
		{"job": "shop", "instance": "10.0.0.1:8080"}, {"job": "shop", "instance": "10.0.0.2:8080"},
	}
	// everywhere is where a few stacks are asked too: what VictoriaMetrics answers otherwise does not hang on names.
	everywhere = []Engine{Prometheus3, VictoriaMetrics}
)

// stacks are what services have: measured, or read in source and documents of the libraries.
func stacks() []stack {
	otel := map[string]string{
		"http_request_method": "GET", "http_route": "/cart/{id}", "network_protocol_version": "1.1", "url_scheme": "http",
		"otel_scope_name": "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp",
	}
	dotted := map[string]string{
		"http.request.method": "GET", "http.route": "/cart/{id}", "network.protocol.version": "1.1", "url.scheme": "http",
	}
	const status, dottedStatus = "http_response_status_code", "http.response.status_code"
	const key, result = "feature_flag_key", "feature_flag_result_variant"
	const dottedKey, dottedResult = "feature_flag.key", "feature_flag.result.variant"
	return append([]stack{
		byLabels(stack{
			name: "prom-client", situation: "Node with prom-client, by the preset prom-client.", preset: "prom-client",
			base: "http_request_duration_seconds", labels: map[string]string{"method": "GET", "route": "/cart/:id"},
			status: "status_code", ok: "200", bad: "500", processes: scraped,
		}, key, "feature_flag_variant"),
		byLabels(stack{
			name: "client_golang", situation: "Go with client_golang: promhttp's labels code, handler and method.",
			base: "http_request_duration_seconds", labels: map[string]string{"handler": "/cart", "method": "get"},
			status: "code", ok: "200", bad: "503", processes: scraped, engines: Engines,
		}, "flag", "variant"),
		byLabels(stack{
			name: "client_golang-native", situation: "Go with client_golang, native histograms only.", native: true,
			base: "http_request_duration_seconds", labels: map[string]string{"handler": "/cart", "method": "get"},
			status: "code", ok: "200", bad: "503", processes: scraped,
		}, "flag", "variant"),
		byLabels(stack{
			name: "otel", situation: "OpenTelemetry through a collector, names with underscores and suffixes, by the preset otel.",
			preset: "otel", base: "http_server_request_duration_seconds", labels: otel,
			status: status, ok: "200", bad: "500", processes: scraped, engines: everywhere,
		}, key, result),
		byLabels(stack{
			name: "otel-native", situation: "The same as native histograms: exponential ones of the SDK.", native: true,
			preset: "otel", base: "http_server_request_duration_seconds", labels: otel,
			status: status, ok: "200", bad: "500", processes: scraped,
		}, key, result),
		byLabels(stack{
			name: "otel-without-suffixes", situation: "OpenTelemetry, names with underscores and no suffixes.",
			base: "http_server_request_duration", labels: otel,
			status: status, ok: "200", bad: "500", processes: scraped,
		}, key, result),
		byLabels(stack{
			name: "otel-dotted-with-suffixes", situation: "OpenTelemetry, dotted names with suffixes.",
			base: "http.server.request.duration_seconds", labels: dotted,
			status: dottedStatus, ok: "200", bad: "500", processes: scraped,
		}, dottedKey, dottedResult),
		byLabels(stack{
			name: "otel-untranslated", situation: "OpenTelemetry, names as they are.",
			base: "http.server.request.duration", labels: dotted,
			status: dottedStatus, ok: "200", bad: "500", processes: scraped,
		}, dottedKey, dottedResult),
		byLabels(stack{
			name: "otel-untranslated-native", situation: "OpenTelemetry, names as they are, native histograms.", native: true,
			base: "http.server.request.duration", labels: dotted,
			status: dottedStatus, ok: "200", bad: "500", processes: scraped,
		}, dottedKey, dottedResult),
		byLabels(stack{
			name: "otel-python-before-1.0", situation: "OpenTelemetry in Python before its conventions were stable: milliseconds.",
			base: "http_server_duration_milliseconds", ms: true,
			labels: map[string]string{"http_method": "GET", "http_target": "/cart", "http_scheme": "http", "http_flavor": "1.1"},
			status: "http_status_code", ok: "200", bad: "500", processes: scraped,
		}, key, result),
		bothNames(stack{
			name: "otel-both-variant-labels", situation: "One service whose processes name the variant's label in an older and a newer way.",
			base: "http_server_request_duration_seconds", labels: otel, status: status, ok: "200", bad: "500", processes: scraped,
		}, key, result, "feature_flag_variant"),
		bothNames(stack{
			name: "otel-both-variant-labels-native", situation: "The same with native histograms.", native: true,
			base: "http_server_request_duration_seconds", labels: otel, status: status, ok: "200", bad: "500", processes: scraped,
		}, key, result, "feature_flag_variant"),
		byLabels(stack{
			name: "collector-without-honor_labels", situation: "A scrape of a collector that renames what the services call themselves.",
			base: "http_server_request_duration_seconds", labels: otel,
			status: status, ok: "200", bad: "500",
			processes: []map[string]string{
				{"job": "collector", "instance": "collector:8889", "exported_job": "shop", "exported_instance": "a"},
				{"job": "collector", "instance": "collector:8889", "exported_job": "shop", "exported_instance": "b"},
			},
			more: map[string]any{"processLabels": []any{"exported_job", "exported_instance"}},
		}, key, result),
	}, slices.Concat(meshes(), forms())...)
}

// meshes are what is measured outside of the service, what has bounds of its own spelling, and the other ways to split.
func meshes() []stack {
	micrometer := map[string]string{
		"method": "GET", "uri": "/cart/{id}", "outcome": "SUCCESS", "exception": "none", "error": "none",
	}
	java := []string{"0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0"}
	exponents := []string{"1.0E-3", "5.0E-3", "1.0E-2", "2.5E-2", "5.0E-2", "1.0E-1", "2.5E-1", "5.0E-1", "1.0E0", "1.0E1"}
	decimals := []string{"0.005", "0.010", "0.025", "0.050", "0.100", "0.250", "0.500", "1.000", "2.500", "10.000"}
	return []stack{
		byLabels(stack{
			name: "micrometer", situation: "Spring Boot with Micrometer and percentiles-histogram.",
			base: "http_server_requests_seconds", bounds: java, labels: micrometer,
			status: "status", ok: "200", bad: "500", processes: scraped,
		}, "flag", "variant"),
		byLabels(stack{
			name: "java-exponents", situation: "A Java client's bounds, as a store keeps them that does not spell them anew.",
			base: "http_server_requests_seconds", bounds: exponents, labels: micrometer,
			status: "status", ok: "200", bad: "500", processes: scraped, engines: Engines,
		}, "flag", "variant"),
		byLabels(stack{
			name: "fixed-decimals", situation: "Bounds with three decimals, as C and Lua exporters write them.",
			base: "request_duration_seconds", bounds: decimals, labels: map[string]string{"host": "shop"},
			status: "status", ok: "200", bad: "500", processes: scraped,
		}, "flag", "variant"),
		byLabels(stack{
			name: "collector-spanmetrics", situation: "The collector's spanmetrics: milliseconds, states of spans in capitals.",
			base: "traces_span_metrics_duration_milliseconds", ms: true, processes: scraped, engines: everywhere,
			labels: map[string]string{"service_name": "shop", "span_name": "GET /cart", "span_kind": "SPAN_KIND_SERVER"},
			status: "status_code", ok: "STATUS_CODE_UNSET", bad: "STATUS_CODE_ERROR",
		}, "feature_flag_key", "feature_flag_result_variant"),
		byLabels(stack{
			name: "collector-spanmetrics-seconds", situation: "The collector's spanmetrics with the unit s.",
			base: "traces_span_metrics_duration_seconds", processes: scraped,
			labels: map[string]string{"service_name": "shop", "span_name": "GET /cart", "span_kind": "SPAN_KIND_SERVER"},
			status: "status_code", ok: "STATUS_CODE_UNSET", bad: "STATUS_CODE_ERROR",
		}, "feature_flag_key", "feature_flag_result_variant"),
		byLabels(stack{
			name: "collector-spanmetrics-older", situation: "The collector's spanmetrics before its namespace: duration_milliseconds.",
			base: "duration_milliseconds", ms: true, processes: scraped,
			labels: map[string]string{"service_name": "shop", "span_name": "GET /cart", "span_kind": "SPAN_KIND_SERVER"},
			status: "status_code", ok: "STATUS_CODE_UNSET", bad: "STATUS_CODE_ERROR",
		}, "feature_flag_key", "feature_flag_variant"),
		byLabels(stack{
			name: "tempo-generator", situation: "Tempo's metrics generator: no label of a process.",
			base: "traces_spanmetrics_latency", processes: []map[string]string{{}},
			labels: map[string]string{"service": "shop", "span_name": "GET /cart", "span_kind": "SPAN_KIND_SERVER"},
			status: "status_code", ok: "STATUS_CODE_UNSET", bad: "STATUS_CODE_ERROR",
		}, "feature_flag_key", "feature_flag_result_variant"),
		byLabels(stack{
			name: "istio-header", situation: "Istio with tags from a request header: milliseconds, read at the destination.",
			base: "istio_request_duration_milliseconds", ms: true, selector: `reporter="destination"`,
			labels: map[string]string{"reporter": "destination", "destination_service": "shop.default.svc.cluster.local"},
			status: "response_code", ok: "200", bad: "503", processes: scraped,
		}, "flag", "variant"),
		{
			name: "istio-canary", situation: "Istio in front of a canary: the versions are the variants.", flag: "release",
			base: "istio_request_duration_milliseconds", ms: true,
			labels: map[string]string{"reporter": "destination", "destination_service": "shop.default.svc.cluster.local"},
			tags:   func(is string) map[string]string { return map[string]string{"destination_version": version[is]} },
			status: "response_code", ok: "200", bad: "503", processes: scraped,
			split: map[string]any{"mode": "matchers", "flags": []any{map[string]any{"flag": "release", "variants": []any{
				map[string]any{"variant": "off", "selector": `destination_version="v1"`},
				map[string]any{"variant": "on", "selector": `destination_version="v2"`},
			}}}},
		},
		{
			name: "flag-as-label", situation: "One label for each flag, its value the variant.", flag: "checkout_v2",
			base: "http_request_duration_seconds", labels: map[string]string{"method": "GET"}, engines: everywhere,
			tags:   func(is string) map[string]string { return map[string]string{"flag_checkout_v2": is} },
			status: "status", ok: "200", bad: "500", processes: scraped,
			split: map[string]any{"mode": "flag_label", "prefix": "flag_"},
		},
	}
}

// version is what a deployment calls a variant.
var version = map[string]string{"off": "v1", "on": "v2"}

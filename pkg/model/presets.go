package model

// WellKnownBaselines are the variants that are taken for the baseline, the first that exists, where neither
// the query nor the settings name one.
var WellKnownBaselines = []string{"control", "off", "false", "baseline", "default", "A"}

// presetNames are what a preset's metrics and labels are called.
type presetNames struct {
	histogram, flagLabel, variantLabel, statusLabel string
	// allocation and reason are the metrics of the same instrumentation that a verdict reads beside the signals; empty where
	// there is none.
	allocation, reason string
	// layers tells whether the instrumentation names what lies below the requests as the library does.
	layers bool
}

var presets = map[Preset]presetNames{
	PresetFlaglens: {
		histogram: "feature_flag_http_request_duration_seconds",
		flagLabel: "feature_flag_key", variantLabel: "feature_flag_variant", statusLabel: "status",
		allocation: "feature_flag_allocation_ratio", reason: "feature_flag_evaluation_success_total",
		layers: true,
	},
	PresetOTel: {
		histogram: "http_server_request_duration_seconds",
		flagLabel: "feature_flag_key", variantLabel: "feature_flag_result_variant",
		statusLabel: "http_response_status_code",
	},
	PresetPromClient: {
		histogram: "http_request_duration_seconds",
		flagLabel: "feature_flag_key", variantLabel: "feature_flag_variant", statusLabel: "status_code",
	},
}

// presetIDs lists the presets, the default one first.
var presetIDs = []Preset{PresetFlaglens, PresetOTel, PresetPromClient, PresetNone}

var presetTitles = map[Preset]string{
	PresetFlaglens:   "Flaglens",
	PresetOTel:       "OpenTelemetry",
	PresetPromClient: "prom-client",
	PresetNone:       "None",
}

// Presets lists the presets with what each stands for, the default one first.
func Presets() []PresetInfo {
	infos := make([]PresetInfo, len(presetIDs))
	for i, id := range presetIDs {
		infos[i] = PresetInfo{ID: id, Name: presetTitles[id], Split: splitOf(id), Signals: catalogueOf(id)}
	}
	return infos
}

// namesOf are the names of a preset; the default preset's where none is named.
func namesOf(preset Preset) (presetNames, bool) {
	if preset == "" {
		preset = PresetFlaglens
	}
	names, ok := presets[preset]
	return names, ok
}

// splitOf is the way to split that a preset stands for; the default preset's where it has none.
func splitOf(preset Preset) Split {
	names, ok := namesOf(preset)
	if !ok {
		names = presets[PresetFlaglens]
	}
	return Split{Mode: SplitLabels, FlagLabel: names.flagLabel, VariantLabel: names.variantLabel}
}

// catalogueOf is the catalogue of signals that a preset stands for; empty, not nil, for PresetNone.
func catalogueOf(preset Preset) []Signal {
	names, ok := namesOf(preset)
	if !ok {
		return []Signal{}
	}
	catalogue := []Signal{
		{
			ID: "latency", Name: "Latency", Kind: KindHistogram, Unit: "s", Direction: LowerIsBetter,
			Margin: &Margin{Relative: 0.25}, Metric: names.histogram,
			Description: "How long requests take. Its margin is on the part of the requests that are slower than a bucket's edge.",
		},
		{
			ID: "errors", Name: "Errors", Kind: KindRatio, Unit: "percentunit", Direction: LowerIsBetter,
			Margin: &Margin{Absolute: 0.001, Relative: 0.1}, Metric: names.histogram + "_count",
			Bad:         names.statusLabel + `=~"5.."`,
			Description: "The part of the requests that fail with a status of 500 or above.",
		},
		{
			ID: "throughput", Name: "Throughput", Kind: KindRate, Unit: "reqps", Direction: Neutral,
			Metric:      names.histogram + "_count",
			Description: "Requests a second.",
		},
		{
			ID: "cpu", Name: "CPU", Kind: KindRate, Unit: "percentunit", Direction: LowerIsBetter,
			Margin: &Margin{Relative: 0.1}, Metric: "process_cpu_seconds_total",
			Description: "Processor cores in use. Measured per process: needs the info or the matchers split.",
		},
		{
			ID: "memory", Name: "Memory", Kind: KindGauge, Unit: "bytes", Direction: LowerIsBetter,
			Margin: &Margin{Relative: 0.1}, Metric: "process_resident_memory_bytes",
			Description: "Resident memory of a process. Measured per process: needs the info or the matchers split.",
		},
	}
	if names.layers {
		catalogue = append(catalogue, layers()...)
		catalogue = append(catalogue, product()...)
	}
	return catalogue
}

// layers are the signals of what lies below the requests, as the instrumentation library names them. None has a better
// direction by default: a judged signal takes its part of alpha from the others, in services that have none of it too.
// Of counters they are shares and means, since a plain rate follows the traffic that a variant gets.
func layers() []Signal {
	share := func(id, name, metric, counted, description string) Signal {
		return Signal{
			ID: id, Name: name, Kind: KindRatio, Unit: "percentunit", Direction: Neutral,
			Metric: metric, Bad: counted, Description: description + unjudged,
		}
	}
	duration := func(id, name, metric, description string) Signal {
		return Signal{
			ID: id, Name: name, Kind: KindHistogram, Unit: "s", Direction: Neutral,
			Metric: metric, Description: description + unjudged,
		}
	}
	return []Signal{
		share("cache_hits", "Cache hits", "feature_flag_cache_requests_total", `outcome="hit"`,
			"The part of the cache lookups that find what they look for."),
		share("retries", "Retries", "feature_flag_retry_operations_total", `outcome=~"retried|exhausted"`,
			"The part of the operations that need more than one attempt."),
		share("failovers", "Failovers", "feature_flag_failover_requests_total", `outcome="failover"`,
			"The part of the calls that another than the first target serves."),
		duration("pool_wait", "Pool wait", "feature_flag_pool_acquire_duration_seconds",
			"How long work waits for a connection of a pool."),
		share("pool_timeouts", "Pool timeouts", "feature_flag_pool_acquire_duration_seconds_count", `outcome="timeout"`,
			"The part of the waits for a connection that end without one."),
		duration("strategy", "Strategy", "feature_flag_strategy_duration_seconds",
			"How long the strategy takes that a flag chose."),
		duration("database", "Database", "feature_flag_database_operation_duration_seconds",
			"How long database operations take."),
		duration("queue_wait", "Queue wait", "feature_flag_queue_wait_duration_seconds",
			"How long messages lie in their queue before they are taken."),
		{
			ID: "section_cpu", Name: "Section CPU", Kind: KindMean, Unit: "s", Direction: Neutral,
			Metric: "feature_flag_section_cpu_seconds_total", CountMetric: "feature_flag_section_runs_total",
			Description: "Processor time of one run of a measured section of code." + unjudged,
		},
	}
}

// unjudged ends the description of a signal that has no direction, though it could have one.
const unjudged = " Judged once the settings give it a direction and a margin."

// exposures counts the users that a variant was shown to.
const exposures = "feature_flag_exposure_total"

// product are the signals of what users do, from the events of the instrumentation library. They are per exposed user or
// payment, so that they compare variants of any allocation, and like those of the layers none is judged by default.
func product() []Signal {
	mean := func(id, name, unit, metric, count, description string) Signal {
		return Signal{
			ID: id, Name: name, Kind: KindMean, Unit: unit, Direction: Neutral,
			Metric: metric, CountMetric: count, Description: description + unjudged,
		}
	}
	return []Signal{
		mean("conversion", "Conversion", "percentunit", "feature_flag_conversion_total", exposures,
			"Conversions for each user that was shown the feature. Of several events, select one by event=~\"NAME|\"."),
		mean("revenue", "Revenue", "", "feature_flag_revenue_total", exposures,
			"Revenue for each user that was shown the feature. Of several currencies, select one by currency=~\"EUR|\"."),
		mean("order_value", "Order value", "", "feature_flag_revenue_total", "feature_flag_revenue_events_total",
			"Revenue of one payment. Of several currencies, select one by currency=\"EUR\"."),
		mean("engagement", "Engagement", "", "feature_flag_interaction_total", exposures,
			"Clicks and other interactions for each user that was shown the feature."),
	}
}

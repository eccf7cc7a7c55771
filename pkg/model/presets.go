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
}

var presets = map[Preset]presetNames{
	PresetFlaglens: {
		histogram: "feature_flag_http_request_duration_seconds",
		flagLabel: "feature_flag_key", variantLabel: "feature_flag_variant", statusLabel: "status",
		allocation: "feature_flag_allocation_ratio", reason: "feature_flag_evaluation_success_total",
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
	return []Signal{
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
}

package plugin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// requestsOf writes a histogram of requests with these labels, as clients expose it: 95 fast and 5 slow ones a scrape, of which
// failing fail.
func requestsOf(base, labels, status string, perScrape, failing int) string {
	var text strings.Builder
	name := func(suffix string) string {
		if strings.Contains(base, ".") {
			return fmt.Sprintf(`{"%s%s",`, base, suffix)
		}
		return base + suffix + "{"
	}
	for value, n := range map[string]int{"200": perScrape - failing, "500": failing} {
		own := labels
		if status != "" {
			own += fmt.Sprintf(`,%s="%s"`, status, value)
		} else if value == "500" {
			continue
		}
		for le, part := range map[string]float64{"0.1": 0.5, "0.25": 0.95, "1": 1, "+Inf": 1} {
			fmt.Fprintf(&text, "%s%s,le=%q} 0+%gx%d\n", name("_bucket"), own, le, part*float64(n), oddScrapes)
		}
		fmt.Fprintf(&text, "%s%s} 0+%dx%d\n%s%s} 0+%gx%d\n", name("_count"), own, n, scrapes, name("_sum"), own, 0.2*float64(n), oddScrapes)
	}
	return text.String()
}

const oddScrapes = 240

// oddEnd is when the samples of these tests end.
func oddEnd() time.Time { return promtest.Epoch.Add(oddScrapes * 15 * time.Second) }

// oddly is what detection says of series in the notation of Prometheus's own tests.
func oddly(t *testing.T, series ...string) (model.DetectResource, string) {
	t.Helper()
	server := promtest.Start(t, promtest.Script{Every: 15 * time.Second, Series: strings.Join(series, "")})
	found := detectedOn(t, server.URL, oddEnd())
	for _, p := range found.Proposals {
		t.Logf("%s | %s | doubts %v | flags %+v", p.Title, p.Reason, p.Doubts, p.Flags)
		for _, s := range p.Signals {
			t.Logf("   %v %s %s %s bad %s | %s | %v", s.Chosen, s.Class, s.Signal.Metric, s.Signal.Unit, s.Signal.Bad, s.Reason, s.Warnings)
		}
	}
	t.Logf("advice %v notices %v", found.Advice, found.Notices)
	return found, server.URL
}

// chosen is the signal of a proposal with an id.
func chosen(t *testing.T, p model.Proposal, id string) model.ProposedSignal {
	t.Helper()
	i := slices.IndexFunc(p.Signals, func(s model.ProposedSignal) bool { return s.Chosen && s.Signal.ID == id })
	require.GreaterOrEqual(t, i, 0, "%s is not among %+v", id, p.Signals)
	return p.Signals[i]
}

// reads tells that a proposal, accepted as it is, has values of a signal for both arms.
func reads(t *testing.T, url string, p model.Proposal, signal string) {
	t.Helper()
	raw := mustJSON(t, p.Settings)
	preview := previewOf(t, url, raw, oddEnd())
	arms := 0
	for _, row := range preview.Rows {
		if row.Signal == signal && row.Value != nil {
			arms++
		}
	}
	require.Equal(t, 2, arms, "%+v", preview)
}

// A canary: two versions of one service that both take requests are two selectors, and the older one is the baseline.
func TestDetectionOfACanary(t *testing.T) {
	shop := func(version, instance string, n, failing int) string {
		return requestsOf("http_server_requests_seconds", fmt.Sprintf(`job="shop",instance=%q,version=%q`, instance, version), "status", n, failing)
	}
	other := requestsOf("http_server_requests_seconds", `job="pay",instance="p",version="7.0.1"`, "status", 500, 1)
	found, url := oddly(t, shop("1.4.10", "a", 180, 2), shop("1.4.9", "b", 20, 1), other,
		`go_info{job="shop",instance="a",version="go1.26"} 1x240`+"\n", `go_info{job="shop",instance="b",version="go1.25"} 1x240`+"\n")
	best := found.Proposals[0]
	require.Equal(t, model.SplitMatchers, best.Split.Mode)
	require.Len(t, best.Split.Flags, 1, "the other service runs one version, and its version is none of this one's")
	require.Equal(t, "shop", best.Flags[0].Flag)
	require.Equal(t, "1.4.9", best.Flags[0].Baseline, "the older one, though 9 sorts after 10 and most requests go to the newer")
	require.Contains(t, best.Flags[0].BaselineFrom, "older than 1.4.10")
	require.ElementsMatch(t, []string{`version="1.4.9",job="shop"`, `version="1.4.10",job="shop"`},
		[]string{best.Split.Flags[0].Variants[0].Selector, best.Split.Flags[0].Variants[1].Selector})
	require.Equal(t, `status=~"5.."`, chosen(t, best, "errors").Signal.Bad)
	reads(t, url, best, "latency")
	reads(t, url, best, "errors")
}

// Services that each run one version have nothing to compare, however many versions there are.
func TestDetectionOfVersionsEverywhere(t *testing.T) {
	var all []string
	for i := range 5 {
		all = append(all, requestsOf("http_server_requests_seconds", fmt.Sprintf(`job="service-%d",instance="a",version="1.%d.0"`, i, i), "status", 100, 1))
	}
	found, _ := oddly(t, append(all, `prometheus_build_info{job="prometheus",version="3.1"} 1x240`+"\n", `node_exporter_build_info{job="node",version="1.9"} 1x240`+"\n")...)
	require.Empty(t, found.Proposals)
	require.Contains(t, strings.Join(found.Advice, " "), "no service runs two versions at once")
	require.Contains(t, strings.Join(found.Advice, " "), "http_server_requests_seconds is there")
}

// An ingress labels its canary alone.
func TestDetectionOfAnIngressCanary(t *testing.T) {
	of := func(canary string, n int) string {
		return requestsOf("nginx_ingress_controller_request_duration_seconds", fmt.Sprintf(`job="ingress",instance="a",ingress="shop"%s`, canary), "status", n, 1)
	}
	found, url := oddly(t, of("", 180), of(`,canary="shop-shop-canary-80"`, 20))
	best := found.Proposals[0]
	require.Equal(t, "stable", best.Flags[0].Baseline)
	require.Equal(t, []string{"stable", "shop-shop-canary-80"}, best.Flags[0].Variants)
	reads(t, url, best, "latency")
	reads(t, url, best, "errors")
}

// An info metric that carries the version of each process, while the metrics do not.
func TestDetectionOfAnInfoMetric(t *testing.T) {
	of := func(instance string, n int) string {
		return requestsOf("http_request_duration_seconds", fmt.Sprintf(`job="shop",instance=%q`, instance), "code", n, 1)
	}
	for name, info := range map[string]string{
		"a version of a build": `app_build_info{job="shop",instance="a",version="2.0.0"} 1x240` + "\n" + `app_build_info{job="shop",instance="b",version="1.9.9"} 1x240` + "\n",
		"target_info":          `target_info{job="shop",instance="a",service_version="2.0.0"} 1x240` + "\n" + `target_info{job="shop",instance="b",service_version="1.9.9"} 1x240` + "\n",
		"a flag of a process": `app_flags_info{job="shop",instance="a",feature_flag_key="shop",feature_flag_variant="2.0.0"} 1x240` + "\n" +
			`app_flags_info{job="shop",instance="b",feature_flag_key="shop",feature_flag_variant="1.9.9"} 1x240` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			found, url := oddly(t, of("a", 50), of("b", 150), info)
			best := found.Proposals[0]
			require.Equal(t, model.SplitInfo, best.Split.Mode)
			require.Equal(t, []string{"job", "instance"}, best.Split.On)
			require.Equal(t, "shop", best.Flags[0].Flag)
			require.Equal(t, "1.9.9", best.Flags[0].Baseline)
			reads(t, url, best, "latency")
		})
	}
}

// Two ways to split in one Prometheus are two proposals, each with its own metrics.
func TestDetectionOfTwoWaysAtOnce(t *testing.T) {
	var all []string
	for _, variant := range []string{"off", "on"} {
		all = append(all,
			requestsOf("http_server_request_duration_seconds", fmt.Sprintf(`job="a",instance="a",feature_flag_key="checkout",feature_flag_result_variant=%q`, variant), "http_response_status_code", 100, 1),
			requestsOf("http_request_duration_seconds", fmt.Sprintf(`job="b",instance="b",flag_new_search=%q,flag_old_cart=%q`, variant, variant), "status_code", 100, 1))
	}
	found, url := oddly(t, all...)
	require.Len(t, found.Proposals, 2)
	require.Equal(t, model.SplitLabels, found.Proposals[0].Split.Mode)
	require.Equal(t, "http_server_request_duration_seconds", chosen(t, found.Proposals[0], "latency").Signal.Metric)
	require.Equal(t, "flag_", found.Proposals[1].Split.Prefix)
	require.Equal(t, "http_request_duration_seconds", chosen(t, found.Proposals[1], "latency").Signal.Metric)
	require.Equal(t, 2, found.Proposals[1].FlagCount)
	for _, p := range found.Proposals {
		reads(t, url, p, "errors")
	}
	require.NotEqual(t, found.Proposals[0].ID, found.Proposals[1].ID)
	again := detectedOn(t, url, oddEnd())
	require.Equal(t, found.Proposals[0].ID, again.Proposals[0].ID, "ids are stable")
}

// What carries no unit, no status, no buckets, no process, or no known baseline says so.
func TestDetectionSaysWhatIsNotCertain(t *testing.T) {
	both := func(of func(variant string, n int) string, variants ...string) string {
		return of(variants[0], 180) + of(variants[1], 20)
	}
	t.Run("no unit", func(t *testing.T) {
		found, _ := oddly(t, both(func(v string, n int) string {
			return requestsOf("shop_api_call_latency", fmt.Sprintf(`job="a",instance="a",flag="checkout",variant=%q`, v), "result", n, 1)
		}, "off", "on"))
		latency := chosen(t, found.Proposals[0], "latency")
		require.Equal(t, "s", latency.Signal.Unit)
		require.Contains(t, strings.Join(latency.Warnings, " "), "Nothing says the unit")
	})
	t.Run("no status", func(t *testing.T) {
		found, url := oddly(t, both(func(v string, n int) string {
			return requestsOf("http_request_duration_seconds", fmt.Sprintf(`job="a",instance="a",flag="checkout",variant=%q`, v), "", n, 0)
		}, "off", "on"))
		require.Contains(t, strings.Join(found.Proposals[0].Doubts, " "), "No label tells which requests failed")
		reads(t, url, found.Proposals[0], "latency")
	})
	t.Run("no buckets", func(t *testing.T) {
		found, url := oddly(t, both(func(v string, n int) string {
			own := fmt.Sprintf(`job="a",instance="a",flag="checkout",variant=%q,status="200"`, v)
			return fmt.Sprintf("http_server_requests_seconds_count{%s} 0+%dx240\nhttp_server_requests_seconds_sum{%s} 0+%dx240\nhttp_server_requests_seconds_max{%s} 1x240\n", own, n, own, n, own)
		}, "off", "on"))
		latency := chosen(t, found.Proposals[0], "latency")
		require.Equal(t, model.KindMean, latency.Signal.Kind)
		require.Equal(t, model.ClassCountSum, latency.Class)
		require.Contains(t, strings.Join(latency.Warnings, " "), "percentiles-histogram")
		reads(t, url, found.Proposals[0], "latency")
	})
	t.Run("no known baseline", func(t *testing.T) {
		found, url := oddly(t, both(func(v string, n int) string {
			return requestsOf("http_request_duration_seconds", fmt.Sprintf(`job="a",instance="a",flag="checkout",variant=%q`, v), "code", n, 1)
		}, "zebra", "apple"))
		flag := found.Proposals[0].Flags[0]
		require.Equal(t, "zebra", flag.Baseline)
		require.Contains(t, flag.BaselineFrom, "most of the traffic (90%): assumed")
		require.Contains(t, strings.Join(found.Proposals[0].Doubts, " "), "The baseline of 1 flag is assumed")
		require.Equal(t, map[string]string{"checkout": "zebra"}, found.Proposals[0].Settings.Baselines)
		reads(t, url, found.Proposals[0], "latency")
	})
	t.Run("one variant", func(t *testing.T) {
		found, _ := oddly(t, requestsOf("http_request_duration_seconds", `job="a",instance="a",flag="checkout",variant="off"`, "code", 100, 1))
		require.Contains(t, strings.Join(found.Proposals[0].Doubts, " "), "one variant now")
	})
}

// A Prometheus without any flag says what to do, and one without samples says that.
func TestDetectionWithoutFlags(t *testing.T) {
	found, _ := oddly(t, requestsOf("http_request_duration_seconds", `job="a",instance="a",route="/cart"`, "code", 100, 1))
	require.Empty(t, found.Proposals)
	require.Contains(t, strings.Join(found.Advice, " "), "http_request_duration_seconds is there: put the flag and its variant on it")
	require.Contains(t, found.ScrapeIntervalFrom, "is not known")
	empty := detectedOn(t, promtest.Start(t).URL, oddEnd())
	require.Empty(t, empty.Proposals)
	require.Contains(t, empty.Advice[0], "no samples of the last 6 hours")
}

// Labels that speak of flags, and are none of them, are not taken for any.
func TestDetectionOfLabelsThatAreNoFlags(t *testing.T) {
	found, _ := oddly(t,
		requestsOf("http_request_duration_seconds", `job="a",instance="a",feature_flag_provider_name="flagd",feature_flag_context_id="u1",flag_set_id="x",version=""`, "code", 100, 1),
		`node_network_flags{job="node",instance="a",flag_type="none"} 1x240`+"\n")
	require.Empty(t, found.Proposals)
}

// Thousands of metrics, labels, values and flags: the answer is bounded, and quick.
func TestDetectionOfMuch(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "some_metric_%d_total{job=\"a\",instance=\"a\",label_%d=\"x\"} 0+1x4\n", i, i%700)
	}
	for i := range 300 {
		for _, variant := range []string{"off", "on"} {
			fmt.Fprintf(&text, "http_request_duration_seconds_bucket{job=\"a\",instance=\"a\",code=\"200\",flag=\"flag-%d\",variant=%q,le=\"+Inf\"} 0+9x240\n", i, variant)
			fmt.Fprintf(&text, "http_request_duration_seconds_bucket{job=\"a\",instance=\"a\",code=\"200\",flag=\"flag-%d\",variant=%q,le=\"0.1\"} 0+8x240\n", i, variant)
			fmt.Fprintf(&text, "http_request_duration_seconds_count{job=\"a\",instance=\"a\",code=\"200\",flag=\"flag-%d\",variant=%q} 0+9x240\n", i, variant)
			fmt.Fprintf(&text, "http_request_duration_seconds_sum{job=\"a\",instance=\"a\",code=\"200\",flag=\"flag-%d\",variant=%q} 0+1x240\n", i, variant)
		}
	}
	began := time.Now()
	found, url := oddly(t, text.String())
	t.Logf("took %s", time.Since(began))
	best := found.Proposals[0]
	require.Equal(t, 300, best.FlagCount)
	require.Len(t, best.Flags, 20)
	require.True(t, best.Cut)
	reads(t, url, best, "latency")
}

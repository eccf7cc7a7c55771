package promtest

import (
	"fmt"
	"strings"
	"time"
)

const (
	// ShopScrape is the time between two scrapes of the shop.
	ShopScrape = 15 * time.Second
	// ShopScrapes is how many there are in its hour.
	ShopScrapes = 240
)

// ShopEnd is the end of its data.
var ShopEnd = Epoch.Add(ShopScrapes * ShopScrape)

// ShopInstance is one process of the shop.
type ShopInstance struct {
	Name, Variant, Version string
	// slow and failing are events a scrape, of ten in all and one in all.
	slow, failing int
}

// ShopInstances are all processes of the shop.
var ShopInstances = []ShopInstance{
	{"a", "off", "1", 1, 1}, {"b", "off", "1", 2, 1}, {"c", "on", "2", 4, 3}, {"d", "on", "2", 5, 2},
}

// Shop is an hour of one flag, checkout: off on the instances a and b, on on c and d, its variant given in all four ways
// at once, so that each way to split must give the same answers.
func Shop() Script {
	var text strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	for _, i := range ShopInstances {
		who := fmt.Sprintf(`job="shop",instance=%q,version=%q`, i.Name, i.Version)
		add(`release_info{%s,feature_flag_key="checkout",feature_flag_variant=%q} 1x%d`, who, i.Variant, ShopScrapes)
		add(`release_info{%s,feature_flag_key="other",feature_flag_variant="x"} 1x%d`, who, ShopScrapes)
		add(`process_cpu_seconds_total{%s} 0+%dx%d`, who, i.slow, ShopScrapes)
		add(`process_resident_memory_bytes{%s} %d+100x%d`, who, i.slow*1e6, ShopScrapes)
		for r, route := range []string{"/cart", "/pay"} {
			labels := fmt.Sprintf(`%s,feature_flag_key="checkout",feature_flag_variant=%q,flag_checkout=%q,route=%q`, who, i.Variant, i.Variant, route)
			for _, status := range []string{"200", "500"} {
				fast, slow := 10-i.slow+r, i.slow
				if status == "500" {
					fast, slow = 0, i.failing
				}
				observe(add, fmt.Sprintf(`%s,status=%q`, labels, status), fast, slow)
			}
			add(`pool_in_use{%s} %d+%dx%d`, labels, i.slow, r+1, ShopScrapes)
			add(`legacy_seconds{%s,quantile="0.5"} 1x%d`, labels, ShopScrapes)
			add(`legacy_seconds_count{%s} 0+2x%d`, labels, ShopScrapes)
			add(`legacy_seconds_sum{%s} 0+3x%d`, labels, ShopScrapes)
		}
	}
	return Script{Every: ShopScrape, Series: text.String()}
}

// observe adds what a scrape of fast and slow requests leaves in a classic and in a native histogram. The process
// restarts after a third of the time.
func observe(add func(string, ...any), labels string, fast, slow int) {
	counter := func(perScrape float64) string {
		return fmt.Sprintf("0+%gx%d 0+%gx%d", perScrape, ShopScrapes/3, perScrape, ShopScrapes-ShopScrapes/3-1)
	}
	const name = "feature_flag_http_request_duration_seconds"
	cumulative := 0
	for _, bucket := range []struct {
		le    string
		count int
	}{{"0.1", fast / 2}, {"0.25", fast - fast/2}, {"1", slow / 2}, {"2.5", slow - slow/2}, {"+Inf", 0}} {
		cumulative += bucket.count
		add(`%s_bucket{%s,le=%q} %s`, name, labels, bucket.le, counter(float64(cumulative)))
	}
	add(`%s_count{%s} %s`, name, labels, counter(float64(fast+slow)))
	add(`%s_sum{%s} %s`, name, labels, counter(float64(fast)*0.125+float64(slow)*1.5))
	add(`native_seconds{%s} {{schema:0 sum:0 count:0 buckets:[0 0 0]}}+{{schema:0 sum:%g count:%d buckets:[%d %d %d]}}x%d`,
		labels, float64(fast)*0.5+float64(slow)*3, fast+slow, fast, slow/2, slow-slow/2, ShopScrapes)
}

// ShopSignals are those of the shop beside the preset's.
const ShopSignals = `"signals":[
	{"id":"native","kind":"histogram","metric":"native_seconds","unit":"s"},
	{"id":"native-rate","kind":"rate","metric":"native_seconds_count","unit":"reqps"},
	{"id":"native-errors","kind":"ratio","metric":"native_seconds_count","bad":"status=~\"5..\"","unit":"percentunit"},
	{"id":"pool","kind":"gauge","metric":"pool_in_use"},
	{"id":"duration","kind":"mean","metric":"feature_flag_http_request_duration_seconds_sum","countMetric":"feature_flag_http_request_duration_seconds_count"},
	{"id":"legacy","kind":"histogram","metric":"legacy_seconds"},
	{"id":"legacy-rate","kind":"rate","metric":"legacy_seconds_count"},
	{"id":"plain","kind":"histogram","metric":"pool_in_use"},
	{"id":"absent","kind":"histogram","metric":"never_heard_of"}]`

// ShopSplits are the settings of the four ways to find the same variants.
var ShopSplits = map[string]string{
	"labels":     `{` + ShopSignals + `}`,
	"flag_label": `{"split":{"mode":"flag_label","prefix":"flag_"},` + ShopSignals + `}`,
	"info":       `{"split":{"mode":"info","infoMetric":"release_info","on":["job","instance"]},` + ShopSignals + `}`,
	"matchers": `{"split":{"mode":"matchers","flags":[{"flag":"checkout","variants":[
		{"variant":"off","selector":"version=\"1\""},{"variant":"on","selector":"version=~\"2|3\""}]}]},` + ShopSignals + `}`,
}

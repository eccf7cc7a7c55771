package compare

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// The shop of these tests: an hour of one flag, checkout, off on the instances a and b, on on c and d, its variant told
// in all four ways at once, so that each way to split must give the same answers.

const (
	scrape  = 15 * time.Second
	scrapes = 240
)

var shopEnd = promtest.Epoch.Add(scrapes * scrape)

// instance is one process of the shop.
type instance struct {
	name, variant, version string
	// slow and failing are events a scrape, of ten in all and one in all.
	slow, failing int
}

var instances = []instance{
	{"a", "off", "1", 1, 1}, {"b", "off", "1", 2, 1}, {"c", "on", "2", 4, 3}, {"d", "on", "2", 5, 2},
}

func shop() promtest.Script {
	var text strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	for _, i := range instances {
		who := fmt.Sprintf(`job="shop",instance=%q,version=%q`, i.name, i.version)
		add(`release_info{%s,feature_flag_key="checkout",feature_flag_variant=%q} 1x%d`, who, i.variant, scrapes)
		add(`release_info{%s,feature_flag_key="other",feature_flag_variant="x"} 1x%d`, who, scrapes)
		add(`process_cpu_seconds_total{%s} 0+%dx%d`, who, i.slow, scrapes)
		add(`process_resident_memory_bytes{%s} %d+100x%d`, who, i.slow*1e6, scrapes)
		for r, route := range []string{"/cart", "/pay"} {
			told := fmt.Sprintf(`%s,feature_flag_key="checkout",feature_flag_variant=%q,flag_checkout=%q,route=%q`, who, i.variant, i.variant, route)
			for _, status := range []string{"200", "500"} {
				fast, slow := 10-i.slow+r, i.slow
				if status == "500" {
					fast, slow = 0, i.failing
				}
				observe(add, fmt.Sprintf(`%s,status=%q`, told, status), fast, slow)
			}
			add(`pool_in_use{%s} %d+%dx%d`, told, i.slow, r+1, scrapes)
			add(`legacy_seconds{%s,quantile="0.5"} 1x%d`, told, scrapes)
			add(`legacy_seconds_count{%s} 0+2x%d`, told, scrapes)
			add(`legacy_seconds_sum{%s} 0+3x%d`, told, scrapes)
		}
	}
	return promtest.Script{Every: scrape, Series: text.String()}
}

// observe adds what a scrape of fast and slow requests leaves in a classic and in a native histogram. The process
// restarts after a third of the time.
func observe(add func(string, ...any), told string, fast, slow int) {
	counter := func(perScrape float64) string {
		return fmt.Sprintf("0+%gx%d 0+%gx%d", perScrape, scrapes/3, perScrape, scrapes-scrapes/3-1)
	}
	const name = "feature_flag_http_request_duration_seconds"
	cumulative := 0
	for _, bucket := range []struct {
		le    string
		count int
	}{{"0.1", fast / 2}, {"0.25", fast - fast/2}, {"1", slow / 2}, {"2.5", slow - slow/2}, {"+Inf", 0}} {
		cumulative += bucket.count
		add(`%s_bucket{%s,le=%q} %s`, name, told, bucket.le, counter(float64(cumulative)))
	}
	add(`%s_count{%s} %s`, name, told, counter(float64(fast+slow)))
	add(`%s_sum{%s} %s`, name, told, counter(float64(fast)*0.125+float64(slow)*1.5))
	add(`native_seconds{%s} {{schema:0 sum:0 count:0 buckets:[0 0 0]}}+{{schema:0 sum:%g count:%d buckets:[%d %d %d]}}x%d`,
		told, float64(fast)*0.5+float64(slow)*3, fast+slow, fast, slow/2, slow-slow/2, scrapes)
}

// settingsOf reads settings as the backend does.
func settingsOf(t *testing.T, jsonData string) model.Settings {
	t.Helper()
	settings, err := model.DecodeSettings([]byte(jsonData))
	require.NoError(t, err)
	return settings
}

// signals beside the preset's.
const moreSignals = `"signals":[
	{"id":"native","kind":"histogram","metric":"native_seconds","unit":"s"},
	{"id":"native-rate","kind":"rate","metric":"native_seconds_count","unit":"reqps"},
	{"id":"native-errors","kind":"ratio","metric":"native_seconds_count","bad":"status=~\"5..\"","unit":"percentunit"},
	{"id":"pool","kind":"gauge","metric":"pool_in_use"},
	{"id":"duration","kind":"mean","metric":"feature_flag_http_request_duration_seconds_sum","countMetric":"feature_flag_http_request_duration_seconds_count"},
	{"id":"legacy","kind":"histogram","metric":"legacy_seconds"},
	{"id":"legacy-rate","kind":"rate","metric":"legacy_seconds_count"},
	{"id":"plain","kind":"histogram","metric":"pool_in_use"},
	{"id":"absent","kind":"histogram","metric":"never_heard_of"}]`

// bySplit are the settings of the four ways to tell the same variants.
var bySplit = map[string]string{
	"labels":     `{` + moreSignals + `}`,
	"flag_label": `{"split":{"mode":"flag_label","prefix":"flag_"},` + moreSignals + `}`,
	"info":       `{"split":{"mode":"info","infoMetric":"release_info","on":["job","instance"]},` + moreSignals + `}`,
	"matchers": `{"split":{"mode":"matchers","flags":[{"flag":"checkout","variants":[
		{"variant":"off","selector":"version=\"1\""},{"variant":"on","selector":"version=~\"2|3\""}]}]},` + moreSignals + `}`,
}

// counting is a client that counts what it is asked.
type counting struct {
	*promapi.Client
	ranges, instants, names atomic.Int64
}

func (c *counting) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	c.ranges.Add(1)
	return c.Client.QueryRange(ctx, q)
}

func (c *counting) Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error) {
	c.instants.Add(1)
	return c.Client.Query(ctx, q)
}

func (c *counting) LabelValues(ctx context.Context, label string, q promapi.MetaQuery) (values, warnings []string, err error) {
	c.names.Add(1)
	return c.Client.LabelValues(ctx, label, q)
}

// clientOf connects to a server as the backend does.
func clientOf(t *testing.T, server *promtest.Server) *counting {
	t.Helper()
	client, err := promapi.NewClient(http.DefaultClient, server.URL, promapi.Options{GeneratedPromQL: true})
	require.NoError(t, err)
	return &counting{Client: client}
}

// engineOn is an engine whose clock stands at the end of the shop's data.
func engineOn(t *testing.T, client Client, jsonData string) *Engine {
	t.Helper()
	return New(client, settingsOf(t, jsonData), Options{Now: func() time.Time { return shopEnd }})
}

// asked is a request for the whole hour at one point a minute.
func asked(query model.Query) Request {
	return Request{Query: query, From: promtest.Epoch, To: shopEnd, Interval: time.Minute, MaxDataPoints: 1000}
}

// values are the numbers of an answer by their labels; nil stands for null.
type values map[string][]*float64

// valuesOf reads the value field of each frame.
func valuesOf(t *testing.T, answer data.Frames) values {
	t.Helper()
	out := values{}
	for _, frame := range answer {
		for _, field := range frame.Fields {
			if field.Name != "Value" {
				continue
			}
			key := field.Labels.String()
			require.NotContains(t, out, key, "two series of one answer have the same labels")
			numbers := make([]*float64, field.Len())
			for i := range numbers {
				number, ok := field.At(i).(*float64)
				require.True(t, ok)
				numbers[i] = number
			}
			out[key] = numbers
		}
	}
	return out
}

// notices are the texts beside an answer.
func notices(answer data.Frames) []string {
	var texts []string
	for _, frame := range answer {
		if frame.Meta == nil {
			continue
		}
		for _, notice := range frame.Meta.Notices {
			texts = append(texts, notice.Text)
		}
	}
	return texts
}

// requireNotice fails where no notice beside an answer holds all parts.
func requireNotice(t *testing.T, answer data.Frames, parts ...string) {
	t.Helper()
	for _, text := range notices(answer) {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(text, part)
		}
		if all {
			return
		}
	}
	require.Failf(t, "no such notice", "want %q, got %q", parts, notices(answer))
}

package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// doctorOf are the checks by id.
func doctorOf(t *testing.T, url, settings string, now time.Time) (map[string]model.DoctorCheck, model.DoctorResource) {
	t.Helper()
	answer := post(t, datasourceOn(t, instance(url, settings), now), "doctor", ``)
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
	var said model.DoctorResource
	require.NoError(t, json.Unmarshal(answer.Body, &said))
	checks := map[string]model.DoctorCheck{}
	for _, check := range said.Checks {
		require.NotEmpty(t, check.Title, check.ID)
		require.NotEmpty(t, check.Detail, check.ID)
		require.True(t, check.Status == model.CheckPass || check.Remedy != "", "%s says what to do: %+v", check.ID, check)
		checks[check.ID] = check
	}
	require.Len(t, checks, 11)
	for _, check := range said.Checks {
		t.Logf("%s %s: %s | %s | %v | %s", check.Status, check.ID, check.Detail, check.Remedy, check.Items, check.Code)
	}
	return checks, said
}

// shopSeries is half an hour of one service, by what a test wants of it.
type shopSeries struct {
	// bounds are those of the buckets, and every request takes between the first two of them.
	bounds []string
	// failures are the values of the feature's failures.
	failures string
	variants []string
	every    time.Duration
	scrapes  int
	saws     bool
}

func (s shopSeries) script() promtest.Script {
	var text strings.Builder
	for v, variant := range s.variants {
		who := fmt.Sprintf(`job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q`, variant)
		count := fmt.Sprintf("0+20x%d", s.scrapes)
		if s.saws {
			// Two processes that count apart write one series, in turn.
			count = strings.Repeat("100000 7 ", s.scrapes/2)
			for i := range s.scrapes / 2 {
				count = strings.Replace(count, "100000 7 ", fmt.Sprintf("%d %d ", 100_000+20*i, 700+15*i), 1)
			}
		}
		const name = "feature_flag_http_request_duration_seconds"
		for i, le := range s.bounds {
			value := count
			if i == 0 {
				value = fmt.Sprintf("0x%d", s.scrapes)
			}
			fmt.Fprintf(&text, "%s_bucket{%s,status=\"200\",le=%q} %s\n", name, who, le, value)
		}
		fmt.Fprintf(&text, "%s_count{%s,status=\"200\"} %s\n%s_sum{%s,status=\"200\"} %s\n", name, who, count, name, who, count)
		if v > 0 && s.failures != "" {
			fmt.Fprintf(&text, "%s_count{%s,status=\"500\"} %s\n", name, who, s.failures)
		}
	}
	fmt.Fprintf(&text, "up{job=\"shop\",instance=\"a\"} 1x%d\n", s.scrapes)
	return promtest.Script{Every: s.every, Series: text.String()}
}

func healthyShop() shopSeries {
	return shopSeries{
		bounds: []string{"0.1", "0.11", "0.5", "+Inf"}, variants: []string{"off", "on"}, every: 15 * time.Second, scrapes: 480,
	}
}

func (s shopSeries) end() time.Time { return promtest.Epoch.Add(time.Duration(s.scrapes) * s.every) }

func TestDoctor(t *testing.T) {
	for name, test := range map[string]struct {
		change   func(*shopSeries)
		settings string
		check    string
		status   model.CheckStatus
		says     string
		remedy   string
	}{
		"all is well":         {nil, `{}`, "buckets", model.CheckPass, "in the bucket from 100 ms to 110 ms: fine enough", ""},
		"engine":              {nil, `{}`, "engine", model.CheckPass, "Prometheus", ""},
		"flags":               {nil, `{}`, "flags", model.CheckPass, "1 flag, 1 of them", ""},
		"no flags":            {nil, `{"preset":"prom-client"}`, "flags", model.CheckFail, "No flag was found", "propose a split"},
		"wide buckets":        {func(s *shopSeries) { s.bounds = []string{"0.25", "0.5", "1", "+Inf"} }, `{}`, "buckets", model.CheckWarn, "anything between 250 ms and 500 ms is hidden", "native histograms"},
		"above all bounds":    {func(s *shopSeries) { s.bounds = []string{"0.05", "+Inf"} }, `{}`, "buckets", model.CheckFail, "above the highest bound", "Add bounds"},
		"no baseline":         {func(s *shopSeries) { s.variants = []string{"red", "green"} }, `{}`, "baseline", model.CheckFail, "0 of 1 flag.", "Choose the variant"},
		"baseline is known":   {func(s *shopSeries) { s.variants = []string{"red", "green"} }, `{"baselines":{"checkout":"red"}}`, "baseline", model.CheckPass, "1 of 1 flag.", ""},
		"baseline is absent":  {nil, `{"baselines":{"checkout":"gone"}}`, "baseline", model.CheckFail, "0 of 1 flag.", "Choose"},
		"one variant":         {func(s *shopSeries) { s.variants = []string{"off"} }, `{}`, "flags", model.CheckWarn, "0 of them with two variants", "Give a second variant"},
		"born above zero":     {func(s *shopSeries) { s.failures = "_x420 7+1x60" }, `{}`, "births", model.CheckWarn, "with 7 events counted before", "begin at 0"},
		"born at zero":        {func(s *shopSeries) { s.failures = "_x420 0+1x60" }, `{}`, "births", model.CheckPass, "No series", ""},
		"there all the time":  {func(s *shopSeries) { s.failures = "7+1x480" }, `{}`, "births", model.CheckPass, "No series", ""},
		"many series":         {nil, `{"limits":{"maxSeries":6}}`, "cardinality", model.CheckWarn, "The largest flag is checkout", "Record fewer labels"},
		"few series":          {nil, `{}`, "cardinality", model.CheckPass, "one answer may have 20000", ""},
		"scrape interval":     {nil, `{}`, "scrape", model.CheckPass, "Scraped every 15s; the smallest window is 1m", ""},
		"set too short":       {func(s *shopSeries) { s.every, s.scrapes = time.Minute, 180 }, `{"timeInterval":"15s"}`, "scrape", model.CheckFail, "the samples are 1m apart", "Set it to 1m"},
		"set too long":        {nil, `{"timeInterval":"1m"}`, "scrape", model.CheckWarn, "windows are longer", "Set it to 15s"},
		"scraped rarely":      {func(s *shopSeries) { s.every, s.scrapes = 5*time.Minute, 100 }, `{}`, "scrape", model.CheckWarn, "Scraped every 5m", "15 to 60 s"},
		"a young server":      {nil, `{}`, "retention", model.CheckWarn, "less than a day", "15 days"},
		"days of samples":     {func(s *shopSeries) { s.every, s.scrapes = 5*time.Minute, 288*3 }, `{}`, "retention", model.CheckWarn, "back 2d at least", "15 days"},
		"samples arrive":      {nil, `{}`, "clock", model.CheckPass, "The newest sample is 0s old", ""},
		"one writer":          {nil, `{}`, "writers", model.CheckPass, "as counters of single processes do", ""},
		"two writers":         {func(s *shopSeries) { s.saws = true }, `{}`, "writers", model.CheckFail, "processes write the series", "instance label of its own"},
		"signals can be read": {nil, `{}`, "signals", model.CheckPass, "2 signals can be judged", ""},
		"a signal is missing": {nil, `{"signals":[{"id":"x","kind":"rate","metric":"nowhere_total","direction":"lower"}]}`, "signals", model.CheckFail, "1 of the judged signals", "Correct what is named"},
	} {
		t.Run(name, func(t *testing.T) {
			shop := healthyShop()
			if test.change != nil {
				test.change(&shop)
			}
			server := promtest.Start(t, shop.script())
			checks, said := doctorOf(t, server.URL, test.settings, shop.end())
			check := checks[test.check]
			require.Equal(t, test.status, check.Status, "%+v", check)
			require.Contains(t, check.Detail, test.says)
			require.Contains(t, check.Remedy, test.remedy)
			require.Equal(t, check.Status == model.CheckFail, said.Summary != "" && strings.Contains(strings.ToLower(said.Summary), strings.ToLower(check.Title[1:])))
		})
	}
}

// The clock of the server, or of Grafana, is wrong; or nothing arrives any more.
func TestDoctorOfClocks(t *testing.T) {
	shop := healthyShop()
	server := promtest.Start(t, shop.script())
	early, _ := doctorOf(t, server.URL, `{}`, shop.end().Add(-5*time.Minute))
	require.Equal(t, model.CheckWarn, early["clock"].Status)
	require.Contains(t, early["clock"].Detail, "The newest sample is 5m ahead")
	late, _ := doctorOf(t, server.URL, `{}`, shop.end().Add(20*time.Minute))
	require.Equal(t, model.CheckWarn, late["clock"].Status)
	require.Contains(t, late["clock"].Detail, "is 20m old")
}

// A server that does not answer fails by name, and nothing waits for it.
func TestDoctorOfAServerThatIsDown(t *testing.T) {
	answer := post(t, datasourceOn(t, instance("http://127.0.0.1:1", `{}`), time.Now()), "doctor", ``)
	require.Equal(t, http.StatusOK, answer.Status)
	var said model.DoctorResource
	require.NoError(t, json.Unmarshal(answer.Body, &said))
	require.Equal(t, model.CheckFail, said.Checks[0].Status)
	require.Contains(t, said.Checks[0].Detail, "does not answer")
	require.False(t, slices.ContainsFunc(said.Checks[1:], func(c model.DoctorCheck) bool { return c.Status == model.CheckPass }), "%+v", said.Checks)
}

// The bounds that are proposed tell the quantile: with them the check passes.
func TestDoctorProposesBoundsThatDo(t *testing.T) {
	shop := healthyShop()
	shop.bounds = []string{"0.25", "0.5", "1", "+Inf"}
	server := promtest.Start(t, shop.script())
	checks, _ := doctorOf(t, server.URL, `{}`, shop.end())
	require.Len(t, checks["buckets"].Buckets, 1)
	found := checks["buckets"].Buckets[0]
	require.Equal(t, []float64{0.25, 0.5, 1}, found.Bounds)
	require.InDelta(t, 0.25, found.Lower, 1e-9)
	require.InDelta(t, 0.5, *found.Upper, 1e-9)
	require.Len(t, found.Add, 5)
	shop.bounds = []string{"0.25"}
	for _, bound := range found.Add {
		shop.bounds = append(shop.bounds, fmt.Sprint(bound))
	}
	shop.bounds = append(shop.bounds, "0.5", "1", "+Inf")
	better := promtest.Start(t, shop.script())
	checks, _ = doctorOf(t, better.URL, `{}`, shop.end())
	require.Equal(t, model.CheckPass, checks["buckets"].Status, checks["buckets"].Detail)
}

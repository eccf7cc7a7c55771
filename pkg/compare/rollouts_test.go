package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flaglens/flaglens/pkg/promtest"
)

// The rollouts of these tests: six hours of a shop on two instances, scraped twice a minute, with a flag for each thing
// that a verdict can say. Every request of it is drawn, and written as the counters that a Prometheus scrapes.

const (
	rolloutScrape  = 30 * time.Second
	rolloutScrapes = 6 * 120
)

var rolloutEnd = promtest.Epoch.Add(rolloutScrapes * rolloutScrape)

// trial is one flag's traffic.
type trial struct {
	flag string
	// requests are the mean requests a scrape of one arm of one instance: of the baseline and of the feature.
	requests [2]float64
	// errors are the shares of both arms that fail; slow is by what the feature's tail is multiplied.
	errors [2]float64
	slow   float64
	// from is the scrape that the flag begins at, until that at which the feature ends; 0 for the end.
	from, until int
	// allocated are the shares that are exposed; none if both are 0.
	allocated [2]float64
	// reason is why evaluations gave what they gave.
	reason string
	// hidden tells at which scrapes series are out of sight; nil for none.
	hidden func(scrape int, variant, status string) bool
}

var trials = []trial{
	{flag: "failing", requests: [2]float64{60, 60}, errors: [2]float64{0.01, 0.04}, allocated: [2]float64{0.5, 0.5}, reason: "SPLIT"},
	{flag: "slow", requests: [2]float64{60, 60}, errors: [2]float64{0.01, 0.01}, slow: 3, allocated: [2]float64{0.5, 0.5}},
	{flag: "harmless", requests: [2]float64{60, 60}, errors: [2]float64{0.01, 0.01}, allocated: [2]float64{0.5, 0.5}},
	{flag: "quiet", requests: [2]float64{0.5, 0.5}, errors: [2]float64{0.02, 0.02}, reason: "TARGETING_MATCH"},
	{flag: "young", requests: [2]float64{60, 60}, errors: [2]float64{0.01, 0.01}, from: rolloutScrapes - 14},
	{flag: "lopsided", requests: [2]float64{60, 40}, errors: [2]float64{0.01, 0.01}, allocated: [2]float64{0.5, 0.5}},
	{flag: "alone", requests: [2]float64{60, 0}, errors: [2]float64{0.01, 0}, allocated: [2]float64{0.9, 0.1}},
	{flag: "vanished", requests: [2]float64{60, 60}, errors: [2]float64{0.01, 0.05}, until: rolloutScrapes / 2},
}

// bounds of the histogram's buckets, and the shares of the requests above each.
var (
	rolloutBounds = []float64{0.05, 0.1, 0.25, 0.5, 1, 2.5}
	rolloutTails  = []float64{0.6, 0.3, 0.05, 0.012, 0.003, 0.0005}
)

// rollouts writes the trials as samples, always the same.
func rollouts(trials ...trial) promtest.Script {
	var text strings.Builder
	random := rand.New(rand.NewPCG(7, 7))
	for _, instance := range []string{"a", "b"} {
		for _, t := range trials {
			for arm, variant := range []string{"off", "on"} {
				if t.requests[arm] > 0 {
					t.write(&text, random, instance, variant, arm)
				}
				t.writeBeside(&text, instance, variant, arm)
			}
		}
	}
	return promtest.Script{Every: rolloutScrape, Series: text.String()}
}

// write adds the histogram of one arm of one instance, by status. Its series start at zero.
func (t trial) write(text *strings.Builder, random *rand.Rand, instance, variant string, arm int) {
	for _, status := range []string{"200", "500"} {
		share := t.errors[arm]
		if status == "200" {
			share = 1 - share
		}
		counters := make([][]float64, len(rolloutBounds)+2)
		last := make([]float64, len(counters))
		for i := range rolloutScrapes {
			if i > t.from {
				n := drawn(random, t.requests[arm]*share)
				above := n
				for b := range rolloutBounds {
					tail := rolloutTails[b]
					if arm == 1 && t.slow > 0 {
						tail = math.Min(tail*t.slow, 0.95)
					}
					above = math.Min(above, drawn(random, n*tail))
					last[b] += n - above
				}
				last[len(rolloutBounds)] += n
				last[len(rolloutBounds)+1] += n * 0.12
			}
			for c, value := range last {
				switch {
				case i < t.from:
					value = math.Inf(-1)
				case arm == 1 && t.until > 0 && i > t.until:
					value = math.NaN()
				case t.hidden != nil && t.hidden(i, variant, status):
					value = math.NaN()
				}
				counters[c] = append(counters[c], value)
			}
		}
		const name = "feature_flag_http_request_duration_seconds"
		set := fmt.Sprintf(`job="shop",instance=%q,feature_flag_key=%q,feature_flag_variant=%q,route="/",status=%q`, instance, t.flag, variant, status)
		for b, bound := range rolloutBounds {
			samples(text, fmt.Sprintf(`%s_bucket{%s,le="%g"}`, name, set, bound), counters[b])
		}
		samples(text, fmt.Sprintf(`%s_bucket{%s,le="+Inf"}`, name, set), counters[len(rolloutBounds)])
		samples(text, fmt.Sprintf(`%s_count{%s}`, name, set), counters[len(rolloutBounds)])
		samples(text, fmt.Sprintf(`%s_sum{%s}`, name, set), counters[len(rolloutBounds)+1])
	}
}

// writeBeside adds the allocation, and the reasons of the evaluations.
func (t trial) writeBeside(text *strings.Builder, instance, variant string, arm int) {
	set := fmt.Sprintf(`job="shop",instance=%q,feature_flag_key=%q,feature_flag_variant=%q`, instance, t.flag, variant)
	if t.allocated != [2]float64{} {
		fmt.Fprintf(text, "feature_flag_allocation_ratio{%s} %gx%d\n", set, t.allocated[arm], rolloutScrapes-1)
	}
	if t.reason != "" {
		fmt.Fprintf(text, "feature_flag_evaluation_success_total{%s,reason=%q} 0+30x%d\n", set, t.reason, rolloutScrapes-1)
	}
}

// samples writes a series; -Inf stands for a sample before it begins, NaN for one while it is not there.
func samples(text *strings.Builder, series string, values []float64) {
	text.WriteString(series)
	ended := false
	for _, v := range values {
		switch {
		case math.IsInf(v, -1):
			text.WriteString(" _")
		case math.IsNaN(v) && ended:
			text.WriteString(" _")
		case math.IsNaN(v):
			text.WriteString(" stale")
			ended = true
		default:
			ended = false
			text.WriteString(" " + strconv.FormatFloat(v, 'f', -1, 64))
		}
	}
	text.WriteString("\n")
}

// drawn is a Poisson count.
func drawn(random *rand.Rand, mean float64) float64 {
	n, p := 0.0, math.Exp(-mean)
	for f := random.Float64(); f > p && n < 1000; n++ {
		f -= p
		p *= mean / (n + 1)
	}
	return n
}

// rolloutEngine is an engine whose clock stands where all of the rollouts' data is complete.
func rolloutEngine(t *testing.T, client Client) *Engine {
	t.Helper()
	return closing(t, New(client, settingsOf(t, rolloutSettings), Options{Now: func() time.Time { return rolloutEnd }}))
}

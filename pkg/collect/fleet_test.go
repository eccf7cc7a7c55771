package collect

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// A fleet is a simulated application whose every request is known. It is written as the counters that a Prometheus
// scrapes from it, so that what is collected can be held against what happened.

// arms of the fleet.
var variants = []string{"off", "on"}

// life is one process: per scrape and arm how many requests there were and how many failed; and when it was away, or
// restarted (before that scrape's requests).
type life struct {
	name     string
	requests [2][]int
	failures [2][]int
	away     map[int]bool
	restarts map[int]bool
	// born is the scrape from which on an arm has series; before it the arm had no requests.
	born [2]int
}

// newLife draws the requests of a process.
func newLife(random *rand.Rand, name string, scrapes int) *life {
	l := &life{name: name, away: map[int]bool{}, restarts: map[int]bool{}}
	for arm := range 2 {
		for range scrapes {
			n := random.IntN(40)
			bad := 0
			for range n {
				if random.IntN(20) == 0 {
					bad++
				}
			}
			l.requests[arm] = append(l.requests[arm], n)
			l.failures[arm] = append(l.failures[arm], bad)
		}
	}
	return l
}

// counters are the series of a life. A series is born with its first event, as those that nobody starts at zero are.
func (l *life) counters() []promtest.Counter {
	var all []promtest.Counter
	for arm, variant := range variants {
		for _, status := range []string{"200", "500"} {
			c := promtest.Counter{Labels: fmt.Sprintf(`requests_total{job="shop",instance=%q,feature_flag_key="checkout",feature_flag_variant=%q,flag_checkout=%q,arm=%q,status=%q}`,
				l.name, variant, variant, variant, status)}
			total, there := 0, false
			for i := range l.requests[arm] {
				if l.restarts[i] {
					total, there = 0, false
				}
				n := l.failures[arm][i]
				if status == "200" {
					n = l.requests[arm][i] - n
				}
				if i < l.born[arm] {
					n = 0
				}
				total += n
				there = there || n > 0
				value := float64(total)
				if !there || l.away[i] {
					value = math.NaN()
				}
				c.Values = append(c.Values, value)
			}
			all = append(all, c)
		}
	}
	return all
}

// between adds up what happened to an arm in the scrapes from..to, both included.
func (l *life) between(arm, from, to int) (requests, failures float64) {
	for i := max(from, l.born[arm]); i <= to; i++ {
		requests += float64(l.requests[arm][i])
		failures += float64(l.failures[arm][i])
	}
	return requests, failures
}

// counting is a client that counts what it is asked.
type counting struct {
	*promapi.Client
	ranges atomic.Int64
	// choices are those that choose bucket edges.
	choices atomic.Int64
	points  atomic.Int64
}

func (c *counting) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	c.ranges.Add(1)
	c.points.Add(int64(q.End.Sub(q.Start)/q.Step) + 1)
	return c.Client.QueryRange(ctx, q)
}

func (c *counting) Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error) {
	if strings.Contains(q.Expr, "increase(") {
		c.choices.Add(1)
	}
	return c.Client.Query(ctx, q)
}

func clientOf(t testing.TB, url string) *counting {
	t.Helper()
	client, err := promapi.NewClient(&http.Client{}, url, promapi.Options{GeneratedPromQL: true})
	require.NoError(t, err)
	return &counting{Client: client}
}

func settingsOf(t testing.TB, jsonData string) model.Settings {
	t.Helper()
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(jsonData))
	require.NoError(t, err)
	return settings
}

// errorsSignal counts the failures of the fleet.
var errorsSignal = model.Signal{
	ID: "errors", Name: "Errors", Kind: model.KindRatio, Metric: "requests_total", Bad: `status=~"5.."`,
}

func requestOf(signal model.Signal) Request {
	return Request{Flag: "checkout", Baseline: "off", Variants: []string{"on"}, Signal: signal, Start: promtest.Epoch}
}

// at is a clock that stands so that everything up to a time is complete.
func at(end time.Time) func() time.Time {
	return func() time.Time { return end.Add(15*time.Second + promapi.Lag) }
}

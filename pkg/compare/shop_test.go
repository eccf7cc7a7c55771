package compare

import (
	"context"
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
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// settingsOf reads settings as the backend does.
func settingsOf(t *testing.T, jsonData string) model.Settings {
	t.Helper()
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(jsonData))
	require.NoError(t, err)
	return settings
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
// closing has an engine give up what it keeps at the end of a test; else memory fills up from test to test.
func closing(t *testing.T, engine *Engine) *Engine {
	t.Helper()
	t.Cleanup(engine.Close)
	return engine
}

func engineOn(t *testing.T, client Client, jsonData string) *Engine {
	t.Helper()
	return closing(t, New(client, settingsOf(t, jsonData), Options{Now: func() time.Time { return promtest.ShopEnd }}))
}

// asked is a request for the whole hour at one point a minute.
func asked(query model.Query) Request {
	return Request{Query: query, From: promtest.Epoch, To: promtest.ShopEnd, Interval: time.Minute, MaxDataPoints: 1000}
}

// values are the numbers of an answer by their labels; nil stands for null.
type values map[string][]*float64

// valuesOf reads the value field of each frame.
func valuesOf(t *testing.T, answer data.Frames) values {
	t.Helper()
	out := values{}
	for _, frame := range answer {
		for _, field := range frame.Fields {
			if field.Name != "Value" || field.Len() == 0 {
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
func noticesOf(answer data.Frames) []string {
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
	for _, text := range noticesOf(answer) {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(text, part)
		}
		if all {
			return
		}
	}
	require.Failf(t, "no such notice", "want %q, got %q", parts, noticesOf(answer))
}

package compare

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// meeting holds each request that has a word back until two of them are under way, or until it has waited in vain.
type meeting struct {
	Client
	word  string
	mutex sync.Mutex
	here  int
	met   chan struct{}
	once  sync.Once
}

func meet(client Client, word string) *meeting {
	return &meeting{Client: client, word: word, met: make(chan struct{})}
}

func (m *meeting) arrive(text string) {
	if !strings.Contains(text, m.word) {
		return
	}
	m.mutex.Lock()
	m.here++
	if m.here == 2 {
		m.once.Do(func() { close(m.met) })
	}
	m.mutex.Unlock()
	select {
	case <-m.met:
	case <-time.After(2 * time.Second):
	}
	m.mutex.Lock()
	m.here--
	m.mutex.Unlock()
}

func (m *meeting) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	m.arrive(q.Expr)
	return m.Client.QueryRange(ctx, q)
}

func (m *meeting) LabelValues(ctx context.Context, label string, q promapi.MetaQuery) (values, warnings []string, err error) {
	m.arrive("values of " + label)
	return m.Client.LabelValues(ctx, label, q)
}

func (m *meeting) requireMet(t *testing.T) {
	t.Helper()
	select {
	case <-m.met:
	default:
		require.FailNow(t, "no two requests were under way at once")
	}
}

// What does not wait for the answer to something else is asked beside it.
func TestRequestsAreAskedAbreast(t *testing.T) {
	shop := clientOf(t, promtest.Start(t, promtest.Shop()))
	t.Run("the signals of a distribution", func(t *testing.T) {
		client := meet(shop, "sum by")
		_, err := engineOn(t, client, promtest.ShopSplits["labels"]).Run(context.Background(), asked(model.Query{
			QueryType: model.QueryDistribution, Flag: "checkout", Signals: []string{"latency", "native"},
		}))
		require.NoError(t, err)
		client.requireMet(t)
	})
	t.Run("markers", func(t *testing.T) {
		client := meet(shop, "max(")
		_, err := engineOn(t, client, `{"markers":[{"metric":"pool_in_use","title":"a"},{"metric":"release_info","title":"b"}]}`).Run(
			context.Background(), asked(model.Query{QueryType: model.QueryChanges, Flag: "checkout"}))
		require.NoError(t, err)
		client.requireMet(t)
	})
	t.Run("the variants of each flag", func(t *testing.T) {
		client := meet(clientOf(t, promtest.Start(t, promtest.Script{Every: promtest.ShopScrape, Series: `
			feature_flag_http_request_duration_seconds_count{flag_a="on",flag_b="off"} 0+10x240`})), "values of flag_")
		answer, err := engineOn(t, client, promtest.ShopSplits["flag_label"]).Flags(context.Background())
		require.NoError(t, err)
		require.Len(t, answer.Flags, 2)
		client.requireMet(t)
	})
}

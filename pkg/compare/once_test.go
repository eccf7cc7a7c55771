package compare

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// listening is a client that notes what it is asked.
type listening struct {
	Client
	mutex sync.Mutex
	asked map[string]int
}

func (l *listening) note(question ...any) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.asked[fmt.Sprint(question...)]++
}

func (l *listening) Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error) {
	l.note(q)
	return l.Client.Query(ctx, q)
}

func (l *listening) LabelValues(ctx context.Context, label string, q promapi.MetaQuery) ([]string, []string, error) {
	l.note(label, q)
	return l.Client.LabelValues(ctx, label, q)
}

func (l *listening) Series(ctx context.Context, q promapi.MetaQuery) ([]labels.Labels, []string, error) {
	l.note("series", q)
	return l.Client.Series(ctx, q)
}

// What the signals of one query have in common is asked once; the next query asks again.
func TestWhatSignalsHaveInCommonIsAskedOnce(t *testing.T) {
	client := &listening{Client: clientOf(t, promtest.Start(t, rollouts(trials...))), asked: map[string]int{}}
	request := verdictOf("harmless", "errors", "latency", "throughput")
	_, err := rolloutEngine(t, client).Run(t.Context(), request)
	require.NoError(t, err)
	require.NotEmpty(t, client.asked)
	for question, times := range client.asked {
		require.Equal(t, 1, times, question)
	}
}

func TestSharedAnswers(t *testing.T) {
	asks := 0
	ask := func(value string, err error) func() (string, error) {
		return func() (string, error) { asks++; return value, err }
	}
	ctx := sharing(t.Context())
	first, err := shared(ctx, "q", "a", ask("", errors.New("down")))
	require.Error(t, err)
	require.Empty(t, first)
	for _, want := range []string{"up", "up"} {
		got, err := shared(ctx, "q", "a", ask(want, nil))
		require.NoError(t, err)
		require.Equal(t, "up", got)
	}
	require.Equal(t, 2, asks, "a failure is not kept, an answer is")
	got, err := shared(ctx, "q", "b", ask("other", nil))
	require.NoError(t, err)
	require.Equal(t, "other", got)
	got, err = shared(sharing(t.Context()), "q", "a", ask("later", nil))
	require.NoError(t, err)
	require.Equal(t, "later", got, "another query asks by itself")
	require.Panics(t, func() { _, _ = shared(ctx, "q", "c", func() (string, error) { panic("boom") }) })
	got, err = shared(ctx, "q", "c", ask("after a panic", nil))
	require.NoError(t, err)
	require.Equal(t, "after a panic", got)
}

// One that asks while another does waits for its answer; where that fails, it asks by itself.
func TestWhoAsksTheSameWaits(t *testing.T) {
	for name, failure := range map[string]error{"an answer": nil, "a failure": errors.New("down")} {
		t.Run(name, func(t *testing.T) {
			ctx := sharing(t.Context())
			begun, goOn := make(chan struct{}), make(chan struct{})
			done := make(chan error)
			go func() {
				_, err := shared(ctx, "q", "a", func() (int, error) { close(begun); <-goOn; return 1, failure })
				done <- err
			}()
			<-begun
			got := make(chan int)
			go func() {
				value, _ := shared(ctx, "q", "a", func() (int, error) { return 2, nil })
				got <- value
			}()
			close(goOn)
			require.Equal(t, failure, <-done)
			want := 1
			if failure != nil {
				want = 2
			}
			require.Equal(t, want, <-got)
		})
	}
}

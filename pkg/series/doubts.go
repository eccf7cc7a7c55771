package series

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jellydator/ttlcache/v3"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/trust"
)

const (
	// doubtsEvery is how often it is looked at whether what is drawn can be true; doubtsKept bounds how many answers are kept.
	doubtsEvery = 10 * time.Minute
	// stoppedEvery is how often it is looked at whether something new arrives.
	stoppedEvery = time.Minute
	doubtsKept   = 500
)

// doubter finds out whether the counts that are drawn can be true.
type doubter struct {
	client    trust.RangeClient
	catalogue interface {
		KindOf(signal model.Signal) kind.Kind
		ProcessLabels(signal model.Signal) []string
	}
	known *ttlcache.Cache[string, []trust.Doubt]
}

func newDoubter(client trust.RangeClient, found interface {
	KindOf(signal model.Signal) kind.Kind
	ProcessLabels(signal model.Signal) []string
}) *doubter {
	return &doubter{client: client, catalogue: found, known: ttlcache.New(
		ttlcache.WithCapacity[string, []trust.Doubt](doubtsKept), ttlcache.WithDisableTouchOnHit[string, []trust.Doubt]())}
}

// notices say of a statement's counts at the end of what is drawn why they cannot be true. Where that cannot be found out
// nothing is said: what is drawn is read by itself.
func (d *doubter) notices(ctx context.Context, st statement, start, end time.Time) []data.Notice {
	events := d.catalogue.KindOf(st.signals[0]).Counted.Events
	if events == nil {
		return nil
	}
	question := trust.Question{Scope: st.scope, Events: events(st.counted.Signal, st.counted.Native)}
	question.Scope.Total, question.Scope.GroupBy = nil, d.catalogue.ProcessLabels(st.signals[0])
	key, err := question.Key()
	if err != nil {
		return nil
	}
	whole := end.Truncate(doubtsEvery)
	doubts := d.once(fmt.Sprint(key, whole.Unix()), func() ([]trust.Doubt, error) {
		return trust.Examine(ctx, d.client, question, whole)
	})
	minute := end.Truncate(stoppedEvery)
	doubts = append(slices.Clone(doubts), d.once(fmt.Sprint("stopped", key, start.Truncate(stoppedEvery).Unix(), minute.Unix()), func() ([]trust.Doubt, error) {
		return trust.StoppedSince(ctx, d.client, question, start, end, question.Scope.Split.Scrape)
	})...)
	var said []data.Notice
	for _, doubt := range doubts {
		for _, signal := range st.signals {
			said = append(said, notices.Warn("%s", doubt.Notice(signal.Name)))
		}
	}
	return slices.Clip(said)
}

// once is what is known under a key, or found out now; none where that fails.
func (d *doubter) once(key string, find func() ([]trust.Doubt, error)) []trust.Doubt {
	if item := d.known.Get(key); item != nil {
		return item.Value()
	}
	doubts, err := find()
	if err != nil {
		return nil
	}
	d.known.Set(key, doubts, doubtsEvery)
	return doubts
}

// forget gives up what was found out.
func (d *doubter) forget() { d.known.DeleteAll() }

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
	doubtsKept  = 500
)

// doubter finds out whether the counts that are drawn can be true.
type doubter struct {
	client    trust.Client
	catalogue interface {
		KindOf(signal model.Signal) kind.Kind
		ProcessLabels(signal model.Signal) []string
	}
	known *ttlcache.Cache[string, []trust.Doubt]
}

func newDoubter(client trust.Client, found interface {
	KindOf(signal model.Signal) kind.Kind
	ProcessLabels(signal model.Signal) []string
}) *doubter {
	return &doubter{client: client, catalogue: found, known: ttlcache.New(
		ttlcache.WithCapacity[string, []trust.Doubt](doubtsKept), ttlcache.WithDisableTouchOnHit[string, []trust.Doubt]())}
}

// notices say of a statement's counts at the end of what is drawn why they cannot be true. Where that cannot be found out
// nothing is said: what is drawn is read by itself.
func (d *doubter) notices(ctx context.Context, st statement, end time.Time) []data.Notice {
	events := d.catalogue.KindOf(st.signals[0]).Counted.Events
	if events == nil {
		return nil
	}
	question := trust.Question{Scope: st.scope, Events: events(st.counted.Signal, st.counted.Native)}
	question.Scope.Total, question.Scope.GroupBy = nil, d.catalogue.ProcessLabels(st.signals[0])
	end = end.Truncate(doubtsEvery)
	key, err := question.Key()
	if err != nil {
		return nil
	}
	key += fmt.Sprint(end.Unix())
	var doubts []trust.Doubt
	if item := d.known.Get(key); item != nil {
		doubts = item.Value()
	} else {
		if doubts, err = trust.Examine(ctx, d.client, question, end); err != nil {
			return nil
		}
		d.known.Set(key, doubts, doubtsEvery)
	}
	var said []data.Notice
	for _, doubt := range doubts {
		for _, signal := range st.signals {
			said = append(said, notices.Warn("%s", doubt.Notice(signal.Name)))
		}
	}
	return slices.Clip(said)
}

// forget gives up what was found out.
func (d *doubter) forget() { d.known.DeleteAll() }

package compare

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

func verdictOf(flag string, signals ...string) Request {
	return Request{
		Query: model.Query{QueryType: model.QueryVerdict, Flag: flag, Signals: signals},
		From:  rolloutEnd.Add(-time.Hour), To: rolloutEnd,
	}
}

func TestVerdictTry(t *testing.T) {
	client := clientOf(t, promtest.Start(t, rollouts(trials...)))
	engine := rolloutEngine(t, client, `{"timeInterval":"30s"}`)
	for _, tr := range trials {
		begun := time.Now()
		all, err := engine.verdicts(context.Background(), func() Request { r := verdictOf(tr.flag, "errors", "latency", "throughput"); r.Query, _ = r.Query.Validate(); return r }())
		require.NoError(t, err)
		t.Log(tr.flag, time.Since(begun), all.err)
		for _, v := range all.rows {
			t.Logf("%s %s %s: %s\n%s ticks %d proc %d w %v", v.Options.Signal.ID, v.Options.Variant, v.State, v.Stat, v.Reason, v.Ticks, v.Processes, v.Options.Weight)
		}
		for _, n := range all.notices {
			t.Log(n.Text)
		}
	}
}

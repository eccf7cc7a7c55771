package compare

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

const markerSettings = `{"preset":"flaglens","timeInterval":"15s","markers":[{"metric":"maintenance","title":"maintenance"},{"metric":"never_there","title":"?"}]}`

// Two instances; only one of them says that it is being maintained: at first, for ten minutes later on, and at the end.
func maintenance() promtest.Script {
	return promtest.Script{Every: time.Minute, Series: `
		maintenance{instance="a"} 1x9 0x19 1x9 0x9 1x9
		maintenance{instance="b"} 0x59
		feature_flag_http_request_duration_seconds_count{feature_flag_key="checkout",feature_flag_variant="off"} 0+10x59
		feature_flag_http_request_duration_seconds_count{feature_flag_key="checkout",feature_flag_variant="on"} 0+10x59`}
}

func minutesIn(minutes int) time.Time {
	return promtest.Epoch.Add(time.Duration(minutes) * time.Minute)
}

// A marker's stretches are regions of the annotations: cut to the range, and as exact as its points.
func TestMarkersAreRegionsOfChanges(t *testing.T) {
	engine := engineOn(t, clientOf(t, promtest.Start(t, maintenance())), markerSettings)
	from, to := minutesIn(5), minutesIn(55)
	answer, err := engine.Run(context.Background(), Request{
		Query: model.Query{QueryType: model.QueryChanges, Flag: "checkout"}, From: from, To: to, Interval: time.Minute, MaxDataPoints: 1000,
	})
	require.NoError(t, err)
	require.Len(t, answer, 1)
	frame := answer[0]
	column := func(name string) int {
		_, i := frame.FieldByName(name)
		require.GreaterOrEqual(t, i, 0, name)
		return i
	}
	var regions [][2]time.Time
	for row := range frame.Rows() {
		if kind, _ := frame.ConcreteAt(column("kind"), row); kind != "marker" {
			continue
		}
		title, _ := frame.ConcreteAt(column("title"), row)
		require.Equal(t, "maintenance", title)
		begin, _ := frame.ConcreteAt(column("time"), row)
		end, _ := frame.ConcreteAt(column("timeEnd"), row)
		regions = append(regions, [2]time.Time{begin.(time.Time).UTC(), end.(time.Time).UTC()})
	}
	require.Equal(t, [][2]time.Time{
		{from, minutesIn(10)}, {minutesIn(30), minutesIn(40)}, {minutesIn(50), to},
	}, regions)
	require.Contains(t, frame.Meta.ExecutedQueryString, "max(maintenance)")
}

// refusing answers everything but questions for a metric.
type refusing struct {
	Client
	metric string
}

func (r refusing) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	if strings.Contains(q.Expr, r.metric) {
		return nil, errors.New("too busy")
	}
	return r.Client.QueryRange(ctx, q)
}

// The other annotations are answered where a marker cannot be read, and a notice says so.
func TestMarkersThatCannotBeReadAreTold(t *testing.T) {
	client := refusing{clientOf(t, promtest.Start(t, maintenance())), "maintenance"}
	answer, err := engineOn(t, client, markerSettings).Run(context.Background(), asked(model.Query{QueryType: model.QueryChanges, Flag: "checkout"}))
	require.NoError(t, err)
	require.Len(t, answer, 1)
	var texts []string
	for _, notice := range answer[0].Meta.Notices {
		texts = append(texts, notice.Text)
	}
	require.Contains(t, texts, `Marker "maintenance": too busy`)
}

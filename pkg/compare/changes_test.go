package compare

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// ramped is a day of a flag that was first seen after two hours, went from 5% to 25% after six and to 50% after twelve, and
// has a third variant, which one request in a thousand gets, from the eighteenth hour on. gauged says whether a gauge tells.
func ramped(gauged bool) promtest.Script {
	var text strings.Builder
	shares := []struct {
		hours   int
		off, on float64
	}{{4, 0.95, 0.05}, {6, 0.75, 0.25}, {12, 0.5, 0.5}}
	for arm, variant := range []string{"off", "on"} {
		labels := fmt.Sprintf(`job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q`, variant)
		counts, gauge := "_x120", "_x120"
		total := 0
		for _, epoch := range shares {
			share := []float64{epoch.off, epoch.on}[arm]
			each := int(share * 600)
			counts += fmt.Sprintf(" %d+%dx%d", total, each, epoch.hours*60-1)
			total += each * epoch.hours * 60
			gauge += fmt.Sprintf(" %gx%d", share, epoch.hours*60-1)
		}
		fmt.Fprintf(&text, "feature_flag_http_request_duration_seconds_count{%s} %s\n", labels, counts)
		if gauged {
			fmt.Fprintf(&text, "feature_flag_allocation_ratio{%s} %s\n", labels, gauge)
		}
	}
	if !gauged {
		fmt.Fprintf(&text, "feature_flag_http_request_duration_seconds_count{job=\"shop\",instance=\"a\",feature_flag_key=\"checkout\",feature_flag_variant=\"rare\"} _x1080 0+1x358\n")
	}
	return promtest.Script{Every: time.Minute, Series: text.String()}
}

func askChanges(t *testing.T, client *counting, query model.Query, hours ...int) *data.Frame {
	t.Helper()
	from, to := promtest.Epoch, promtest.Epoch.Add(24*time.Hour)
	if len(hours) == 2 {
		from, to = promtest.Epoch.Add(time.Duration(hours[0])*time.Hour), promtest.Epoch.Add(time.Duration(hours[1])*time.Hour)
	}
	query.QueryType, query.Flag = model.QueryChanges, "checkout"
	settings := settingsOf(t, `{"timeInterval":"1m"}`)
	engine := closing(t, New(client, settings, Options{Now: func() time.Time { return promtest.Epoch.Add(24*time.Hour + 2*time.Minute) }}))
	answer, err := engine.Run(context.Background(), Request{Query: query, From: from, To: to})
	require.NoError(t, err)
	require.Len(t, answer, 1)
	return answer[0]
}

func TestChanges(t *testing.T) {
	gauge := clientOf(t, promtest.Start(t, ramped(true)))
	traffic := clientOf(t, promtest.Start(t, ramped(false)))

	gauged := askChanges(t, gauge, model.Query{})
	require.Equal(t, []string{
		"checkout first seen", "checkout on: 5% → 25%", "checkout on: 25% → 50%",
	}, column(t, gauged, "title"))
	require.Equal(t, []string{"flag", "allocation", "allocation"}, column(t, gauged, "kind"))
	require.Equal(t, []string{"", "on", "on"}, column(t, gauged, "variant"))
	require.Equal(t, []string{"02:00:00", "06:00:00", "12:00:00"}, column(t, gauged, "time"))
	require.Equal(t, []string{"null", "null", "null"}, column(t, gauged, "timeEnd"))
	require.Contains(t, column(t, gauged, "text")[1], "The allocation of on moved from 5% to 25%; a new rollout began. The allocation metric tells.")
	require.Contains(t, gauged.Meta.ExecutedQueryString, "avg by (feature_flag_variant) (feature_flag_allocation_ratio{")

	shown := askChanges(t, traffic, model.Query{})
	require.Equal(t, []string{
		"checkout first seen", "checkout on: 5% → 25%", "checkout on: 25% → 50%", "checkout rare first seen",
	}, column(t, shown, "title"))
	for i, hour := range []int{2, 6, 12, 18} {
		field, _ := shown.FieldByName("time")
		at, ok := field.At(i).(*time.Time)
		require.True(t, ok)
		require.WithinDuration(t, promtest.Epoch.Add(time.Duration(hour)*time.Hour), *at, 6*time.Minute)
	}

	part := askChanges(t, gauge, model.Query{}, 11, 13)
	require.Equal(t, []string{"checkout on: 25% → 50%"}, column(t, part, "title"))
	require.Equal(t, []string{"checkout first seen"}, column(t, askChanges(t, gauge, model.Query{Variants: []string{"never"}}), "title"))

	nothing := askChanges(t, gauge, model.Query{}, 13, 14)
	require.Equal(t, 0, nothing.Rows())
	require.Len(t, nothing.Fields, 10, "annotations without rows keep their fields")
}

func TestChangesOfAFlagThatNobodyKnows(t *testing.T) {
	client := clientOf(t, promtest.Start(t, ramped(true)))
	answer, err := engineOn(t, client, `{}`).Run(context.Background(), asked(model.Query{QueryType: model.QueryChanges, Flag: "never"}))
	require.NoError(t, err)
	require.Equal(t, 0, answer[0].Rows())
	requireNotice(t, answer, `Flag "never" was not seen`)
}

// Without changes the answer says so, so that an empty table is not taken for one that failed.
func TestNoChangesAreSaid(t *testing.T) {
	client := clientOf(t, promtest.Start(t, ramped(true)))
	quiet := askChanges(t, client, model.Query{}, 13, 17)
	require.Zero(t, quiet.Rows())
	require.Equal(t, []data.Notice{{
		Severity: data.NoticeSeverityInfo,
		Text:     `Nothing changed of the flag "checkout" in this range: choose a longer one to see older changes.`,
	}}, quiet.Meta.Notices)
	require.NotContains(t, fmt.Sprint(askChanges(t, client, model.Query{}).Meta.Notices), "Nothing changed")
}

package plugin

import (
	"context"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// What failed travels as data beside the text of the error: which signals, also where one request is for several of them.
func TestWhatFailedIsData(t *testing.T) {
	d := datasourceOn(t, instance("http://127.0.0.1:1", ""), dataEnd)
	grouped := lastHour("A", `{"queryType":"compare","flag":"checkout","signals":["latency","throughput","errors"]}`, dataEnd)
	wrong := lastHour("B", `{"queryType":"compare","signals":["latency"]}`, dataEnd)
	answers := ask(t, d, grouped, wrong)

	frames := answers["A"].Frames
	require.Len(t, frames, 1)
	require.Zero(t, frames[0].Rows())
	require.Equal(t, "A", frames[0].RefID)
	meta, ok := frames[0].Meta.Custom.(model.AnswerMeta)
	require.True(t, ok)
	var signals [][]string
	text := ""
	for _, failure := range meta.Failures {
		signals = append(signals, failure.Signals)
		text += "\n" + failure.Message
	}
	require.ElementsMatch(t, [][]string{{"latency", "throughput"}, {"errors"}}, signals)
	require.Equal(t, "\n"+answers["A"].Error.Error(), text)

	require.ErrorContains(t, answers["B"].Error, "flag: no flag is named")
	require.Empty(t, answers["B"].Frames, "a field of the query is no signal")

	req := &backend.QueryDataRequest{Queries: []backend.DataQuery{grouped}, Headers: map[string]string{backend.FromAlertHeaderName: "true"}}
	alert, err := d.QueryData(context.Background(), req)
	require.NoError(t, err)
	require.Error(t, alert.Responses["A"].Error)
	require.Empty(t, alert.Responses["A"].Frames, "alert rules read the error alone")
}

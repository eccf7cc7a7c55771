package frames

import (
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

func TestWithFailures(t *testing.T) {
	failures := []model.Failure{{Signals: []string{"latency"}, Message: "latency: boom"}}
	assert.Nil(t, WithFailures(compared, nil, nil), "nothing to say needs no frame")

	alone := WithFailures(compared, nil, failures)
	require.Len(t, alone, 1)
	assert.Equal(t, data.FrameTypeTimeSeriesMulti, alone[0].Meta.Type)
	assert.Zero(t, alone[0].Rows())
	assert.Equal(t, model.AnswerMeta{Failures: failures}, alone[0].Meta.Custom)

	notices := []data.Notice{{Text: "cut"}}
	beside := WithFailures(compared, Empty(compared, Meta{Notices: notices}), failures)
	require.Len(t, beside, 1)
	assert.Equal(t, notices, beside[0].Meta.Notices, "what else the frame says stays")

	// Explore knows exemplars by what their frame's meta says.
	taken := data.NewFrame("exemplar")
	taken.Meta = &data.FrameMeta{Custom: map[string]string{"resultType": "exemplar"}}
	apart := WithFailures(compared, data.Frames{taken}, failures)
	require.Len(t, apart, 2)
	assert.Equal(t, model.AnswerMeta{Failures: failures}, apart[0].Meta.Custom)
	assert.Same(t, taken, apart[1])
}

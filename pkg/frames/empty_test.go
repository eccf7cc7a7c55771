package frames

import (
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// What a query of any type and format answers with where there is nothing, core panels can still read: they look for the
// fields of the frame's type.
func TestEmptyAnswersAreTyped(t *testing.T) {
	notices := []data.Notice{{Text: "nothing was counted"}}
	for _, queryType := range model.QueryTypes() {
		for _, format := range model.FormatsOf(queryType) {
			t.Run(string(queryType)+" as "+string(format), func(t *testing.T) {
				query := model.Query{QueryType: queryType, Format: format}
				answer := Empty(query, Meta{Notices: notices})
				require.Len(t, answer, 1)
				require.Zero(t, answer[0].Rows())
				assert.Equal(t, notices, answer[0].Meta.Notices)
				if format == model.FormatAlert {
					assert.Equal(t, data.FrameTypeNumericMulti, answer[0].Meta.Type)
					assert.Empty(t, answer[0].Fields, "alerting takes a field without values for a number that is none")
					return
				}
				numbers := answer[0].TypeIndices(data.NumericFieldTypes()...)
				assert.NotEmpty(t, numbers, "the core heatmap throws where there is no number")
				if queryType != model.QueryChanges {
					assert.NotEmpty(t, answer[0].Meta.Type)
				}
				assert.Empty(t, ForAlert(answer)[0].Fields, "alerting calls no data what has no fields")
				assert.Equal(t, notices, answer[0].Meta.Notices)
			})
		}
	}
	some := data.Frames{data.NewFrame("", data.NewField("x", nil, []float64{1}))}
	assert.Len(t, ForAlert(some)[0].Fields, 1)
}

package series

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/flaglens/flaglens/pkg/frames"
)

func TestChosenExemplars(t *testing.T) {
	row := func(second int, variant string, value float64, id string) frames.Exemplar {
		return frames.Exemplar{At: time.Unix(int64(second), 0), Variant: variant, Value: value, TraceID: id}
	}
	ids := func(rows []frames.Exemplar) []string {
		var out []string
		for _, r := range rows {
			out = append(out, r.TraceID)
		}
		return out
	}
	// A minute in sixty stretches of a second.
	got := chosen([]frames.Exemplar{
		row(0, "on", 3, "c"), row(0, "on", 1, "a"), row(0, "on", 2, "b"), row(0, "off", 9, "z"), row(1, "on", 5, "d"),
	}, 0, 60_000)
	assert.Equal(t, []string{"c", "b", "z", "d"}, ids(got), "the slowest, the middle one, each variant and stretch by itself")
	assert.Empty(t, chosen(nil, 0, 0))
	assert.Len(t, chosen([]frames.Exemplar{row(0, "on", 3, "c"), row(0, "on", 4, "c")}, 0, 0), 1, "a trace once")
}

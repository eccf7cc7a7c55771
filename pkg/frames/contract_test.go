package frames

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// What a reader knows a frame by is a part of the frame, and no two columns of it have one name.
func TestLayouts(t *testing.T) {
	for _, l := range Layouts() {
		t.Run(l.Name, func(t *testing.T) {
			names := namesOf(l.Columns)
			require.NotEmpty(t, l.Required)
			assert.Subset(t, names, l.Required)
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names))
		})
	}
}

func TestSeriesLabels(t *testing.T) {
	labels := Identity{Flag: "f", Variant: "v", Role: model.RoleBaseline, Signal: "s", Stat: "p95"}.labels()
	assert.ElementsMatch(t, SeriesLabels, slices.Collect(maps.Keys(labels)))
}

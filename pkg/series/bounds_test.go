package series

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// The queries of one request are answered together, so they share what may be answered.
func TestQueriesOfOneRequestShareAnAllowance(t *testing.T) {
	byInstance := model.Query{QueryType: model.QueryCompare, Signals: []string{"latency"}, GroupBy: []string{"instance"}}
	together := &Allowance{}
	sizes := []size{{groups: 1, arms: 1, stats: 1, columns: 1, points: maxValues / 2}}
	require.NoError(t, together.take(byInstance, sizes))
	require.NoError(t, together.take(byInstance, sizes))
	require.ErrorContains(t, together.take(byInstance, sizes), "with the other queries of this request it would come to 1.8 million values in 3 series")
	require.NoError(t, (*Allowance)(nil).take(byInstance, sizes))
}

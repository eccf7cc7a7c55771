package promql

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFormulaErrors(t *testing.T) {
	for _, text := range []string{"a +", "sum(a)", "unknown + 1", "-a"} {
		_, err := formula(text, nil)
		require.Error(t, err, text)
	}
}

package compare

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// rounded writes frames as text, without the PromQL, numbers to nine digits, so that answers which were added up in
// another order compare equal.
func rounded(t *testing.T, answer data.Frames) string {
	t.Helper()
	var text strings.Builder
	for _, frame := range answer {
		require.NotNil(t, frame.Meta)
		fmt.Fprintf(&text, "%s %s %v\n", frame.Name, frame.Meta.Type, frame.Meta.TypeVersion)
		for _, field := range frame.Fields {
			unit := ""
			if field.Config != nil {
				unit = field.Config.Unit + " " + field.Config.DisplayNameFromDS
			}
			fmt.Fprintf(&text, "  %s{%s} %s:", field.Name, field.Labels, unit)
			for i := range field.Len() {
				text.WriteString(" " + cellText(field, i))
			}
			text.WriteString("\n")
		}
	}
	return text.String()
}

func cellText(field *data.Field, i int) string {
	value, ok := field.ConcreteAt(i)
	if !ok {
		return "null"
	}
	switch value := value.(type) {
	case float64:
		return fmt.Sprintf("%.9g", value)
	case time.Time:
		return value.UTC().Format("15:04:05")
	default:
		return fmt.Sprint(value)
	}
}

// column reads a field of a long frame as text.
func column(t *testing.T, frame *data.Frame, name string) []string {
	t.Helper()
	field, at := frame.FieldByName(name)
	require.GreaterOrEqual(t, at, 0, "no column %s", name)
	out := make([]string, field.Len())
	for i := range out {
		out[i] = cellText(field, i)
	}
	return out
}

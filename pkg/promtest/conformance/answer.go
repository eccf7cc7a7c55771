package conformance

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Row is one row of an answer: by the names of columns, and of the labels of a value, either text, float64, bool or nil.
// Times are Unix milliseconds. The value of a series is the column Value.
type Row map[string]any

// Answer is what a query came to, laid out so that it can be held against what is right.
type Answer struct {
	Rows []Row
	// Said are the notices and, last, the error.
	Said  []string
	Error string
}

// AnswerOf lays an answer out.
func AnswerOf(frames data.Frames, err error) Answer {
	var a Answer
	for _, frame := range frames {
		if frame.Meta != nil {
			for _, notice := range frame.Meta.Notices {
				a.Said = append(a.Said, notice.Text)
			}
		}
		if frame.Name != "exemplar" {
			a.Rows = append(a.Rows, rowsOf(frame)...)
		}
	}
	if err != nil {
		a.Error = err.Error()
		a.Said = append(a.Said, a.Error)
	}
	return a
}

// rowsOf are the rows of a table, or those of each series of a frame.
func rowsOf(frame *data.Frame) []Row {
	var shared, values []*data.Field
	for _, field := range frame.Fields {
		if len(field.Labels) > 0 {
			values = append(values, field)
		} else {
			shared = append(shared, field)
		}
	}
	if len(values) == 0 {
		values = []*data.Field{nil}
	}
	var rows []Row
	for _, series := range values {
		for i := range frame.Rows() {
			row := Row{}
			for _, field := range shared {
				row[field.Name] = valueAt(field, i)
			}
			if series != nil {
				for name, label := range series.Labels {
					row[name] = label
				}
				row["Value"] = valueAt(series, i)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func valueAt(field *data.Field, i int) any {
	v, ok := field.ConcreteAt(i)
	if !ok {
		return nil
	}
	switch v := v.(type) {
	case time.Time:
		return float64(v.UnixMilli())
	case float64:
		if math.IsNaN(v) {
			return nil
		}
		return v
	case string, bool:
		return v
	default:
		number, err := field.NullableFloatAt(i)
		if err != nil || number == nil {
			return fmt.Sprint(v)
		}
		return *number
	}
}

// String shows an answer, for the message of an expectation that is not met.
func (a Answer) String() string {
	var text strings.Builder
	for i, row := range a.Rows {
		if i == 12 {
			fmt.Fprintf(&text, "  and %d more rows\n", len(a.Rows)-i)
			break
		}
		for _, name := range slices.Sorted(maps.Keys(row)) {
			if row[name] != nil {
				fmt.Fprintf(&text, "  %s=%s", name, shown(row[name]))
			}
		}
		text.WriteString("\n")
	}
	for _, said := range a.Said {
		fmt.Fprintf(&text, "  says: %s\n", said)
	}
	if text.Len() == 0 {
		return "  nothing, and no notice\n"
	}
	return text.String()
}

// firstTime is in 2001; no smaller number is shown as a time.
const firstTime = 1e12

// shown writes a value for readers: times as they are written in requests.
func shown(v any) string {
	number, is := v.(float64)
	switch {
	case is && number >= firstTime && number == math.Trunc(number):
		return time.UnixMilli(int64(number)).UTC().Format(time.RFC3339)
	case is:
		return fmt.Sprintf("%.6g", number)
	default:
		return fmt.Sprint(v)
	}
}

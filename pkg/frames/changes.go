package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Change is an annotation: something that happened to a flag.
type Change struct {
	At time.Time
	// End is zero for what happened at once.
	End           time.Time
	Title, Text   string
	Flag, Variant string
	// Kind is allocation or flag.
	Kind string
	// From and To are the shares of the variant before and after, 0..1; NaN where they are not known.
	From, To float64
}

// Changes makes the one frame of annotations, in their order, as Grafana reads them: time, timeEnd, title, text and tags.
// Without changes the frame keeps its fields and has no rows.
func Changes(rows []Change, expr string, meta Meta) data.Frames {
	frame := data.NewFrame("changes",
		column("time", rows, func(c Change) *time.Time { return nullableTime(c.At) }),
		column("timeEnd", rows, func(c Change) *time.Time { return nullableTime(c.End) }),
		column("title", rows, func(c Change) string { return c.Title }),
		column("text", rows, func(c Change) string { return c.Text }),
		column("tags", rows, func(c Change) string { return "flaglens," + c.Kind }),
		column(LabelFlag, rows, func(c Change) string { return c.Flag }),
		column(LabelVariant, rows, func(c Change) string { return c.Variant }),
		column("kind", rows, func(c Change) string { return c.Kind }),
		column("from", rows, func(c Change) *float64 { return nullable(c.From) }),
		column("to", rows, func(c Change) *float64 { return nullable(c.To) }),
	)
	frame.Meta = &data.FrameMeta{ExecutedQueryString: expr, Notices: meta.Notices}
	return data.Frames{frame}
}

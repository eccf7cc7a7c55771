// Package frames turns typed results into data frames of Grafana's data plane contract: meaning lies in
// labels, field names and field config, so that the panel, core panels and alerting read the same frames.
// NaN becomes null, infinities are kept, gaps are null and never bridged.
package frames

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// Names of labels and of fields. They are the contract that dashboards and alert rules rely on.
const (
	LabelFlag    = "flag"
	LabelVariant = "variant"
	LabelRole    = "role"
	LabelSignal  = "signal"
	LabelStat    = "stat"
	LabelLE      = "le"

	FieldTime  = "Time"
	FieldValue = "Value"
)

// frameVersion of the data plane contract that the frames follow.
var frameVersion = data.FrameTypeVersion{0, 1}

// Meta is what the first frame of an answer says beside its data.
type Meta struct {
	// Notices tell of warnings, infos, cuts and the reason of an empty answer.
	Notices []data.Notice
}

// Grid is the times of a range query in unix milliseconds: Start, Start+Step, ... up to End.
type Grid struct {
	Start, End, Step int64
}

// Len is the number of times on the grid.
func (g Grid) Len() int {
	if g.Step <= 0 || g.End < g.Start {
		return 0
	}
	return int((g.End-g.Start)/g.Step) + 1
}

// At is the i-th time on the grid, unix milliseconds.
func (g Grid) At(i int) int64 { return g.Start + int64(i)*g.Step }

// Index is where a time lies on the grid, one between two grid times with the earlier one; false where it lies outside.
func (g Grid) Index(t int64) (int, bool) {
	if g.Step <= 0 || t < g.Start {
		return 0, false
	}
	i := (t - g.Start) / g.Step
	return int(i), i < int64(g.Len())
}

// times returns the times on the grid.
func (g Grid) times() []time.Time {
	times := make([]time.Time, g.Len())
	for i := range times {
		times[i] = time.UnixMilli(g.At(i)).UTC()
	}
	return times
}

// values lays points on the grid: null where there is none. A point between two grid times counts for
// the earlier one; of several the last wins.
func (g Grid) values(points []promapi.FloatPoint) []*float64 {
	values := make([]*float64, g.Len())
	// The numbers lie side by side: each by itself would take twice the room.
	numbers := make([]float64, len(points))
	for n, p := range points {
		if i, ok := g.Index(p.T); ok {
			values[i] = nil
			if !math.IsNaN(p.V) {
				numbers[n] = p.V
				values[i] = &numbers[n]
			}
		}
	}
	return values
}

// nullable is a pointer to v, nil for NaN.
func nullable(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// nullableTime is a pointer to t, nil for the zero time.
func nullableTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Identity is what tells one series from all others of an answer.
type Identity struct {
	Flag, Variant string
	Role          model.Role
	// Signal is an id of the catalogue.
	Signal string
	// Stat is p50, p95, p99.9, mean, rate, ratio, share or value; empty for flags and distributions.
	Stat string
	// Group holds the labels of groupBy. Names of the contract's own labels in it are ignored.
	Group map[string]string
}

// labels returns the labels of the value field.
func (id Identity) labels() data.Labels {
	labels := data.Labels{}
	for name, value := range id.Group {
		labels[name] = value
	}
	for name, value := range map[string]string{
		LabelFlag: id.Flag, LabelVariant: id.Variant, LabelRole: string(id.Role),
		LabelSignal: id.Signal, LabelStat: id.Stat,
	} {
		delete(labels, name)
		if value != "" {
			labels[name] = value
		}
	}
	return labels
}

// displayName is what a legend says: "latency p95 · on", "latency p95 difference · on · route=/cart".
// Stats that are all that their signal has go without saying.
func (id Identity) displayName() string {
	words := []string{id.Signal}
	switch id.Stat {
	case "", "rate", "ratio", "value":
	default:
		words = append(words, id.Stat)
	}
	if id.Role == model.RoleDifference || id.Role == model.RoleRatio {
		words = append(words, string(id.Role))
	}
	parts := []string{strings.Join(words, " "), id.Variant}
	for _, name := range sortedKeys(id.Group) {
		parts = append(parts, name+"="+id.Group[name])
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// unitOf is the unit of a value in the role: a ratio of two values has none.
func unitOf(unit string, role model.Role) string {
	if role == model.RoleRatio {
		return "none"
	}
	return unit
}

// attach puts the notices on the first frame.
func attach(frames data.Frames, meta Meta) data.Frames {
	frames[0].Meta.Notices = meta.Notices
	return frames
}

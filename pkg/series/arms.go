package series

import (
	"math"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// arm is what an answer says of one variant within one group (the labels of groupBy), laid out on the grid.
type arm struct {
	variant string
	group   map[string]string
	// key orders and pairs groups, id is that of the variant within its group.
	key, id string
	// parts holds the float series by their part (promql.PartLabel; empty for the whole), one value a time on the grid.
	parts map[string][]float64
	// buckets are those of a histogram that is none of native ones.
	buckets []bucket
	natives []*histogram.FloatHistogram
	// unreadable are the bounds of buckets that are no numbers.
	unreadable []string
}

// bucket is a series of a histogram, one value a time on the grid: what was observed up to its upper bound, or, of a range,
// what lies between its bounds.
type bucket struct {
	lower, upper float64
	ranged       bool
	values       []float64
}

// absent stands for a time at which a series has no sample. It is a NaN that no computation yields, since a NaN that the
// server sent must stay one.
var absent = math.Float64frombits(0x7ff8_0000_0000_f1a9)

func isAbsent(v float64) bool { return math.Float64bits(v) == math.Float64bits(absent) }

// armsOf sorts the series of an answer by group and variant.
func armsOf(result *promapi.Result, scope promql.Scope, grid frames.Grid) []*arm {
	var arms []*arm
	index := map[string]*arm{}
	for i, series := range result.Series {
		// What is laid out need not be held twice.
		result.Series[i] = promapi.Series{}
		id, variant, key := identify(series.Labels, scope)
		a := index[id]
		if a == nil {
			group := make(map[string]string, len(scope.GroupBy))
			for _, name := range scope.GroupBy {
				group[name] = series.Labels.Get(name)
			}
			a = &arm{variant: variant, group: group, key: key, id: id, parts: map[string][]float64{}}
			index[id] = a
			arms = append(arms, a)
		}
		a.add(series, grid)
	}
	slices.SortStableFunc(arms, func(a, b *arm) int { return strings.Compare(a.key, b.key) })
	return arms
}

// identify names the arm that a series belongs to, its variant, and its group.
func identify(series labels.Labels, scope promql.Scope) (id, variant, group string) {
	variant = series.Get(scope.VariantLabel())
	values := make([]string, 0, len(scope.GroupBy)+1)
	for _, name := range scope.GroupBy {
		values = append(values, series.Get(name))
	}
	return names.Key(append(values, variant)...), variant, names.Key(values...)
}

func (a *arm) add(series promapi.Series, grid frames.Grid) {
	if len(series.Histograms) > 0 {
		a.natives = make([]*histogram.FloatHistogram, grid.Len())
		for _, point := range series.Histograms {
			if i, ok := grid.Index(point.T); ok {
				a.natives[i] = point.H
			}
		}
	}
	if len(series.Floats) == 0 {
		return
	}
	values := onGrid(series.Floats, grid)
	le, ranged := series.Labels.Get(promql.BucketLabel), series.Labels.Get(promql.RangeLabel)
	b := bucket{values: values, ranged: ranged != ""}
	ok := false
	switch {
	case le == "" && ranged == "":
		a.parts[series.Labels.Get(promql.PartLabel)] = values
		return
	case ranged != "":
		b.lower, b.upper, ok = promql.Range(ranged)
	default:
		b.upper, ok = promql.Bound(le)
	}
	if !ok {
		a.unreadable = append(a.unreadable, le+ranged)
		return
	}
	a.buckets = append(a.buckets, b)
}

func onGrid(points []promapi.FloatPoint, grid frames.Grid) []float64 {
	values := make([]float64, grid.Len())
	for i := range values {
		values[i] = absent
	}
	for _, point := range points {
		if i, ok := grid.Index(point.T); ok {
			values[i] = point.V
		}
	}
	return values
}

// distribution is the histogram at one time on the grid; nil where there is none.
func (a *arm) distribution(i int) histo.Distribution {
	buckets, native := a.bucketsAt(i), a.native(i)
	switch {
	case len(buckets) > 0 && native != nil && native.Count > 0:
		return histo.Mixed{Classic: buckets, Native: native}
	case len(buckets) > 0:
		return histo.Classic(buckets)
	case native != nil:
		return histo.Native{FloatHistogram: native}
	}
	return nil
}

// native is the native histogram at one time on the grid; nil where there is none.
func (a *arm) native(i int) *histogram.FloatHistogram {
	if i < len(a.natives) {
		return a.natives[i]
	}
	return nil
}

// distributed is whether there is a histogram at any time.
func (a *arm) distributed() bool {
	return len(a.buckets) > 0 || slices.ContainsFunc(a.natives, func(h *histogram.FloatHistogram) bool { return h != nil })
}

// sumAndCount are those of the histogram at one time on the grid.
func (a *arm) sumAndCount(i int) (sum, count float64, ok bool) {
	sum, ok = a.part(promql.PartSum, i)
	native := a.native(i)
	if native != nil {
		// Zero where there are no buckets beside it.
		sum, ok = sum+native.Sum, ok || len(a.bucketsAt(i)) == 0
	}
	if !ok {
		return 0, 0, false
	}
	count, ok = a.count(i)
	return sum, count, ok
}

// part is the value of a part at one time on the grid.
func (a *arm) part(name string, i int) (float64, bool) {
	values, found := a.parts[name]
	if !found || isAbsent(values[i]) {
		return 0, false
	}
	return values[i], true
}

// bucketsAt are the cumulative buckets at one time on the grid, in any order. Where none counts all observations, their
// counter says how many there are, if there is one.
func (a *arm) bucketsAt(i int) []histo.Bucket {
	buckets := make([]histo.Bucket, 0, len(a.buckets)+1)
	var ranges []histo.Bin
	whole := false
	for _, b := range a.buckets {
		count := b.values[i]
		switch {
		case isAbsent(count):
		case b.ranged:
			ranges = append(ranges, histo.Bin{Lower: b.lower, Upper: b.upper, Count: count})
		default:
			buckets = append(buckets, histo.Bucket{UpperBound: b.upper, Count: count})
			whole = whole || math.IsInf(b.upper, 1)
		}
	}
	if len(buckets) == 0 {
		return histo.Joined(ranges)
	}
	if count, ok := a.part(promql.PartCount, i); ok && !whole {
		buckets = append(buckets, histo.Bucket{UpperBound: math.Inf(1), Count: count})
	}
	return buckets
}

// count is the number of observations (or their rate): their counter, which counts all that there are also where some have
// no buckets, else the buckets that count all; and those of native histograms.
func (a *arm) count(i int) (float64, bool) {
	total, ok := a.part(promql.PartCount, i)
	if !ok {
		for _, b := range a.bucketsAt(i) {
			if math.IsInf(b.UpperBound, 1) {
				total, ok = total+b.Count, true
			}
		}
	}
	if native := a.native(i); native != nil {
		total, ok = total+native.Count, true
	}
	return total, ok
}

package series

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
)

// stored is in which forms the observations of one variant are stored, at the times of a grid.
type stored struct {
	variant          string
	buckets, natives []bool
}

// sideBySide says of which variants a histogram is stored as buckets and of which as native histograms, and since when.
func sideBySide(signal, metric string, grid frames.Grid, arms []*arm, h heldBounds) []data.Notice {
	byVariant := map[string]*stored{}
	var order []string
	for _, a := range arms {
		s := byVariant[a.variant]
		if s == nil {
			s = &stored{a.variant, make([]bool, grid.Len()), make([]bool, grid.Len())}
			byVariant[a.variant] = s
			order = append(order, a.variant)
		}
		for i := range grid.Len() {
			s.buckets[i] = s.buckets[i] || h.arms[a.id] != nil && h.arms[a.id].At(i) > 0
			s.natives[i] = s.natives[i] || h.natives[a.id] != nil && h.natives[a.id][i] > 0
		}
	}
	names.Sort(order)
	var buckets, natives []string
	for _, variant := range order {
		s := byVariant[variant]
		inBuckets, inNatives := s.when(grid)
		if inBuckets != "" {
			buckets = append(buckets, inBuckets)
		}
		if inNatives != "" {
			natives = append(natives, inNatives)
		}
	}
	if len(buckets) == 0 || len(natives) == 0 {
		return nil
	}
	return []data.Notice{notices.Info(fmt.Sprintf("%s: %s is stored in two classes: as classic buckets of %s, and as native histograms of %s. Both are read, "+
		"each observation once. Counts, means and shares can be compared as they are; a quantile is as exact as the buckets of its class.",
		signal, metric, strings.Join(buckets, ", "), strings.Join(natives, ", ")))}
}

// when says of a variant in which times it is stored in each form; empty for never.
func (s stored) when(grid frames.Grid) (inBuckets, inNatives string) {
	say := func(there, other []bool) string {
		first := slices.Index(there, true)
		if first < 0 {
			return ""
		}
		last := grid.Len() - 1
		for !there[last] {
			last--
		}
		text := s.variant
		if first > 0 && slices.Contains(other[:first], true) || first > 0 && !slices.Contains(other, true) {
			text += " since about " + moment(grid, first)
		}
		if last < grid.Len()-1 && slices.Contains(other[last+1:], true) {
			text += " until about " + moment(grid, last)
		}
		return text
	}
	return say(s.buckets, s.natives), say(s.natives, s.buckets)
}

func moment(grid frames.Grid, i int) string {
	return time.UnixMilli(grid.At(i)).UTC().Format("2006-01-02 15:04 UTC")
}

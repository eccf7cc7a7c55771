package collect

import (
	"math"
	"slices"
)

// cell is one number of an arm of a process.
type cell struct {
	process         string
	variant, number int
}

// spelled are the values of a number, tick by tick, in the series whose bound is spelled like this; without a bound, the text
// is empty.
type spelled struct {
	text   string
	values []float64
}

// spellings are those of one number's bound: known all that were ever seen, used those that count now.
type spellings struct{ known, used []string }

// spelledAs is the place for the values of a series with this spelling.
func spelledAs(all *[]spelled, text string, ticks int) []float64 {
	for _, s := range *all {
		if s.text == text {
			return s.values
		}
	}
	*all = append(*all, spelled{text, nothing(ticks)})
	return (*all)[len(*all)-1].values
}

// sum adds what a series has to what others have.
func sum(known, more float64) float64 {
	if math.IsNaN(known) {
		return more
	}
	return known + more
}

// resolve makes, from tick from of a chunk on, one number of what is spelled in several ways, as one bound is before and after a store or a client library
// changes how it writes numbers.
func (r layer) resolve(name string, m *matrix, from, ticks int) {
	for variant, numbers := range m.read {
		for k, all := range numbers {
			if len(all) == 0 {
				continue
			}
			at := cell{name, variant, k}
			known := r.texts[at]
			if known == nil {
				known = &spellings{}
				r.texts[at] = known
			}
			if len(all) == 1 && (known.known == nil || len(known.known) == 1 && known.known[0] == all[0].text) {
				known.known = []string{all[0].text}
				known.used = known.known
				m.arms[variant][k] = all[0].values
				continue
			}
			m.arms[variant][k] = known.merge(all, from, ticks)
		}
	}
}

// merge takes the series with the newest spelling from when they are there: the others may be answered for some minutes more,
// with what they had. What appeared at once is added up. A number without a bound stands in only where none has one.
func (s *spellings) merge(all []spelled, from, ticks int) []float64 {
	slices.SortFunc(all, func(a, b spelled) int { return len(b.text) - len(a.text) })
	merged := nothing(ticks)
	for i := from; i < ticks; i++ {
		var there, fresh []string
		for _, one := range all {
			if math.IsNaN(one.values[i]) || one.text == "" && len(there) > 0 {
				continue
			}
			there = append(there, one.text)
			if !slices.Contains(s.known, one.text) {
				fresh = append(fresh, one.text)
			}
		}
		if len(fresh) > 0 {
			s.known, s.used = append(slices.Clone(s.known), fresh...), fresh
		}
		if !slices.ContainsFunc(there, func(text string) bool { return slices.Contains(s.used, text) }) {
			s.used = there
		}
		for _, one := range all {
			if slices.Contains(there, one.text) && slices.Contains(s.used, one.text) {
				merged[i] = sum(merged[i], one.values[i])
			}
		}
	}
	return merged
}

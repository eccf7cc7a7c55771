package promapi

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/prometheus/prometheus/model/histogram"
)

// bucketList is a native histogram as the API writes it: populated buckets only, lowest first.
type bucketList struct {
	t          int64
	count, sum float64
	buckets    []bucketBounds
	// kind is concluded from the buckets, schema that of exponential ones.
	kind   bucketKind
	schema int32
}

// bucketBounds is [rule, "lower", "upper", "count"]. Both bounds are inclusive in the zero bucket of
// exponential buckets and in the first of custom ones, only the lower one in negative exponential buckets.
type bucketBounds struct {
	rule                int64
	lower, upper, count float64
}

// Boundary rules.
const (
	ruleLowerInclusive = 1
	ruleBothInclusive  = 3
)

// readBucketList reads [time, {"count", "sum", "buckets"}].
func readBucketList(dec *jsontext.Decoder, lists *[]bucketList) error {
	if err := expect(dec, '[', "a list"); err != nil {
		return err
	}
	at, err := dec.ReadToken()
	if err != nil {
		return err
	}
	var list bucketList
	if list.t, err = parseTime([]byte(at.String())); err != nil {
		return err
	}
	err = readObject(dec, func(name string) (err error) {
		switch name {
		case "count":
			list.count, err = readFloat(dec)
		case "sum":
			list.sum, err = readFloat(dec)
		case "buckets":
			err = readArray(dec, func() error {
				b, err := readBucket(dec)
				if err == nil && b.count != 0 {
					list.buckets = append(list.buckets, b)
				}
				return err
			})
		default:
			err = dec.SkipValue()
		}
		return err
	})
	if err != nil {
		return err
	}
	list.classify()
	*lists = append(*lists, list)
	return expect(dec, ']', "the end of a list")
}

// readBucket reads [rule, "lower", "upper", "count"].
func readBucket(dec *jsontext.Decoder) (bucketBounds, error) {
	var b bucketBounds
	if err := expect(dec, '[', "a bucket"); err != nil {
		return b, err
	}
	rule, err := dec.ReadToken()
	if err != nil {
		return b, err
	}
	if rule.Kind() != '0' {
		return b, errors.New("it has a bucket without boundary rule")
	}
	if b.rule, err = rule.Int(); err != nil {
		return b, err
	}
	for _, field := range []*float64{&b.lower, &b.upper, &b.count} {
		if *field, err = readFloat(dec); err != nil {
			return b, err
		}
	}
	return b, expect(dec, ']', "the end of a bucket")
}

// readFloat reads a number written as a text.
func readFloat(dec *jsontext.Decoder) (float64, error) {
	text, err := readString(dec)
	if err != nil {
		return 0, err
	}
	return parseValue(text)
}

// bucketKind says what kind of buckets a list can have.
type bucketKind int

const (
	// kindEither: every bound is a power of two, as both kinds may have.
	kindEither bucketKind = iota
	kindExponential
	kindCustom
)

// rebuildHistograms turns the lists of buckets into histograms. The API does not say whether buckets are
// exponential or custom, which decides how a quantile is interpolated, so it is concluded from the bounds:
// of the histogram, else of its series, else of the whole answer. What is left, an answer in which every
// populated bucket of every series spans powers of two, counts as exponential.
func (r *resultReader) rebuildHistograms() error {
	kinds := make([]bucketKind, len(r.histograms))
	for i, lists := range r.histograms {
		for _, list := range lists {
			kinds[i] = max(kinds[i], list.kind)
		}
	}
	whole := answerKinds{
		custom:      slices.Contains(kinds, kindCustom),
		exponential: slices.Contains(kinds, kindExponential),
		bounds:      sync.OnceValue(func() map[float64]bool { return r.boundsOf(kinds, kindCustom) }),
	}
	for i, lists := range r.histograms {
		if len(lists) == 0 {
			continue
		}
		fallback := kinds[i]
		if fallback == kindEither {
			fallback = whole.kindOf(lists)
		}
		points := make([]HistogramPoint, len(lists))
		for j, list := range lists {
			if list.kind == kindEither {
				list.kind = fallback
			}
			h, err := list.rebuild()
			if err != nil {
				return err
			}
			points[j] = HistogramPoint{T: list.t, H: h}
		}
		r.series[i].Histograms = points
	}
	return nil
}

// answerKinds are the kinds that are certain in an answer, and the bounds of its custom buckets.
type answerKinds struct {
	custom, exponential bool
	bounds              func() map[float64]bool
}

// kindOf concludes the kind of a series that could be either from the others of the answer. Where those are
// of both kinds, it is custom if all its bounds are bounds of custom buckets.
func (a answerKinds) kindOf(lists []bucketList) bucketKind {
	if !a.custom {
		return kindExponential
	}
	if !a.exponential {
		return kindCustom
	}
	known := a.bounds()
	for _, list := range lists {
		for _, b := range list.buckets {
			if !known[b.lower] || !known[b.upper] {
				return kindExponential
			}
		}
	}
	return kindCustom
}

// boundsOf are the bounds of all series of a kind.
func (r *resultReader) boundsOf(kinds []bucketKind, kind bucketKind) map[float64]bool {
	bounds := map[float64]bool{}
	for i, lists := range r.histograms {
		if kinds[i] != kind {
			continue
		}
		for _, list := range lists {
			for _, b := range list.buckets {
				bounds[b.lower], bounds[b.upper] = true, true
			}
		}
	}
	return bounds
}

// classify concludes the kind of buckets from their bounds.
func (l *bucketList) classify() {
	schema, fits := findSchema(l.buckets)
	switch {
	case !fits:
		l.kind = kindCustom
	case schema > 0 || slices.ContainsFunc(l.buckets, func(b bucketBounds) bool { return b.upper <= 0 || isZeroBucket(b) }):
		l.kind, l.schema = kindExponential, schema
	default:
		l.kind, l.schema = kindEither, schema
	}
}

// isZeroBucket tells the bucket around zero of exponential buckets.
func isZeroBucket(b bucketBounds) bool {
	return b.rule == ruleBothInclusive && b.lower == -b.upper && !math.IsInf(b.upper, 1)
}

// rebuild makes a histogram of a list of buckets.
func (l *bucketList) rebuild() (*histogram.FloatHistogram, error) {
	for i, b := range l.buckets {
		if !(b.lower <= b.upper) || i > 0 && b.lower < l.buckets[i-1].upper {
			return nil, fmt.Errorf("it has a histogram whose buckets overlap at %g", b.lower)
		}
	}
	h := &histogram.FloatHistogram{Count: l.count, Sum: l.sum, Schema: l.schema}
	if l.kind == kindCustom {
		fillCustom(h, l.buckets)
	} else {
		fillExponential(h, l.buckets)
	}
	return h, nil
}

// fillCustom makes custom bounds of all bounds that occur; a gap between two buckets is an empty one.
func fillCustom(h *histogram.FloatHistogram, buckets []bucketBounds) {
	h.Schema = histogram.CustomBucketsSchema
	add := func(bound float64) {
		if n := len(h.CustomValues); !math.IsInf(bound, 0) && (n == 0 || h.CustomValues[n-1] < bound) {
			h.CustomValues = append(h.CustomValues, bound)
		}
	}
	var next int32
	for _, b := range buckets {
		add(b.lower)
		index := int32(len(h.CustomValues))
		add(b.upper)
		appendSpan(&h.PositiveSpans, &next, index)
		h.PositiveBuckets = append(h.PositiveBuckets, b.count)
	}
}

// appendSpan adds the bucket at index to spans; next is the index after the last one.
func appendSpan(spans *[]histogram.Span, next *int32, index int32) {
	if n := len(*spans); n > 0 && *next == index {
		(*spans)[n-1].Length++
	} else {
		*spans = append(*spans, histogram.Span{Offset: index - *next, Length: 1})
	}
	*next = index + 1
}

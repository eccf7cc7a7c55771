package promapi

import (
	"errors"
	"fmt"
	"math"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/prometheus/prometheus/model/histogram"
)

// bucketList is a native histogram as the API writes it: populated buckets only, lowest first.
type bucketList struct {
	t          int64
	count, sum float64
	buckets    []bucketBounds
}

// bucketBounds is [rule, "lower", "upper", "count"]; rule 3, both bounds inclusive, marks the zero bucket
// of exponential buckets and the first of custom ones.
type bucketBounds struct {
	rule                int64
	lower, upper, count float64
}

// ruleBothInclusive is the boundary rule of a closed interval.
const ruleBothInclusive = 3

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
	whole := kindEither
	kinds := make([]bucketKind, len(r.histograms))
	for i, lists := range r.histograms {
		for _, list := range lists {
			kinds[i] = max(kinds[i], kindOf(list))
		}
		whole = max(whole, kinds[i])
	}
	for i, lists := range r.histograms {
		if len(lists) == 0 {
			continue
		}
		if kinds[i] == kindEither {
			kinds[i] = whole
		}
		points := make([]HistogramPoint, len(lists))
		for j, list := range lists {
			kind := kindOf(list)
			if kind == kindEither {
				kind = kinds[i]
			}
			h, err := rebuild(list, kind)
			if err != nil {
				return err
			}
			points[j] = HistogramPoint{T: list.t, H: h}
		}
		r.series[i].Histograms = points
	}
	return nil
}

// kindOf concludes the kind of buckets from their bounds.
func kindOf(list bucketList) bucketKind {
	if len(list.buckets) == 0 {
		return kindEither
	}
	schema, fits := findSchema(list.buckets)
	if !fits {
		return kindCustom
	}
	for _, b := range list.buckets {
		if b.upper <= 0 || isZeroBucket(b) {
			return kindExponential
		}
	}
	if schema > 0 {
		return kindExponential
	}
	return kindEither
}

// isZeroBucket tells the bucket around zero of exponential buckets.
func isZeroBucket(b bucketBounds) bool {
	return b.rule == ruleBothInclusive && b.lower == -b.upper
}

// rebuild makes a histogram of a list of buckets.
func rebuild(list bucketList, kind bucketKind) (*histogram.FloatHistogram, error) {
	for i, b := range list.buckets {
		if !(b.lower <= b.upper) || i > 0 && b.lower < list.buckets[i-1].upper {
			return nil, fmt.Errorf("it has a histogram whose buckets overlap at %g", b.lower)
		}
	}
	h := &histogram.FloatHistogram{Count: list.count, Sum: list.sum}
	if kind == kindCustom {
		return h, fillCustom(h, list.buckets)
	}
	schema, fits := findSchema(list.buckets)
	if !fits {
		return nil, errors.New("it has a histogram whose buckets have no schema")
	}
	h.Schema = schema
	fillExponential(h, list.buckets)
	return h, nil
}

// fillCustom makes custom bounds of all bounds that occur; a gap between two buckets is an empty one.
func fillCustom(h *histogram.FloatHistogram, buckets []bucketBounds) error {
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
		if math.IsNaN(b.lower) || math.IsNaN(b.upper) {
			return errors.New("it has a histogram with a bound of NaN")
		}
		appendSpan(&h.PositiveSpans, &next, index)
		h.PositiveBuckets = append(h.PositiveBuckets, b.count)
	}
	return nil
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

package promapi

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/prometheus/prometheus/model/labels"
)

// maxLabelBytes bounds a label's value; the labels package cannot hold 16 MB.
const maxLabelBytes = 1 << 20

// resultReader reads the data of a query.
type resultReader struct {
	dec       *jsontext.Decoder
	maxSeries int
	// maxSamples bounds samples, the number of those that were read, if it is positive; tooMany says that it did.
	maxSamples, samples int
	tooMany             bool
	resultType          string
	hasResult           bool
	series              []Series
	// histograms holds the native histograms of each series until all of them are known: only together
	// they tell what kind of buckets they have.
	histograms [][]bucketList
	builder    labels.ScratchBuilder
}

// read reads the value of the field data.
func (r *resultReader) read(dec *jsontext.Decoder) error {
	r.dec = dec
	return readObject(dec, func(name string) (err error) {
		switch name {
		case "resultType":
			if r.resultType, err = readString(dec); err == nil {
				err = r.checkType()
			}
		case "result":
			r.hasResult = true
			err = r.readResult()
		default:
			err = dec.SkipValue()
		}
		return err
	})
}

// checkType refuses types of result that are no numbers.
func (r *resultReader) checkType() error {
	switch r.resultType {
	case "matrix", "vector", "scalar":
		return nil
	default:
		return badResponse(fmt.Sprintf("Prometheus answered with the unknown result type %q", clean(r.resultType, 64)), hintNotAPI, nil)
	}
}

// readResult tells the types of result by their shape, since the type's name may come after it.
func (r *resultReader) readResult() error {
	if r.dec.PeekKind() == 'n' {
		return r.dec.SkipValue()
	}
	if err := expect(r.dec, '[', "a list"); err != nil {
		return err
	}
	if r.dec.PeekKind() == '0' {
		return r.readScalar()
	}
	for r.dec.PeekKind() == '{' {
		if len(r.series) >= r.maxSeries {
			return errCut
		}
		if err := r.readSeries(); err != nil {
			return err
		}
	}
	return expect(r.dec, ']', "the end of a list")
}

// readScalar reads the rest of [time, "value"].
func (r *resultReader) readScalar() error {
	at, err := r.dec.ReadToken()
	if err != nil {
		return err
	}
	t, err := parseTime([]byte(at.String()))
	if err != nil {
		return err
	}
	text, err := readString(r.dec)
	if err != nil {
		return err
	}
	v, err := parseValue(text)
	if err != nil {
		return err
	}
	r.series = append(r.series, Series{Floats: []FloatPoint{{T: t, V: v}}})
	r.histograms = append(r.histograms, nil)
	return expect(r.dec, ']', "the end of a list")
}

// readSeries reads one element of a matrix or a vector.
func (r *resultReader) readSeries() error {
	var s Series
	var histograms []bucketList
	err := readObject(r.dec, func(name string) (err error) {
		switch name {
		case "metric":
			s.Labels, err = r.readLabels()
		case "values":
			// Series of one answer are mostly of one length.
			if n := len(r.series); n > 0 {
				s.Floats = make([]FloatPoint, 0, len(r.series[n-1].Floats))
			}
			err = readArray(r.dec, func() error { return r.counted(1, r.readPoint(&s.Floats)) })
		case "value":
			err = r.readPoint(&s.Floats)
		case "histograms":
			err = readArray(r.dec, func() error {
				err := readBucketList(r.dec, &histograms)
				if err == nil {
					err = r.counted(1+len(histograms[len(histograms)-1].buckets), nil)
				}
				return err
			})
		case "histogram":
			err = readBucketList(r.dec, &histograms)
		default:
			err = r.dec.SkipValue()
		}
		return err
	})
	if err != nil {
		return err
	}
	r.series = append(r.series, s)
	r.histograms = append(r.histograms, histograms)
	return nil
}

// counted counts samples that were read, and ends the reading where there are more than may be kept.
func (r *resultReader) counted(n int, err error) error {
	if err != nil {
		return err
	}
	if r.samples += n; r.maxSamples > 0 && r.samples > r.maxSamples {
		r.tooMany = true
		return errCut
	}
	return nil
}

// readLabels reads the labels of a series; those without a value do not count.
func (r *resultReader) readLabels() (labels.Labels, error) {
	r.builder.Reset()
	err := readObject(r.dec, func(name string) error {
		value, err := readString(r.dec)
		if err != nil {
			return err
		}
		if len(name) > maxLabelBytes || len(value) > maxLabelBytes {
			return errors.New("it has a label of more than 1 MB")
		}
		if value != "" {
			r.builder.Add(name, value)
		}
		return nil
	})
	if err != nil {
		return labels.EmptyLabels(), err
	}
	r.builder.Sort()
	return r.builder.Labels(), nil
}

// readPoint reads [time, "value"]. There are many of them, so the pair is read at once.
func (r *resultReader) readPoint(points *[]FloatPoint) error {
	raw, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	point, err := parsePoint(raw)
	if err != nil {
		return err
	}
	*points = append(*points, point)
	return nil
}

// parsePoint parses [time, "value"], known to be valid JSON.
func parsePoint(raw []byte) (FloatPoint, error) {
	comma := bytes.IndexByte(raw, ',')
	if comma < 0 || raw[0] != '[' {
		return FloatPoint{}, errors.New("it has a sample that is not [time, value]")
	}
	t, err := parseTime(bytes.TrimSpace(raw[1:comma]))
	if err != nil {
		return FloatPoint{}, err
	}
	value := bytes.TrimSpace(raw[comma+1 : len(raw)-1])
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return FloatPoint{}, errors.New("it has a sample whose value is not a text")
	}
	if whole, ok := wholeNumber(value[1 : len(value)-1]); ok {
		return FloatPoint{T: t, V: float64(whole)}, nil
	}
	v, err := parseValue(string(value[1 : len(value)-1]))
	if err != nil {
		return FloatPoint{}, err
	}
	return FloatPoint{T: t, V: v}, nil
}

// wholeNumber reads the digits that nearly all times and counters consist of; false for anything else, and for more
// digits than a float64 holds.
func wholeNumber(text []byte) (int64, bool) {
	if len(text) == 0 || len(text) > 15 {
		return 0, false
	}
	var n int64
	for _, digit := range text {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		n = n*10 + int64(digit-'0')
	}
	return n, true
}

// parseTime parses unix seconds into milliseconds.
func parseTime(text []byte) (int64, error) {
	if seconds, ok := wholeNumber(text); ok && seconds <= 1e14 {
		return seconds * 1000, nil
	}
	seconds, err := strconv.ParseFloat(string(text), 64)
	// The bound keeps the product, and differences of times, within int64.
	if err != nil || math.Abs(seconds) > 1e14 {
		return 0, fmt.Errorf("it has a sample whose time is %q", clean(string(text), 64))
	}
	return int64(math.Round(seconds * 1000)), nil
}

// parseValue parses a sample's value, NaN and infinities among them.
func parseValue(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("it has a sample whose value is %q", clean(text, 64))
	}
	return v, nil
}

// result finishes what was read: points in the order of time, native histograms rebuilt, series in the
// order of their labels. cut says that the rest of the answer was not read.
func (r *resultReader) result(cut bool) ([]Series, error) {
	if !cut && (r.resultType == "" || !r.hasResult) {
		return nil, badResponse("the answer of Prometheus has no result", hintNotAPI, nil)
	}
	if err := r.rebuildHistograms(); err != nil {
		return nil, badResponse("the answer of Prometheus is damaged: "+err.Error(), hintProxy, err)
	}
	for i := range r.series {
		r.series[i].Floats = inOrder(r.series[i].Floats, func(p FloatPoint) int64 { return p.T })
		r.series[i].Histograms = inOrder(r.series[i].Histograms, func(p HistogramPoint) int64 { return p.T })
	}
	slices.SortStableFunc(r.series, func(a, b Series) int { return labels.Compare(a.Labels, b.Labels) })
	for i := 1; i < len(r.series); i++ {
		if labels.Equal(r.series[i-1].Labels, r.series[i].Labels) {
			return nil, badResponse("the series of the answer are not unique: "+clean(r.series[i].Labels.String(), 256)+" is there twice",
				"Check the labels that tell replicas apart, and deduplication", nil)
		}
	}
	return r.series, nil
}

// inOrder sorts points by time; of several at one time the last wins.
func inOrder[P any](points []P, at func(P) int64) []P {
	ordered := true
	for i := 1; i < len(points) && ordered; i++ {
		ordered = at(points[i-1]) < at(points[i])
	}
	if ordered {
		return points
	}
	slices.SortStableFunc(points, func(a, b P) int {
		switch {
		case at(a) < at(b):
			return -1
		case at(a) > at(b):
			return 1
		default:
			return 0
		}
	})
	kept := points[:0]
	for _, p := range points {
		if n := len(kept); n > 0 && at(kept[n-1]) == at(p) {
			kept[n-1] = p
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

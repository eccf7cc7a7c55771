package promapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/prometheus/prometheus/model/labels"
)

// MaxExemplars bounds the exemplars that are read of one answer; Prometheus keeps 100,000 of all series by default.
const MaxExemplars = 100_000

// ExemplarQuery asks for the exemplars of every series that a selector of Expr names, from Start to End.
type ExemplarQuery struct {
	Expr       string
	Start, End time.Time
}

// Exemplar is one observation that stands for the others of its bucket; T in unix milliseconds, Labels as the service
// gave them: trace_id, span_id.
type Exemplar struct {
	T      int64
	V      float64
	Labels labels.Labels
}

// ExemplarSeries holds the exemplars of one series in the order of time.
type ExemplarSeries struct {
	Labels    labels.Labels
	Exemplars []Exemplar
}

// Exemplars asks for exemplars. Series are sorted by labels. Engines without a store of exemplars answer with none or
// with an error. Errors are *Error.
func (c *Client) Exemplars(ctx context.Context, q ExemplarQuery) (series []ExemplarSeries, warnings []string, err error) {
	if strings.TrimSpace(q.Expr) == "" {
		return nil, nil, requestError("the query is empty")
	}
	params := url.Values{"query": {q.Expr}, "start": {formatTime(q.Start)}, "end": {formatTime(q.End)}}
	err = c.connection.do(ctx, endpoint{path: []string{"api", "v1", "query_exemplars"}}, params, func(body *bodyReader) error {
		reader := exemplarReader{}
		answer, err := readEnvelope(body, reader.read)
		if err != nil {
			return err
		}
		series, warnings = reader.series, answer.warnings
		if answer.cut {
			warnings = append(warnings, fmt.Sprintf("the exemplars were cut at %d", reader.count))
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for _, s := range series {
		slices.SortStableFunc(s.Exemplars, func(a, b Exemplar) int { return cmp.Compare(a.T, b.T) })
	}
	slices.SortStableFunc(series, func(a, b ExemplarSeries) int { return labels.Compare(a.Labels, b.Labels) })
	return series, warnings, nil
}

// exemplarReader reads the data of an answer: [{"seriesLabels": {}, "exemplars": [...]}].
type exemplarReader struct {
	labels resultReader
	series []ExemplarSeries
	count  int
}

func (r *exemplarReader) read(dec *jsontext.Decoder) error {
	r.labels.dec = dec
	return readArray(dec, func() error {
		// It is kept as far as it was read, should the answer be cut within it.
		r.series = append(r.series, ExemplarSeries{})
		one := &r.series[len(r.series)-1]
		return readObject(dec, func(name string) (err error) {
			switch name {
			case "seriesLabels":
				one.Labels, err = r.labels.readLabels()
			case "exemplars":
				err = readArray(dec, func() error { return r.readExemplar(&one.Exemplars) })
			default:
				err = dec.SkipValue()
			}
			return err
		})
	})
}

// readExemplar reads {"labels": {}, "value": "0.5", "timestamp": 1600096945.479}.
func (r *exemplarReader) readExemplar(into *[]Exemplar) error {
	if r.count >= MaxExemplars {
		return errCut
	}
	var e Exemplar
	timed, valued := false, false
	err := readObject(r.labels.dec, func(name string) (err error) {
		switch name {
		case "labels":
			e.Labels, err = r.labels.readLabels()
		case "value":
			e.V, err = readFloat(r.labels.dec)
			valued = true
		case "timestamp":
			var token jsontext.Token
			if token, err = r.labels.dec.ReadToken(); err == nil {
				e.T, err = parseTime([]byte(token.String()))
			}
			timed = true
		default:
			err = r.labels.dec.SkipValue()
		}
		return err
	})
	if err != nil {
		return err
	}
	if !timed || !valued {
		return errors.New("it has an exemplar without time or value")
	}
	*into = append(*into, e)
	r.count++
	return nil
}

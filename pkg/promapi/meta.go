package promapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// LabelNames returns the names of labels, sorted, and warnings. Errors are *Error.
func (c *Client) LabelNames(ctx context.Context, q MetaQuery) (names, warnings []string, err error) {
	return c.names(ctx, endpoint{path: []string{"api", "v1", "labels"}}, q)
}

// LabelValues returns the values of a label, sorted, and warnings. Errors are *Error.
func (c *Client) LabelValues(ctx context.Context, label string, q MetaQuery) (values, warnings []string, err error) {
	if !model.UTF8Validation.IsValidLabelName(label) {
		return nil, nil, requestError("%q is not the name of a label", label)
	}
	// In a path, names beyond the classic character set are written in the U__ escaping.
	segment := model.EscapeName(label, model.ValueEncodingEscaping)
	return c.names(ctx, endpoint{path: []string{"api", "v1", "label", segment, "values"}, getOnly: true}, q)
}

// names asks for a list of texts.
func (c *Client) names(ctx context.Context, e endpoint, q MetaQuery) (names, warnings []string, err error) {
	err = c.list(ctx, e, q, &warnings, func() { names = nil }, func(dec *jsontext.Decoder) error {
		name, err := readString(dec)
		if err == nil {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(names)
	return names, warnings, nil
}

// Series returns the label sets of series, sorted, and warnings. q.Match must not be empty. Errors are *Error.
func (c *Client) Series(ctx context.Context, q MetaQuery) (series []labels.Labels, warnings []string, err error) {
	if len(q.Match) == 0 {
		return nil, nil, requestError("a question for series needs a selector")
	}
	reader := resultReader{}
	err = c.list(ctx, endpoint{path: []string{"api", "v1", "series"}}, q, &warnings, func() { series = nil }, func(dec *jsontext.Decoder) error {
		reader.dec = dec
		one, err := reader.readLabels()
		if err == nil {
			series = append(series, one)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(series, labels.Compare)
	return series, warnings, nil
}

// list asks for a list and hands its elements to element, after begin, at most q.Limit of them; a cut adds a warning.
// Without a limit, as many are kept as an answer may have series.
func (c *Client) list(ctx context.Context, e endpoint, q MetaQuery, warnings *[]string, begin func(), element func(*jsontext.Decoder) error) error {
	params := q.params()
	if q.Limit <= 0 || q.Limit > c.options.MaxSeries {
		q.Limit = c.options.MaxSeries
	}
	return c.connection.do(ctx, e, params, func(body *bodyReader) error {
		begin()
		count := 0
		answer, err := readEnvelope(body, func(dec *jsontext.Decoder) error {
			return readArray(dec, func() error {
				if q.Limit > 0 && count >= q.Limit {
					return errCut
				}
				if err := element(dec); err != nil {
					return err
				}
				count++
				return nil
			})
		})
		switch {
		case err != nil:
			return err
		case body.tooLarge() && count == 0:
			return tooLargeError(c.options.MaxBytes)
		case body.tooLarge():
			*warnings = slices.Concat(answer.warnings, []string{fmt.Sprintf("the list was cut at %d bytes", c.options.MaxBytes)})
		case answer.cut:
			*warnings = append(slices.DeleteFunc(answer.warnings, isLimitWarning), fmt.Sprintf("the list was cut at %d", q.Limit))
		default:
			*warnings = answer.warnings
		}
		return nil
	})
}

// params are the parameters of a question about names or series. One more than the limit is asked for:
// some engines cut silently, and so a cut shows on all of them.
func (q MetaQuery) params() url.Values {
	params := url.Values{}
	if len(q.Match) > 0 {
		params["match[]"] = q.Match
	}
	if !q.Start.IsZero() {
		params.Set("start", formatTime(q.Start))
	}
	if !q.End.IsZero() {
		params.Set("end", formatTime(q.End))
	}
	if q.Limit > 0 {
		params.Set("limit", strconv.Itoa(q.Limit+1))
	}
	return params
}

// tooLargeError is an answer of which nothing fits the cap on bytes.
func tooLargeError(limit int64) *Error {
	return badResponse(fmt.Sprintf("the answer of Prometheus is larger than the limit of %d bytes", limit),
		hintNarrow+", or raise the limit on bytes", errTooLarge)
}

// Metadata returns what targets said about metrics by name: about one metric, or all if metric is empty;
// about at most limit metrics if limit is positive. Errors are *Error.
func (c *Client) Metadata(ctx context.Context, metric string, limit int) (map[string][]Metadata, error) {
	params := url.Values{}
	if metric != "" {
		params.Set("metric", metric)
	}
	if limit > 0 {
		params.Set("limit", strconv.Itoa(limit))
	}
	metadata := map[string][]Metadata{}
	err := c.object(ctx, endpoint{path: []string{"api", "v1", "metadata"}, getOnly: true}, params, &metadata)
	if err != nil {
		return nil, err
	}
	return metadata, nil
}

// BuildInfo returns what the engine says of itself. Errors are *Error.
func (c *Client) BuildInfo(ctx context.Context) (BuildInfo, error) {
	var info BuildInfo
	err := c.object(ctx, endpoint{path: []string{"api", "v1", "status", "buildinfo"}, getOnly: true}, nil, &info)
	return info, err
}

// object asks for an answer whose data is small enough to be decoded whole.
func (c *Client) object(ctx context.Context, e endpoint, params url.Values, into any) error {
	return c.connection.do(ctx, e, params, func(body *bodyReader) error {
		answer, err := readEnvelope(body, func(dec *jsontext.Decoder) error {
			raw, err := dec.ReadValue()
			if err != nil {
				return err
			}
			if raw.Kind() != '{' && raw.Kind() != 'n' {
				return errors.New("it has data that is no object")
			}
			if err := json.Unmarshal(raw, into); err != nil {
				return fmt.Errorf("it has data of another shape: %w", err)
			}
			return nil
		})
		if err == nil && answer.cut {
			return tooLargeError(c.options.MaxBytes)
		}
		return err
	})
}

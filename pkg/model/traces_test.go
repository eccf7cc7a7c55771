package model_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

func TestTracesAreRead(t *testing.T) {
	for name, test := range map[string]struct {
		json, label string
	}{
		"nothing":       {`{}`, "trace_id"},
		"a datasource":  {`{"traces":{"datasourceUid":"jaeger"}}`, "trace_id"},
		"a page":        {`{"traces":{"url":"https://jaeger.example/trace/${traceId}?ui=1"}}`, "trace_id"},
		"another label": {`{"traces":{"label":"traceID"}}`, "traceID"},
	} {
		t.Run(name, func(t *testing.T) {
			settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(test.json))
			require.NoError(t, err)
			assert.Equal(t, test.label, settings.TraceLabel())
		})
	}
}

func TestTracesAreRefusedByName(t *testing.T) {
	for name, test := range map[string]struct {
		json, field string
	}{
		"no placeholder": {`{"traces":{"url":"http://jaeger/trace/"}}`, "traces.url"},
		"a script":       {`{"traces":{"url":"javascript:alert('${traceId}')"}}`, "traces.url"},
		"no host":        {`{"traces":{"url":"/trace/${traceId}"}}`, "traces.url"},
		"no address":     {`{"traces":{"url":"http://[${traceId}"}}`, "traces.url"},
		"a novel":        {`{"traces":{"url":"http://jaeger/${traceId}` + strings.Repeat("x", 3000) + `"}}`, "traces.url"},
		"no uid":         {`{"traces":{"datasourceUid":"a/b"}}`, "traces.datasourceUid"},
		"no label":       {`{"traces":{"label":"__name__"}}`, "traces.label"},
		"no object":      {`{"traces":"jaeger"}`, "traces"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := vocabulary.BuiltIn().DecodeSettings([]byte(test.json))
			var wrong *InvalidError
			require.True(t, errors.As(err, &wrong), "%v", err)
			assert.Equal(t, test.field, wrong.Field)
		})
	}
}

func TestWantsExemplars(t *testing.T) {
	yes, no := true, false
	for name, test := range map[string]struct {
		query  Query
		traces *Traces
		want   bool
	}{
		"asked":                      {Query{QueryType: QuerySplit, Exemplars: &yes}, nil, true},
		"asked of a comparison":      {Query{QueryType: QueryCompare, Exemplars: &yes}, nil, true},
		"with traces":                {Query{QueryType: QueryCompare}, &Traces{}, true},
		"without traces":             {Query{QueryType: QueryCompare}, nil, false},
		"refused":                    {Query{QueryType: QueryCompare, Exemplars: &no}, &Traces{}, false},
		"a table has no place":       {Query{QueryType: QueryCompare, Format: FormatTable, Exemplars: &yes}, nil, false},
		"an alert rule sees none":    {Query{QueryType: QuerySplit, Format: FormatAlert, Exemplars: &yes}, nil, false},
		"a distribution has no time": {Query{QueryType: QueryDistribution, Exemplars: &yes}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if test.query.Format == "" {
				test.query.Format = FormatsOf(test.query.QueryType)[0]
			}
			assert.Equal(t, test.want, Settings{Traces: test.traces}.WantsExemplars(test.query))
		})
	}
}

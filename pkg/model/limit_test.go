package model

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLimit(t *testing.T) {
	tests := map[string]struct{ change, field string }{
		"as it should be":             {`"queryType":"split","format":"alert","threshold":{"value":0.02,"minRequests":100}`, ""},
		"without any allowance":       {`"queryType":"split","format":"alert","threshold":{"value":0.02,"standardErrors":0}`, ""},
		"of series":                   {`"queryType":"split","threshold":{"value":0.02}`, "threshold"},
		"of a comparison":             {`"queryType":"compare","format":"alert","threshold":{"value":0.02}`, "threshold"},
		"below 0":                     {`"queryType":"split","format":"alert","threshold":{"value":-1}`, "threshold.value"},
		"a negative number":           {`"queryType":"split","format":"alert","threshold":{"value":1,"minRequests":-1}`, "threshold.minRequests"},
		"more errors than make sense": {`"queryType":"split","format":"alert","threshold":{"value":1,"standardErrors":11}`, "threshold.standardErrors"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var query Query
			require.NoError(t, json.Unmarshal([]byte(`{"flag":"checkout","signals":["errors"],`+test.change+`}`), &query))
			_, err := query.Validate()
			if test.field == "" {
				require.NoError(t, err)
				return
			}
			var wrong *InvalidError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, test.field, wrong.Field)
		})
	}
}

package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

func TestMarkersAreValidated(t *testing.T) {
	for name, test := range map[string]struct {
		json  string
		wrong string
	}{
		"one":               {json: `{"markers":[{"metric":"maintenance","title":"maintenance"}]}`},
		"none":              {json: `{"markers":[]}`},
		"no metric":         {json: `{"markers":[{"title":"load test"}]}`, wrong: "markers[0].metric"},
		"no title":          {json: `{"markers":[{"metric":"a","title":"a"},{"metric":"b"}]}`, wrong: "markers[1].title"},
		"a title as a book": {json: `{"markers":[{"metric":"a","title":"` + strings.Repeat("x", 81) + `"}]}`, wrong: "markers[0].title"},
		"too many":          {json: `{"markers":[` + strings.Repeat(`{"metric":"a","title":"a"},`, 10) + `{"metric":"a","title":"a"}]}`, wrong: "markers"},
		"no list":           {json: `{"markers":{"metric":"a"}}`, wrong: "markers"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := vocabulary.BuiltIn().DecodeSettings([]byte(test.json))
			if test.wrong == "" {
				require.NoError(t, err)
				return
			}
			var invalid *InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, test.wrong, invalid.Field)
		})
	}
}

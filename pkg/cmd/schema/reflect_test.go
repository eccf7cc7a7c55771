package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// The committed schema is what the structs give. `npm run generate` writes it anew.
func TestSchemaIsInSync(t *testing.T) {
	t.Chdir("../../..")
	files, err := Files()
	require.NoError(t, err)
	require.Len(t, files, 5)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("schema", name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "schema/%s has drifted: run npm run generate", name)
	}
}

// The words that a schema allows a field are written in a tag of the field; they are those of the list that the code
// checks it against.
func TestSchemasAllowWhatIsChecked(t *testing.T) {
	t.Chdir("../../..")
	known := map[string]bool{}
	for _, e := range model.Enums() {
		known[sorted(e.Values)] = true
	}
	files, err := Files()
	require.NoError(t, err)
	found := 0
	var visit func(where string, value any)
	visit = func(where string, value any) {
		switch v := value.(type) {
		case map[string]any:
			if words, ok := v["enum"].([]any); ok && where != "httpMethod" {
				found++
				var values []string
				for _, word := range words {
					values = append(values, word.(string))
				}
				require.True(t, known[sorted(values)], "%s allows %v, which is no list of the model", where, values)
			}
			for name, part := range v {
				visit(name, part)
			}
		case []any:
			for _, part := range v {
				visit(where, part)
			}
		}
	}
	for name, content := range files {
		if strings.HasSuffix(name, ".schema.json") {
			var schema any
			require.NoError(t, json.Unmarshal(content, &schema))
			visit(name, schema)
		}
	}
	require.Greater(t, found, 10)
}

func sorted(words []string) string { return strings.Join(slices.Sorted(slices.Values(words)), " ") }

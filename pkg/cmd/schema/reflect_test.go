package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The committed schema is what the structs give. `npm run generate` writes it anew.
func TestSchemaIsInSync(t *testing.T) {
	t.Chdir("../../..")
	files, err := Files()
	require.NoError(t, err)
	require.Len(t, files, 4)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("schema", name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "schema/%s has drifted: run npm run generate", name)
	}
}

package model_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// The settings that a guide advises are settings that the plugin takes.
func TestDocumentedSettings(t *testing.T) {
	guide, err := os.ReadFile("../../docs/instrumentation/layers.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(guide, -1)
	require.Len(t, blocks, 2)
	for _, block := range blocks {
		settings, err := vocabulary.BuiltIn().DecodeSettings(block[1])
		require.NoError(t, err)
		judged := ids(settings.Judged(vocabulary.BuiltIn()))
		require.Len(t, judged, 3, "latency, errors, and the signal of the example: %v", judged)
	}
}

// So are those that the guide to events advises: its signal is judged beside latency and errors.
func TestDocumentedEventSettings(t *testing.T) {
	guide, err := os.ReadFile("../../docs/instrumentation/events.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(guide, -1)
	require.Len(t, blocks, 1)
	settings, err := vocabulary.BuiltIn().DecodeSettings(blocks[0][1])
	require.NoError(t, err)
	require.Equal(t, []string{"latency", "errors", "conversion"}, ids(settings.Judged(vocabulary.BuiltIn())))
}

package rollout

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// variants of the flag that is rolled out.
var variants = []string{"off", "on"}

func clientOf(t testing.TB, url string) *promapi.Client {
	t.Helper()
	client, err := promapi.NewClient(&http.Client{}, url, promapi.Options{GeneratedPromQL: true})
	require.NoError(t, err)
	return client
}

func settingsOf(t testing.TB, jsonData string) model.Settings {
	t.Helper()
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(jsonData))
	require.NoError(t, err)
	return settings
}

// at is a clock that stands so that everything up to a time is complete.
func at(end time.Time) func() time.Time {
	return func() time.Time { return end.Add(15*time.Second + promapi.Lag) }
}

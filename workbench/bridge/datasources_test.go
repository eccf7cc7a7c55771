package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
)

func TestFollowAppliesAndRefusesLineByLine(t *testing.T) {
	sources := newDatasources()
	input := strings.Join([]string{
		`{"uid":"flaglens","name":"Flaglens","url":"http://localhost:9090","basicAuth":true,"basicAuthUser":"me",` +
			`"jsonData":{"httpMethod":"GET"},"secureJsonData":{"basicAuthPassword":"secret"}}`,
		``,
		`{"name":"nameless"}`,
		`not JSON`,
		`{"uid":"other","type":"prometheus"}`,
	}, "\n")
	var output bytes.Buffer
	require.NoError(t, sources.follow(strings.NewReader(input), &output, hclog.NewNullLogger()))

	answers := strings.Split(strings.TrimSpace(output.String()), "\n")
	require.Len(t, answers, 4)
	require.Equal(t, "applied", answers[0])
	require.Equal(t, "refused: uid is missing", answers[1])
	require.Contains(t, answers[2], "refused: not a datasource")
	require.Contains(t, answers[3], `type is "prometheus"`)

	settings, ok := sources.get("flaglens")
	require.True(t, ok)
	require.Equal(t, "http://localhost:9090", settings.URL)
	require.True(t, settings.BasicAuthEnabled)
	require.Equal(t, "me", settings.BasicAuthUser)
	require.JSONEq(t, `{"httpMethod":"GET"}`, string(settings.JSONData))
	require.Equal(t, map[string]string{"basicAuthPassword": "secret"}, settings.DecryptedSecureJSONData)
	_, ok = sources.get("other")
	require.False(t, ok)
}

func TestPutMovesUpdatedOnEvenWithinOneMillisecond(t *testing.T) {
	sources := newDatasources()
	moment := time.UnixMilli(1_700_000_000_000)
	require.NoError(t, sources.put([]byte(`{"uid":"a","url":"http://one"}`), moment))
	before, _ := sources.get("a")
	require.NoError(t, sources.put([]byte(`{"uid":"a","url":"http://two"}`), moment))
	after, _ := sources.get("a")
	require.Equal(t, "http://two", after.URL)
	require.Equal(t, before.ID, after.ID)
	require.True(t, after.Updated.After(before.Updated))
}

func TestCheckLoopback(t *testing.T) {
	for address, fine := range map[string]bool{
		"127.0.0.1:0": true, "[::1]:80": true, "0.0.0.0:0": false, ":8080": false, "192.168.1.1:1": false, "127.0.0.1": false,
	} {
		err := checkLoopback(address)
		require.Equal(t, fine, err == nil, address)
	}
}

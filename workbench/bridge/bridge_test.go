package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary play the backend: started over go-plugin's handshake it serves, so that the
// tests below drive the real protocol with a real process.
func TestMain(m *testing.M) {
	if os.Getenv("grafana_plugin_type") != "" {
		if err := backend.Manage(datasourcePluginID, backend.ServeOpts{QueryDataHandler: probe{}, CheckHealthHandler: probe{}, CallResourceHandler: probe{}}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// probe answers with what it was given: the URL of the settings, and its own process id.
type probe struct{}

func (probe) QueryData(_ context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, query := range request.Queries {
		response.Responses[query.RefID] = backend.DataResponse{Frames: data.Frames{data.NewFrame("",
			data.NewField("url", nil, []string{request.PluginContext.DataSourceInstanceSettings.URL}))}}
	}
	return response, nil
}

func (probe) CheckHealth(context.Context, *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: strconv.Itoa(os.Getpid())}, nil
}

func (probe) CallResource(_ context.Context, request *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	return sender.Send(&backend.CallResourceResponse{Status: http.StatusOK, Body: []byte(request.Method + " " + request.URL)})
}

type runningBridge struct {
	base   string
	stdin  *io.PipeWriter
	output *bufio.Reader
	done   chan error
}

func startBridge(t *testing.T) runningBridge {
	t.Helper()
	executable, err := os.Executable()
	require.NoError(t, err)
	stdinReader, stdinWriter := io.Pipe()
	outputReader, outputWriter := io.Pipe()
	running := runningBridge{stdin: stdinWriter, output: bufio.NewReader(outputReader), done: make(chan error, 1)}
	go func() {
		running.done <- run(context.Background(), options{backend: executable, listen: "127.0.0.1:0", logLevel: "off"}, stdinReader, outputWriter, io.Discard)
	}()
	t.Cleanup(func() { _ = stdinWriter.Close() })
	line, err := running.output.ReadString('\n')
	require.NoError(t, err)
	address, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	require.True(t, found, line)
	running.base = "http://" + address
	return running
}

// configure sends settings and waits until the bridge has applied them.
func (b runningBridge) configure(t *testing.T, settings string) {
	t.Helper()
	_, err := io.WriteString(b.stdin, settings+"\n")
	require.NoError(t, err)
	line, err := b.output.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "applied\n", line)
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

func TestBridgeSpeaksToARealProcess(t *testing.T) {
	bridge := startBridge(t)
	bridge.configure(t, `{"uid":"flaglens","url":"http://first"}`)

	status, body := get(t, bridge.base+"/api/datasources/uid/flaglens/resources/flags?x=1")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "GET flags?x=1", body)

	for _, url := range []string{"http://first", "http://second"} {
		bridge.configure(t, `{"uid":"flaglens","url":"`+url+`"}`)
		response, err := http.Post(bridge.base+"/api/ds/query", "application/json", strings.NewReader(oneQuery))
		require.NoError(t, err)
		content, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Contains(t, string(content), `"values":[["`+url+`"]]`)
	}
}

func TestBridgeStartsACrashedBackendAgain(t *testing.T) {
	bridge := startBridge(t)
	bridge.configure(t, plainSettings)
	first := backendPID(t, bridge)
	require.NoError(t, syscall.Kill(first, syscall.SIGKILL))

	require.Eventually(t, func() bool {
		status, body := get(t, bridge.base+"/api/datasources/uid/flaglens/health")
		if status == http.StatusBadGateway {
			require.Contains(t, body, "started again")
		}
		return status == http.StatusOK
	}, 20*time.Second, 50*time.Millisecond)
	require.NotEqual(t, first, backendPID(t, bridge))
}

func TestBridgeEndsWithItsStdinAndTakesTheBackendAlong(t *testing.T) {
	bridge := startBridge(t)
	bridge.configure(t, plainSettings)
	pid := backendPID(t, bridge)
	require.NoError(t, bridge.stdin.Close())
	select {
	case err := <-bridge.done:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the bridge outlived its stdin")
	}
	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH)
}

func TestStartFailsWithoutABinary(t *testing.T) {
	err := run(context.Background(), options{backend: t.TempDir() + "/none", listen: "127.0.0.1:0"}, strings.NewReader(""), io.Discard, io.Discard)
	require.ErrorContains(t, err, "no backend binary")
}

func backendPID(t *testing.T, bridge runningBridge) int {
	t.Helper()
	status, body := get(t, bridge.base+"/api/datasources/uid/flaglens/health")
	require.Equal(t, http.StatusOK, status, body)
	var health struct {
		Message string `json:"message"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &health))
	pid, err := strconv.Atoi(health.Message)
	require.NoError(t, err)
	return pid
}

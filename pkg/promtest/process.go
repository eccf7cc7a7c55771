package promtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Serve runs the Prometheus binary, of any major version, on a folder of stored samples. address is a free one on
// loopback, as FreeAddress gives it.
func Serve(t testing.TB, binary, folder, address string, flags ...string) *Server {
	t.Helper()
	configuration := filepath.Join(t.TempDir(), "prometheus.yml")
	require.NoError(t, os.WriteFile(configuration, []byte("global: {}\n"), 0o600))
	return Launch(t, binary, address, "/-/ready", append([]string{
		"--config.file=" + configuration, "--storage.tsdb.path=" + folder, "--storage.tsdb.retention.time=100y",
		"--web.listen-address=" + address,
	}, flags...)...)
}

// Launch runs a server and returns once it answers its path of readiness on address.
func Launch(t testing.TB, binary, address, readiness string, args ...string) *Server {
	t.Helper()
	//nolint:gosec // The binary is the one that the test was told to use.
	process := exec.CommandContext(context.Background(), binary, args...)
	var log lockedBuffer
	process.Stdout, process.Stderr = &log, &log
	require.NoError(t, process.Start())
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		_ = process.Wait()
	}()
	server := &Server{URL: "http://" + address, Stop: func() {
		_ = process.Process.Kill()
		<-exited
	}}
	t.Cleanup(server.Stop)
	require.Eventually(t, func() bool {
		select {
		case <-exited:
			return true
		default:
			return ready(server.URL + readiness)
		}
	}, time.Minute, 50*time.Millisecond, "%s did not become ready", filepath.Base(binary))
	require.True(t, ready(server.URL+readiness), "%s ended at once: %s", filepath.Base(binary), &log)
	return server
}

func ready(url string) bool {
	response, err := http.Get(url) //nolint:gosec,noctx // a loopback address of our own
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// Executable finds the Prometheus to test against: the one that FLAGLENS_PROMETHEUS names, else the one that the project
// builds. The test fails where there is none.
func Executable(t testing.TB) string {
	t.Helper()
	if named := os.Getenv("FLAGLENS_PROMETHEUS"); named != "" {
		_, err := os.Stat(named)
		require.NoError(t, err, "FLAGLENS_PROMETHEUS names no file")
		return named
	}
	folder, err := os.Getwd()
	require.NoError(t, err)
	for ; folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		built := filepath.Join(folder, ".cache", "bin", "prometheus")
		if _, err := os.Stat(built); err == nil {
			return built
		}
	}
	require.FailNow(t, "There is no Prometheus to test against: run npm test, which builds one, or set FLAGLENS_PROMETHEUS.")
	return ""
}

// FreeAddress is an address on loopback on which nothing listens.
func FreeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // loopback
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// lockedBuffer keeps what a process says.
type lockedBuffer struct {
	mutex sync.Mutex
	bytes bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.bytes.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return fmt.Sprintf("%.4000s", b.bytes.String())
}

// Package serve runs a Prometheus for benchmarks, on loopback.
package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Prometheus runs binary, or the one of .cache/bin if it is empty, on the blocks of the folder tsdb in data, until it is stopped.
func Prometheus(ctx context.Context, binary, data string) (url string, server *exec.Cmd, err error) {
	if binary == "" {
		binary = filepath.Join(".cache", "bin", "prometheus")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("find a port: %w", err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return "", nil, fmt.Errorf("free the port: %w", err)
	}
	configuration := filepath.Join(data, "prometheus.yml")
	if err := os.WriteFile(configuration, []byte("global: {}\n"), 0o600); err != nil {
		return "", nil, fmt.Errorf("write the configuration: %w", err)
	}
	//nolint:gosec // The binary is the one that the caller named.
	server = exec.CommandContext(ctx, binary, "--config.file="+configuration,
		"--storage.tsdb.path="+filepath.Join(data, "tsdb"), "--storage.tsdb.retention.time=100y", "--web.listen-address="+address)
	if err := server.Start(); err != nil {
		return "", nil, fmt.Errorf("start Prometheus: %w", err)
	}
	url = "http://" + address
	for range 600 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/-/ready", nil)
		if err != nil {
			Stop(server)
			return "", nil, fmt.Errorf("ask Prometheus: %w", err)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return url, server, nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	Stop(server)
	return "", nil, errors.New("the Prometheus that was started did not become ready")
}

// Stop ends a Prometheus.
func Stop(server *exec.Cmd) {
	_ = server.Process.Kill()
	_ = server.Wait()
}

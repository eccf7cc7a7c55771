package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

const (
	crashCheckInterval = 200 * time.Millisecond
	firstRestartPause  = 500 * time.Millisecond
	longestRestartWait = 10 * time.Second
)

// errBackendDown says that the backend process is not running at the moment.
var errBackendDown = errors.New("the backend is not running")

// plugin is the set of services that a running backend offers.
type plugin struct {
	data        grpcplugin.DataClient
	resource    grpcplugin.ResourceClient
	diagnostics grpcplugin.DiagnosticsClient
}

// pluginSource hands out the services of the backend, or errBackendDown with the reason.
type pluginSource interface {
	plugin() (plugin, error)
}

// supervisor keeps one backend process alive, as Grafana does: one that ends is started again, with
// pauses that grow while it keeps ending.
type supervisor struct {
	path   string
	logger hclog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{}

	mutex    sync.RWMutex
	client   *goplugin.Client
	services plugin
	reason   error
}

// startSupervisor starts the backend and fails if the first start does: a wrong path or a binary of another
// platform does not get better by waiting.
func startSupervisor(path string, logger hclog.Logger) (*supervisor, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("path of the backend: %w", err)
	}
	if info, err := os.Stat(absolute); err != nil || info.IsDir() {
		return nil, fmt.Errorf("there is no backend binary at %q", path)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &supervisor{path: absolute, logger: logger, ctx: ctx, cancel: cancel, done: make(chan struct{})}
	if err := s.start(); err != nil {
		cancel()
		return nil, err
	}
	go s.watch()
	return s, nil
}

// plugin returns the services of the running backend.
func (s *supervisor) plugin() (plugin, error) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	if s.client == nil || s.client.Exited() {
		if s.reason != nil {
			return plugin{}, fmt.Errorf("%w: %w", errBackendDown, s.reason)
		}
		return plugin{}, errBackendDown
	}
	return s.services, nil
}

// stop ends the backend and waits for it.
func (s *supervisor) stop() {
	s.cancel()
	<-s.done
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.client != nil {
		s.client.Kill()
		s.client = nil
	}
}

func (s *supervisor) start() error {
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{
			grpcplugin.ProtocolVersion: {
				"data":        &grpcplugin.DataGRPCPlugin{},
				"resource":    &grpcplugin.ResourceGRPCPlugin{},
				"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
			},
		},
		Cmd:              backendCommand(s.path),
		SkipHostEnv:      true,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           s.logger.Named("backend"),
	})
	services, err := dispenseAll(client)
	if err != nil {
		client.Kill()
		return fmt.Errorf("start the backend: %w", err)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.client, s.services, s.reason = client, services, nil
	return nil
}

// watch starts the backend again whenever it has ended, until the supervisor is stopped.
func (s *supervisor) watch() {
	defer close(s.done)
	pause := firstRestartPause
	started := time.Now()
	for s.sleep(crashCheckInterval) {
		s.mutex.RLock()
		alive := s.client != nil && !s.client.Exited()
		s.mutex.RUnlock()
		if alive {
			if time.Since(started) > longestRestartWait {
				pause = firstRestartPause
			}
			continue
		}
		s.logger.Warn("the backend has ended and is started again", "pause", pause)
		if !s.sleep(pause) {
			return
		}
		pause = min(2*pause, longestRestartWait)
		started = time.Now()
		if err := s.start(); err != nil {
			s.logger.Error("the backend does not start", "error", err)
			s.mutex.Lock()
			s.client, s.reason = nil, err
			s.mutex.Unlock()
		}
	}
}

// sleep waits for d and reports false if the supervisor was stopped meanwhile.
func (s *supervisor) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func dispenseAll(client *goplugin.Client) (plugin, error) {
	rpc, err := client.Client()
	if err != nil {
		return plugin{}, fmt.Errorf("handshake: %w", err)
	}
	data, err := dispense[grpcplugin.DataClient](rpc, "data")
	if err != nil {
		return plugin{}, err
	}
	resource, err := dispense[grpcplugin.ResourceClient](rpc, "resource")
	if err != nil {
		return plugin{}, err
	}
	diagnostics, err := dispense[grpcplugin.DiagnosticsClient](rpc, "diagnostics")
	if err != nil {
		return plugin{}, err
	}
	return plugin{data: data, resource: resource, diagnostics: diagnostics}, nil
}

func dispense[T any](rpc goplugin.ClientProtocol, name string) (T, error) {
	var none T
	raw, err := rpc.Dispense(name)
	if err != nil {
		return none, fmt.Errorf("service %s: %w", name, err)
	}
	service, ok := raw.(T)
	if !ok {
		return none, fmt.Errorf("service %s is of the unexpected type %T", name, raw)
	}
	return service, nil
}

// passedOn are the variables of the environment that the backend gets: as in Grafana, not all of the host's.
var passedOn = []string{
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT",
}

// backendCommand has no context that ends it: go-plugin asks the process to end before it kills it.
func backendCommand(path string) *exec.Cmd {
	command := exec.CommandContext(context.Background(), path)
	command.Dir = filepath.Dir(path)
	for _, name := range passedOn {
		for _, spelling := range []string{name, strings.ToLower(name)} {
			if value, ok := os.LookupEnv(spelling); ok {
				command.Env = append(command.Env, spelling+"="+value)
			}
		}
	}
	command.Env = append(command.Env, "GF_VERSION="+grafanaVersion)
	return command
}

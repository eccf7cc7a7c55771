// Command bridge starts the datasource's backend binary as Grafana does, over go-plugin's handshake and
// gRPC, and serves Grafana's own HTTP shapes for it on loopback. The workbench and the tests use it to
// talk to the very binary that Grafana would run, without a Grafana.
//
// Datasource settings arrive on stdin, one JSON object a line, in the shape of Grafana's provisioning
// files; a later line with the same uid replaces the former. The end of stdin ends the bridge and the
// backend with it, so that neither can outlive the process that started them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
)

type options struct {
	backend  string
	listen   string
	settings string
	logLevel string
}

func main() {
	var opts options
	flag.StringVar(&opts.backend, "backend", "", "path of the backend binary (gpx_flaglens_<os>_<arch>)")
	flag.StringVar(&opts.listen, "listen", "127.0.0.1:0", "loopback address to listen on; port 0 takes a free one")
	flag.StringVar(&opts.settings, "settings", "", "file with the settings of one datasource, read before stdin")
	flag.StringVar(&opts.logLevel, "log-level", "warn", "trace, debug, info, warn or error")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, opts, os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bridge: "+err.Error())
		os.Exit(1)
	}
}

// run serves until ctx ends or stdin does. It prints "listening on HOST:PORT" to stdout once it answers.
func run(ctx context.Context, opts options, stdin io.Reader, stdout, stderr io.Writer) error {
	logger := hclog.New(&hclog.LoggerOptions{
		Name:   "bridge",
		Output: stderr,
		Level:  hclog.LevelFromString(opts.logLevel),
	})
	if err := checkLoopback(opts.listen); err != nil {
		return err
	}
	sources := newDatasources()
	if opts.settings != "" {
		content, err := os.ReadFile(opts.settings)
		if err != nil {
			return fmt.Errorf("read settings: %w", err)
		}
		if err := sources.put(content, time.Now()); err != nil {
			return fmt.Errorf("settings in %s: %w", opts.settings, err)
		}
	}

	supervisor, err := startSupervisor(opts.backend, logger)
	if err != nil {
		return err
	}
	defer supervisor.stop()

	var listenConfig net.ListenConfig
	listener, err := listenConfig.Listen(ctx, "tcp", opts.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{
		Handler:           newHandler(sources, supervisor, readPluginVersion(opts.backend), logger),
		ReadHeaderTimeout: 10 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	stdinEnded := make(chan error, 1)
	go func() { stdinEnded <- sources.follow(stdin, stdout, logger) }()
	if _, err := fmt.Fprintf(stdout, "listening on %s\n", listener.Addr()); err != nil {
		return fmt.Errorf("announce the address: %w", err)
	}

	var outcome error
	select {
	case <-ctx.Done():
	case outcome = <-stdinEnded:
	case outcome = <-served:
	}
	shutdownContext, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := server.Shutdown(shutdownContext); err != nil {
		// Requests that still run at the deadline are cut: whoever asked is going away too.
		_ = server.Close()
	}
	if errors.Is(outcome, http.ErrServerClosed) {
		return nil
	}
	return outcome
}

// checkLoopback refuses an address that other machines could reach: there are no users here to keep them out.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen address: %w", err)
	}
	ip := net.ParseIP(host)
	if ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("listen address %q is not on loopback", address)
	}
	return nil
}

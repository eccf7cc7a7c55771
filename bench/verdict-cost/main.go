// Command verdict-cost measures what a verdict costs: the signals latency and errors of a rollout of seven days on twenty
// instances, from a real Prometheus, cold and refreshed. It fails where a verdict costs more than it may.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/flaglens/flaglens/bench/internal/serve"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/plugin"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// What a verdict may cost.
const (
	mostCold      = 2 * time.Second
	mostRefreshed = 100 * time.Millisecond
	mostMemory    = 200 << 20
)

type options struct {
	prometheus, data  string
	profile, heap     string
	refreshProfile    string
	days, instances   int
	rounds, refreshes int
	check, list       bool
}

func main() {
	var o options
	flag.StringVar(&o.prometheus, "prometheus", os.Getenv("FLAGLENS_PROMETHEUS"), "the Prometheus to run; the one of .cache/bin if empty")
	flag.StringVar(&o.data, "data", "", "folder that keeps the data for the next time; a temporary one if empty")
	flag.IntVar(&o.days, "days", 7, "length of the rollout")
	flag.IntVar(&o.instances, "instances", 20, "instances of the service")
	flag.IntVar(&o.rounds, "rounds", 5, "verdicts from nothing")
	flag.IntVar(&o.refreshes, "refreshes", 20, "refreshes, a minute each")
	flag.StringVar(&o.profile, "profile", "", "file to write a CPU profile of the verdicts from nothing to")
	flag.StringVar(&o.refreshProfile, "refresh-profile", "", "file to write a CPU profile of the refreshes to")
	flag.StringVar(&o.heap, "heap", "", "file to write a profile of what is kept after the refreshes, and of all that was allocated, to")
	flag.BoolVar(&o.list, "list", false, "list what is asked")
	flag.BoolVar(&o.check, "check", true, "fail where a verdict costs more than it may")
	flag.Parse()
	plugin.BoundMemory()
	if err := run(context.Background(), o); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "verdict-cost: "+err.Error())
		os.Exit(1)
	}
}

// dataSummary is what the generator of the data prints.
type dataSummary struct {
	Series  int   `json:"series"`
	Samples int   `json:"samples"`
	From    int64 `json:"from"`
	To      int64 `json:"to"`
}

func run(ctx context.Context, o options) error {
	if o.data == "" {
		folder, err := os.MkdirTemp("", "verdict-cost")
		if err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer func() { _ = os.RemoveAll(folder) }()
		o.data = folder
	}
	data, err := generate(ctx, o)
	if err != nil {
		return err
	}
	url, server, err := serve.Prometheus(ctx, o.prometheus, o.data)
	if err != nil {
		return fmt.Errorf("run Prometheus: %w", err)
	}
	defer serve.Stop(server)
	say("data: %d series, %d samples, %d days, %d instances", data.Series, data.Samples, o.days, o.instances)
	return measure(ctx, o, url, server.Process.Pid, data)
}

func say(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

// generate writes the data, unless it is there.
func generate(ctx context.Context, o options) (dataSummary, error) {
	kept := filepath.Join(o.data, "summary.json")
	raw, err := os.ReadFile(kept)
	if errors.Is(err, os.ErrNotExist) {
		//nolint:gosec // The options are numbers, and a folder of the caller's.
		command := exec.CommandContext(ctx, "go", "run", "./bench/compare-query/generate", "-out", filepath.Join(o.data, "tsdb"),
			"-instances", strconv.Itoa(o.instances), "-routes", "1", "-failing", "0.01", "-length", strconv.Itoa(24*o.days)+"h")
		command.Stderr = os.Stderr
		if raw, err = command.Output(); err == nil {
			err = os.WriteFile(kept, raw, 0o600)
		}
	}
	if err != nil {
		return dataSummary{}, fmt.Errorf("generate the data: %w", err)
	}
	var summary dataSummary
	if err := json.Unmarshal(raw, &summary); err != nil {
		return dataSummary{}, fmt.Errorf("read the generator's summary: %w", err)
	}
	return summary, nil
}

// measure asks for verdicts, cold and refreshed.
func measure(ctx context.Context, o options, url string, server int, data dataSummary) error {
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{}`))
	if err != nil {
		return fmt.Errorf("read the settings: %w", err)
	}
	sent := &traffic{list: o.list}
	client, err := promapi.NewClient(&http.Client{Transport: sent}, url, promapi.Options{GeneratedPromQL: true})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	begin, end := time.UnixMilli(data.From), time.UnixMilli(data.To)
	now := end
	engine := func() *compare.Engine {
		return compare.New(client, settings, compare.Options{Now: func() time.Time { return now }})
	}
	ask := func(e *compare.Engine) (time.Duration, error) {
		begun := time.Now()
		_, err := e.Run(ctx, compare.Request{
			Query: model.Query{
				QueryType: model.QueryVerdict, Flag: "checkout-v2", Signals: []string{"latency", "errors"},
				Since: model.Since(strconv.FormatInt(begin.UnixMilli(), 10)),
			},
			From: begin, To: now,
		})
		return time.Since(begun), err
	}
	stop, err := profiled(o.profile)
	if err != nil {
		return err
	}
	var cold, coldCPU, coldServer []time.Duration
	var coldTraffic counted
	for range o.rounds {
		sentBefore := sent.counted()
		before, serverBefore := processor(), processorOf(server)
		took, err := ask(engine())
		if err != nil {
			return fmt.Errorf("a verdict from nothing: %w", err)
		}
		cold, coldCPU = append(cold, took), append(coldCPU, processor()-before)
		coldServer = append(coldServer, processorOf(server)-serverBefore)
		coldTraffic = sent.counted().since(sentBefore)
	}
	stop()
	now = end.Add(-time.Duration(o.refreshes) * time.Minute)
	watched := engine()
	if _, err := ask(watched); err != nil {
		return fmt.Errorf("the first look: %w", err)
	}
	if stop, err = profiled(o.refreshProfile); err != nil {
		return err
	}
	var refreshed []time.Duration
	before, serverBefore, sentBefore := processor(), processorOf(server), sent.counted()
	for range o.refreshes {
		now = now.Add(time.Minute)
		took, err := ask(watched)
		if err != nil {
			return fmt.Errorf("a refresh: %w", err)
		}
		refreshed = append(refreshed, took)
	}
	stop()
	perRefresh := (processor() - before) / time.Duration(o.refreshes)
	serverPerRefresh := (processorOf(server) - serverBefore) / time.Duration(o.refreshes)
	refreshTraffic := sent.counted().since(sentBefore)
	runtime.GC()
	if err := writeHeap(o.heap); err != nil {
		return err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	runtime.KeepAlive(watched)
	most := peak()
	say("cold:      median %v, slowest %v, of %d (at most %v)", median(cold), slices.Max(cold), len(cold), mostCold)
	say("refreshed: median %v, slowest %v, of %d (at most %v)", median(refreshed), slices.Max(refreshed), len(refreshed), mostRefreshed)
	say("memory:    %d MiB kept, %d MiB at the peak of the whole process (at most %d MiB)", memory.HeapAlloc>>20, most>>20, mostMemory>>20)
	say("processor time cold:      %v of the backend, %v of Prometheus", median(coldCPU), median(coldServer))
	say("processor time refreshed: %v of the backend, %v of Prometheus", perRefresh.Round(100*time.Microsecond), serverPerRefresh.Round(100*time.Microsecond))
	say("asked cold:      %d requests, %.1f MB of answers", coldTraffic.requests, float64(coldTraffic.bytes)/1e6)
	say("asked refreshed: %d requests, %.1f kB of answers, %d times", refreshTraffic.requests, float64(refreshTraffic.bytes)/1e3, o.refreshes)
	say("load average: %s", loadAverage())
	if o.check && (median(cold) > mostCold || median(refreshed) > mostRefreshed || most > mostMemory) {
		return errors.New("a verdict costs more than it may")
	}
	return nil
}

// profiled writes a CPU profile to a file until it is stopped; none without a file.
func profiled(name string) (stop func(), err error) {
	if name == "" {
		return func() {}, nil
	}
	file, err := os.Create(name) //nolint:gosec // A file that the caller names.
	if err != nil {
		return nil, fmt.Errorf("write the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close()
	}, nil
}

// writeHeap writes a profile of the memory to a file; none without a name.
func writeHeap(name string) error {
	if name == "" {
		return nil
	}
	file, err := os.Create(name) //nolint:gosec // A file that the caller names.
	if err != nil {
		return fmt.Errorf("write the profile: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := pprof.WriteHeapProfile(file); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return nil
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2].Round(100 * time.Microsecond)
}

// processor is the time that this process has had the processor for, which other work on the machine does not lengthen as
// it does the wall clock's.
func processor() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// processorOf is the same of another process; 0 where the system does not tell.
func processorOf(process int) time.Duration {
	raw, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(process), "stat"))
	if err != nil {
		return 0
	}
	// After the name in parentheses come 11 fields, then user and system time in hundredths of a second.
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// peak is the most memory that this process has held, as the system counts it; what the runtime has taken where the
// system does not tell.
func peak() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		for line := range strings.Lines(string(status)) {
			if text, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				kilobytes, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "kB")), 10, 64)
				if err == nil {
					return kilobytes << 10
				}
			}
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.Sys
}

func loadAverage() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(raw))[:3], " ")
}

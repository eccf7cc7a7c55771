// Command query-bounds measures what the largest queries that somebody can write cost the backend in memory: many
// quantiles, grouped by a label of many values. Each is asked of a process of its own, through the handler that Grafana
// calls, on a real Prometheus. It fails where one takes more memory than the backend may.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/errgroup"

	"github.com/flaglens/flaglens/bench/internal/serve"
	"github.com/flaglens/flaglens/pkg/plugin"
)

// mostMemory is what the backend may take at its peak.
const mostMemory = 256 << 20

// epoch is when the data begins; dataLength is how long it lasts, at a sample a minute.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const dataLength = 1000 * time.Minute

// question is a number of equal queries in one request.
type question struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Format    string   `json:"format,omitempty"`
	Quantiles int      `json:"quantiles"`
	GroupBy   []string `json:"groupBy,omitempty"`
	Signals   []string `json:"signals"`
	// Minutes are the range, and as many points are drawn.
	Minutes int `json:"minutes"`
	Queries int `json:"queries"`
	// Apart sends each query in a request of its own, all at once.
	Apart bool `json:"apart,omitempty"`
}

var latency = []string{"latency"}

var questions = []question{
	{"a panel", "compare", "", 3, nil, latency, 1000, 1, false},
	{"by instance, 6 h", "compare", "", 3, []string{"instance"}, latency, 360, 1, false},
	{"by instance, 1000 points", "compare", "", 3, []string{"instance"}, latency, 1000, 1, false},
	{"by instance, split, 6 h", "split", "", 3, []string{"instance"}, latency, 360, 1, false},
	{"20 quantiles by instance", "compare", "", 20, []string{"instance"}, latency, 360, 1, false},
	{"100 quantiles by instance, split", "split", "", 100, []string{"instance"}, latency, 360, 1, false},
	{"100 quantiles by instance", "compare", "", 100, []string{"instance"}, latency, 360, 1, false},
	{"three of these", "compare", "", 100, []string{"instance"}, latency, 360, 3, false},
	{"three by instance, 6 h", "compare", "", 3, []string{"instance"}, latency, 360, 3, false},
	{"three requests by instance, 6 h", "compare", "", 3, []string{"instance"}, latency, 360, 3, true},
	{"heatmap by instance, 6 h", "distribution", "", 3, []string{"instance"}, latency, 360, 1, false},
	{"table by instance, 100 quantiles", "compare", "table", 100, []string{"instance"}, latency, 1000, 1, false},
	{"three verdicts", "verdict", "", 0, nil, []string{"latency", "errors"}, 1000, 3, false},
}

type options struct {
	prometheus, data, ask, url string
	only                       string
	instances                  int
	check                      bool
}

func main() {
	var o options
	flag.StringVar(&o.prometheus, "prometheus", os.Getenv("FLAGLENS_PROMETHEUS"), "the Prometheus to run; the one of .cache/bin if empty")
	flag.StringVar(&o.data, "data", "", "folder that keeps the data for the next time; a temporary one if empty")
	flag.IntVar(&o.instances, "instances", 200, "instances of the service")
	flag.StringVar(&o.only, "only", "", "regular expression of the questions to ask; all if empty")
	flag.BoolVar(&o.check, "check", true, "fail where a query takes more memory than the backend may")
	flag.StringVar(&o.ask, "ask", "", "used by the command itself: the question of a process")
	flag.StringVar(&o.url, "url", "", "used by the command itself: the server that is asked")
	flag.Parse()
	ctx := context.Background()
	do := run
	if o.ask != "" {
		do = answer
	}
	if err := do(ctx, o); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "query-bounds: "+err.Error())
		os.Exit(1)
	}
}

func say(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

func run(ctx context.Context, o options) error {
	if o.data == "" {
		folder, err := os.MkdirTemp("", "query-bounds")
		if err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer func() { _ = os.RemoveAll(folder) }()
		o.data = folder
	}
	tsdb := filepath.Join(o.data, "tsdb")
	if _, err := os.Stat(tsdb); err != nil {
		//nolint:gosec // The options are numbers, and a folder of the caller's.
		command := exec.CommandContext(ctx, "go", "run", "./bench/compare-query/generate", "-out", tsdb, "-instances", strconv.Itoa(o.instances),
			"-routes", "1", "-failing", "0.01", "-scrape", "60s", "-length", dataLength.String())
		command.Stdout, command.Stderr = os.Stdout, os.Stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("generate the data: %w", err)
		}
	}
	url, server, err := serve.Prometheus(ctx, o.prometheus, o.data)
	if err != nil {
		return fmt.Errorf("run Prometheus: %w", err)
	}
	defer serve.Stop(server)
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this command: %w", err)
	}
	chosen, err := regexp.Compile(o.only)
	if err != nil {
		return fmt.Errorf("read -only: %w", err)
	}
	over := false
	for _, q := range questions {
		if !chosen.MatchString(q.Name) {
			continue
		}
		text, err := json.Marshal(q)
		if err != nil {
			return fmt.Errorf("write a question: %w", err)
		}
		child := exec.CommandContext(ctx, self, "-ask", string(text), "-url", url) //nolint:gosec // this command itself
		var out bytes.Buffer
		child.Stdout = &out
		begun := time.Now()
		if err := child.Run(); err != nil {
			say("%-34s ended after %v: %v", q.Name, time.Since(begun).Round(time.Millisecond), err)
			over = true
			continue
		}
		var a answered
		if err := json.Unmarshal(out.Bytes(), &a); err != nil {
			return fmt.Errorf("read an answer: %w", err)
		}
		over = over || a.Peak > mostMemory
		say("%-34s %6d ms, peak %5d MiB, %7.1f MB sent, %s", q.Name, a.Millis, a.Peak>>20, float64(a.Sent)/1e6, a.Said)
	}
	if over && o.check {
		return fmt.Errorf("a query takes more than %d MiB", mostMemory>>20)
	}
	return nil
}

// answered is what a process says of its question. Peak is the most memory that it held, in bytes.
type answered struct {
	Millis int64  `json:"millis"`
	Peak   int64  `json:"peak"`
	Sent   int    `json:"sent"`
	Said   string `json:"said"`
}

// answer asks a question as Grafana does, and sends the answer as the plugin protocol has it, to nowhere.
func answer(ctx context.Context, o options) error {
	plugin.BoundMemory()
	var q question
	if err := json.Unmarshal([]byte(o.ask), &q); err != nil {
		return fmt.Errorf("read the question: %w", err)
	}
	made, err := plugin.New(ctx, backend.DataSourceInstanceSettings{
		UID: "bench", Type: plugin.ID, URL: o.url, JSONData: []byte(`{"timeInterval":"60s","queryTimeout":"60s"}`),
	})
	if err != nil {
		return fmt.Errorf("make the datasource: %w", err)
	}
	handler, ok := made.(backend.QueryDataHandler)
	if !ok {
		return errors.New("the datasource answers no queries")
	}
	request := &backend.QueryDataRequest{}
	query := map[string]any{
		"queryType": q.Type, "flag": "checkout-v2", "signals": q.Signals, "groupBy": q.GroupBy, "format": q.Format,
		"quantiles": []float64{},
	}
	if q.Type == "verdict" {
		query["since"] = "range"
	}
	var quantiles []float64
	for i := range q.Quantiles {
		quantiles = append(quantiles, float64(i+1)/float64(q.Quantiles+1))
	}
	query["quantiles"] = quantiles
	text, err := json.Marshal(query)
	if err != nil {
		return fmt.Errorf("write the query: %w", err)
	}
	end := epoch.Add(dataLength)
	for i := range q.Queries {
		request.Queries = append(request.Queries, backend.DataQuery{
			RefID: fmt.Sprint("q", i), JSON: text, MaxDataPoints: 2000, Interval: time.Minute,
			TimeRange: backend.TimeRange{From: end.Add(-time.Duration(q.Minutes) * time.Minute), To: end},
		})
	}
	requests := []*backend.QueryDataRequest{request}
	if q.Apart {
		requests = nil
		for _, query := range request.Queries {
			requests = append(requests, &backend.QueryDataRequest{Queries: []backend.DataQuery{query}})
		}
	}
	begun := time.Now()
	results := make([]answered, len(requests))
	var all errgroup.Group
	for i, request := range requests {
		all.Go(func() (err error) {
			results[i], err = send(ctx, handler, request)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	result := answered{Millis: time.Since(begun).Milliseconds(), Peak: peak()}
	for _, one := range results {
		result.Sent += one.Sent
		result.Said += one.Said
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

// send asks one request and writes its answer.
func send(ctx context.Context, handler backend.QueryDataHandler, request *backend.QueryDataRequest) (answered, error) {
	response, err := handler.QueryData(ctx, request)
	if err != nil {
		return answered{}, fmt.Errorf("query: %w", err)
	}
	converted, err := backend.ToProto().QueryDataResponse(backend.DataFrameFormat_ARROW, response)
	if err != nil {
		return answered{}, fmt.Errorf("convert the answer: %w", err)
	}
	// The protocol writes all of it into one message.
	var sent []byte
	for _, r := range converted.GetResponses() {
		for _, frame := range r.GetFrames() {
			sent = append(sent, frame...)
		}
	}
	result := answered{Sent: len(sent)}
	for _, r := range response.Responses {
		values := 0
		for _, frame := range r.Frames {
			values += frame.Rows()
		}
		result.Said += fmt.Sprintf("%d: %d frames, %d rows", r.Status, len(r.Frames), values)
		if r.Error != nil {
			result.Said += fmt.Sprintf(", %.250s", r.Error)
		}
		result.Said += "; "
	}
	return result, nil
}

// peak is the most memory that this process held, as the system counts it.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return kib << 10
}

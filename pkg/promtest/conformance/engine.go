package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promtest"
)

// Engine is a server that answers PromQL.
type Engine string

// The engines that a case can be asked of. Each has what the others lack: Prometheus 2 keeps bounds of buckets as they
// were written, VictoriaMetrics takes samples in any order and speaks a PromQL of its own.
const (
	Prometheus3     Engine = "prometheus"
	Prometheus2     Engine = "prometheus-2"
	VictoriaMetrics Engine = "victoria-metrics"
)

// Engines are all of them.
var Engines = []Engine{Prometheus3, Prometheus2, VictoriaMetrics}

// Binary finds an engine's binary. Where there is none, missing says what to install or set.
func (e Engine) Binary(t testing.TB) (path, missing string) {
	t.Helper()
	variable, names := "", []string{}
	switch e {
	case Prometheus3:
		return promtest.Executable(t), ""
	case Prometheus2:
		variable, names = "FLAGLENS_PROMETHEUS_2", []string{"prometheus2", "prometheus"}
	case VictoriaMetrics:
		variable, names = "FLAGLENS_VICTORIA_METRICS", []string{"victoria-metrics", "victoria-metrics-prod"}
	}
	if named := os.Getenv(variable); named != "" {
		_, err := os.Stat(named)
		require.NoError(t, err, "%s names no file", variable)
		return named, ""
	}
	for _, name := range names {
		found, err := exec.LookPath(name)
		if err == nil && (e != Prometheus2 || isPrometheus2(found)) {
			return found, ""
		}
	}
	return "", fmt.Sprintf("there is no %s: install it, or name its binary in %s", e, variable)
}

func isPrometheus2(binary string) bool {
	said, err := exec.CommandContext(context.Background(), binary, "--version").CombinedOutput()
	return err == nil && bytes.Contains(said, []byte("version 2."))
}

// Store is a running engine into which samples can be loaded, also while it runs.
type Store struct {
	URL    string
	engine Engine
	t      testing.TB
	binary string
	folder string
	// address stays the same when the engine is restarted.
	address string
	server  *promtest.Server
}

// StartStore runs an engine, which has no samples until they are loaded.
func StartStore(t testing.TB, engine Engine, binary string) *Store {
	t.Helper()
	s := &Store{engine: engine, t: t, binary: binary, folder: t.TempDir(), address: promtest.FreeAddress(t)}
	s.URL = "http://" + s.address
	if engine == VictoriaMetrics {
		s.server = promtest.Launch(t, binary, s.address, "/health",
			"-storageDataPath="+s.folder, "-httpListenAddr="+s.address, "-retentionPeriod=100y")
	}
	return s
}

// Stop ends the engine.
func (s *Store) Stop() {
	if s.server != nil {
		s.server.Stop()
	}
}

// Load stores samples, in whatever order. Later ones may be older than those that are there.
func (s *Store) Load(samples []Sample) {
	s.t.Helper()
	if len(samples) == 0 {
		return
	}
	samples = slices.Clone(samples)
	slices.SortStableFunc(samples, func(a, b Sample) int { return int(a.At - b.At) })
	if s.engine == VictoriaMetrics {
		s.importSamples(samples)
		return
	}
	// Prometheus finds blocks when it starts.
	s.Stop()
	require.NoError(s.t, writeBlock(s.folder, samples))
	s.server = promtest.Serve(s.t, s.binary, s.folder, s.address)
}

// blockRange is more than any case holds: its samples are one block.
const blockRange = 1000 * 24 * time.Hour

// writeBlock writes a block as Prometheus's compactor does.
func writeBlock(folder string, samples []Sample) (err error) {
	ctx := context.Background()
	writer, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), folder, blockRange.Milliseconds())
	if err != nil {
		return err
	}
	defer func() {
		if closed := writer.Close(); err == nil {
			err = closed
		}
	}()
	appender := writer.Appender(ctx)
	for _, s := range samples {
		if s.Histogram != nil {
			_, err = appender.AppendHistogram(0, s.Series, s.At, nil, s.Histogram)
		} else {
			_, err = appender.Append(0, s.Series, s.At, s.Value)
		}
		if err != nil {
			return fmt.Errorf("store %s at %d: %w", s.Series, s.At, err)
		}
	}
	if err := appender.Commit(); err != nil {
		return err
	}
	_, err = writer.Flush(ctx)
	return err
}

// importSamples hands samples to VictoriaMetrics. Its import knows neither native histograms nor staleness markers.
func (s *Store) importSamples(samples []Sample) {
	s.t.Helper()
	var text bytes.Buffer
	for _, sample := range samples {
		require.Nil(s.t, sample.Histogram, "VictoriaMetrics takes no native histograms: leave the engine out of the case")
		if math.Float64bits(sample.Value) == value.StaleNaN {
			continue
		}
		writeExposition(&text, sample)
	}
	s.post("/api/v1/import/prometheus", &text)
	s.post("/internal/force_flush", nil)
	// It keeps answers to range queries until it is said that older samples came.
	s.post("/internal/resetRollupResultCache", nil)
}

func writeExposition(text *bytes.Buffer, s Sample) {
	text.WriteString(s.Series.Get(model.MetricNameLabel))
	separator := "{"
	s.Series.Range(func(l labels.Label) {
		if l.Name != model.MetricNameLabel {
			fmt.Fprintf(text, "%s%s=%q", separator, l.Name, l.Value)
			separator = ","
		}
	})
	if separator == "," {
		text.WriteString("}")
	}
	fmt.Fprintf(text, " %v %d\n", s.Value, s.At)
}

// Ask asks the engine an expression at one time. The rows are those of the vector, by their labels, with the column Value.
func (s *Store) Ask(expr string, at time.Time) Answer {
	s.t.Helper()
	parameters := url.Values{"query": {expr}, "time": {strconv.FormatInt(at.Unix(), 10)}}
	response, err := http.Get(s.URL + "/api/v1/query?" + parameters.Encode()) //nolint:noctx // a loopback address of our own
	require.NoError(s.t, err)
	var said struct {
		Error string `json:"error"`
		Data  struct {
			Result []struct {
				Metric map[string]string `json:"metric"`
				Value  [2]any            `json:"value"`
			} `json:"result"`
		} `json:"data"`
		Warnings []string `json:"warnings"`
		Infos    []string `json:"infos"`
	}
	require.NoError(s.t, json.NewDecoder(response.Body).Decode(&said))
	require.NoError(s.t, response.Body.Close())
	answer := Answer{Error: said.Error, Said: append(said.Warnings, said.Infos...)}
	if said.Error != "" {
		answer.Said = append(answer.Said, said.Error)
	}
	for _, one := range said.Data.Result {
		row := Row{"Value": nil}
		for name, label := range one.Metric {
			row[name] = label
		}
		text, _ := one.Value[1].(string)
		if number, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(number) {
			row["Value"] = number
		}
		answer.Rows = append(answer.Rows, row)
	}
	return answer
}

func (s *Store) post(path string, body io.Reader) {
	s.t.Helper()
	response, err := http.Post(s.URL+path, "text/plain", body) //nolint:gosec,noctx // a loopback address of our own
	require.NoError(s.t, err)
	said, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, response.Body.Close())
	require.Less(s.t, response.StatusCode, 300, "%s: %.200s", path, said)
}

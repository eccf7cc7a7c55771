package conformance

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql/parser"
)

// Sample is one value of a series: a number, which may be a staleness marker, or a native histogram.
type Sample struct {
	Series    labels.Labels
	At        int64 // Unix milliseconds.
	Value     float64
	Histogram *histogram.FloatHistogram
}

// ReadInput reads the samples of a file. Its name says the format, and .gz behind it that it is packed:
//
//	.load          groups of series in the notation of Prometheus's own tests, each under a line
//	               "load STEP TIME" that says how far apart its samples are and when the first one is
//	.lines .om .txt  name{labels} value time
//
// Bounds of buckets and all other labels are taken as they are written.
func ReadInput(file string) ([]Sample, error) {
	opened, err := os.Open(file) //nolint:gosec // a file that the author of a case names
	if err != nil {
		return nil, fmt.Errorf("read a case's input: %w", err)
	}
	defer func() { _ = opened.Close() }()
	var text io.Reader = opened
	name := filepath.Base(file)
	if plain, packed := strings.CutSuffix(name, ".gz"); packed {
		if text, err = gzip.NewReader(opened); err != nil {
			return nil, fmt.Errorf("%s: is not packed with gzip: %w", name, err)
		}
		name = plain
	}
	samples, err := parseInput(filepath.Ext(name), text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return samples, nil
}

func parseInput(format string, text io.Reader) ([]Sample, error) {
	r := reader{promql: parser.NewParser(parser.Options{}), series: map[string]labels.Labels{}}
	var parse func(line string) error
	switch format {
	case ".load":
		parse = r.load
	case ".lines", ".om", ".txt":
		parse = r.line
	default:
		return nil, fmt.Errorf("the format %q is not known: use .load, .lines, .om or .txt, with .gz behind it if packed", format)
	}
	lines := bufio.NewScanner(text)
	lines.Buffer(make([]byte, 1<<16), 1<<24)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := parse(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(r.samples) == 0 {
		return nil, fmt.Errorf("holds no samples")
	}
	return r.samples, nil
}

type reader struct {
	promql  parser.Parser
	series  map[string]labels.Labels
	samples []Sample
	// from and step are those of the last line "load", both in milliseconds.
	from, step int64
}

// load reads a line of the notation of Prometheus's own tests.
func (r *reader) load(line string) error {
	if rest, is := strings.CutPrefix(line, "load "); is {
		step, at, _ := strings.Cut(strings.TrimSpace(rest), " ")
		distance, err := time.ParseDuration(step)
		if err != nil || distance <= 0 {
			return fmt.Errorf("%q is no distance of samples: write load 60s 2026-11-28T18:00:00Z", step)
		}
		from, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(at))
		if err != nil {
			return fmt.Errorf("%q is no time of a first sample: write load 60s 2026-11-28T18:00:00Z", at)
		}
		r.step, r.from = distance.Milliseconds(), from.UnixMilli()
		return nil
	}
	if r.step == 0 {
		return fmt.Errorf("a line as load 60s 2026-11-28T18:00:00Z has to stand before the first series")
	}
	series, values, err := r.promql.ParseSeriesDesc(line)
	if err != nil {
		return fmt.Errorf("%.80s: %w", line, err)
	}
	for i, v := range values {
		if !v.Omitted {
			r.samples = append(r.samples, Sample{series, r.from + int64(i)*r.step, v.Value, v.Histogram})
		}
	}
	return nil
}

// line reads name{labels} value time.
func (r *reader) line(line string) error {
	end := seriesEnd(line)
	if end < 0 {
		return fmt.Errorf("%.80s: expected name{labels} value time", line)
	}
	sample := Sample{}
	var known bool
	if sample.Series, known = r.series[line[:end]]; !known {
		parsed, err := r.promql.ParseMetric(line[:end])
		if err != nil {
			return fmt.Errorf("%.80s: %w", line[:end], err)
		}
		sample.Series, r.series[line[:end]] = parsed, parsed
	}
	rest := strings.TrimSpace(line[end:])
	if end := strings.Index(rest, "}}"); strings.HasPrefix(rest, "{{") && end > 0 {
		_, values, err := r.promql.ParseSeriesDesc("x " + rest[:end+2])
		if err != nil || len(values) != 1 || values[0].Histogram == nil {
			return fmt.Errorf("%.80s: is no native histogram", rest[:end+2])
		}
		sample.Histogram = values[0].Histogram
		rest = "0 " + rest[end+2:]
	}
	fields := strings.Fields(rest)
	if len(fields) < 2 {
		return fmt.Errorf("%.80s: has no time; a recorded series needs one with each value", line)
	}
	var err error
	if fields[0] == "STALE" {
		sample.Value = math.Float64frombits(value.StaleNaN)
	} else if sample.Value, err = strconv.ParseFloat(fields[0], 64); err != nil {
		return fmt.Errorf("%q is no value", fields[0])
	}
	if sample.At, err = unixMilliseconds(fields[1]); err != nil {
		return err
	}
	r.samples = append(r.samples, sample)
	return nil
}

// seriesEnd is where the name and the labels of a line end, outside of quotes; -1 if they do not.
func seriesEnd(line string) int {
	inside, quoted := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			inside = true
		case c == '}':
			return i + 1
		case c == ' ' && !inside && (i+1 >= len(line) || line[i+1] != '{' || strings.HasPrefix(line[i+1:], "{{")):
			return i
		}
	}
	return -1
}

// maxSeconds is the largest time that is read as seconds; what is larger is in milliseconds, as the text format has it.
const maxSeconds = 1e11

func unixMilliseconds(text string) (int64, error) {
	at, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no time: use Unix seconds, or milliseconds", text)
	}
	if at < maxSeconds {
		at *= 1000
	}
	return int64(math.Round(at)), nil
}

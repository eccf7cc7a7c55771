// Command verdict-simulation measures the verdict on streams whose truth is known: how often it cries wolf on ones in
// which the feature changes nothing, and how long it takes on ones in which the feature is worse, beside what other
// tools would say of the same streams. It writes the tables of README.md to standard output and its progress to
// standard error. Every run is seeded by the name of its stream and its number, so that figures can be had again.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"
)

func main() {
	s := &simulation{log: os.Stderr}
	flag.IntVar(&s.workers, "workers", runtime.NumCPU(), "runs at a time")
	flag.Float64Var(&s.scale, "scale", 1, "factor on the number of runs")
	only := flag.String("only", "", "regular expression of the tables to make")
	update := flag.String("update", "", "Markdown file in which to replace what lies between <!-- figures --> and <!-- /figures -->")
	flag.Parse()
	if err := run(s, *only, *update); err != nil {
		fmt.Fprintln(os.Stderr, "verdict-simulation:", err)
		os.Exit(1)
	}
}

func run(s *simulation, only, update string) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	began := time.Now()
	var report strings.Builder
	for _, e := range experiments {
		if !wanted.MatchString(e.id) {
			continue
		}
		s.id = e.id
		start := time.Now()
		t, err := e.run(s)
		if err != nil {
			return fmt.Errorf("%s: %w", e.id, err)
		}
		fmt.Println(t.markdown())
		report.WriteString("\n" + t.markdown())
		_, _ = fmt.Fprintf(s.log, "%s: %.0f s\n", e.id, time.Since(start).Seconds())
	}
	_, _ = fmt.Fprintf(s.log, "all: %.0f s\n", time.Since(began).Seconds())
	if update == "" {
		return nil
	}
	return replaceFigures(update, report.String())
}

// replaceFigures puts the tables into a Markdown file, between its two marks.
func replaceFigures(path, tables string) error {
	const begin, end = "<!-- figures -->\n", "\n<!-- /figures -->"
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("-update: %w", err)
	}
	before, rest, opened := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return fmt.Errorf("-update: %s lacks the marks <!-- figures --> and <!-- /figures -->", path)
	}
	if err := os.WriteFile(path, []byte(before+begin+tables+end+after), 0o644); err != nil {
		return fmt.Errorf("-update: %w", err)
	}
	return nil
}

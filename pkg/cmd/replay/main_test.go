package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// binary is the command as anyone would build it.
var binary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "replay")
	if err != nil {
		fmt.Fprintln(os.Stderr, "replay test:", err)
		os.Exit(1)
	}
	binary = filepath.Join(folder, "replay")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	code := 1
	if err := build.Run(); err == nil {
		code = m.Run()
	}
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, "replay test:", err)
	}
	os.Exit(code)
}

// runReplay runs the command and returns what it wrote and its exit code.
func runReplay(t *testing.T, input string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.Command(binary, args...)
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &out, &errs
	if err := command.Run(); err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
	}
	return out.String(), errs.String(), command.ProcessState.ExitCode()
}

type answer struct {
	T            int64
	State        string
	StateLive    string `json:"state_live"`
	Evidence     float64
	P            float64
	Lower, Upper *float64
	Margin       *float64
	Difference   *float64
	Stat         string
	Edge         *float64
	NBaseline    float64 `json:"n_baseline"`
	BadVariant   float64 `json:"bad_variant"`
	Ticks        int
	Processes    int
	FiredAt      *int64 `json:"fired_at"`
	Reason       string
}

func answers(t *testing.T, stdout string) []answer {
	t.Helper()
	var all []answer
	for _, text := range strings.Split(strings.TrimSpace(stdout), "\n") {
		var a answer
		require.NoError(t, json.Unmarshal([]byte(text), &a), text)
		all = append(all, a)
	}
	return all
}

// minutes writes lines of two processes with 600 requests an arm, of which so many are bad on average.
func minutes(seed uint64, n int, badA, badB float64) string {
	source := rand.New(rand.NewPCG(seed, 1))
	draw := func(p float64) int {
		x := 0
		for range 600 {
			if source.Float64() < p {
				x++
			}
		}
		return x
	}
	var b strings.Builder
	for m := range n {
		for _, pod := range []string{"pod-1", "pod-2"} {
			fmt.Fprintf(&b, `{"t": %d, "stratum": %q, "a": {"n": 600, "x": %d}, "b": {"n": 600, "x": %d}}`+"\n",
				1_700_000_040+60*m, pod, draw(badA), draw(badB))
		}
	}
	return b.String()
}

func TestRegression(t *testing.T) {
	stdout, stderr, code := runReplay(t, minutes(1, 120, 0.01, 0.04), "--relative", "0.1", "--absolute", "0.001", "--reasons")
	require.Equal(t, 0, code, stderr)
	all := answers(t, stdout)
	require.Len(t, all, 120, "one answer a tick, not one a line")
	require.Equal(t, "insufficient data", all[0].State)
	last := all[119]
	require.Equal(t, "regressed", last.State)
	require.GreaterOrEqual(t, last.Evidence, 1.0)
	require.LessOrEqual(t, last.P, 0.01)
	require.Greater(t, *last.Lower, *last.Margin, "the whole interval lies beyond the margin")
	require.NotNil(t, last.FiredAt)
	require.Equal(t, 2, last.Processes)
	require.Equal(t, 120*2*600.0, last.NBaseline)
	require.Contains(t, last.Reason, "got worse")
	for _, a := range all {
		if a.FiredAt != nil {
			require.GreaterOrEqual(t, a.T, *a.FiredAt)
			require.Equal(t, "regressed", a.State, "a verdict of worse stays")
		}
	}
}

func TestHarmless(t *testing.T) {
	stdout, stderr, code := runReplay(t, minutes(2, 180, 0.01, 0.01), "--relative", "1")
	require.Equal(t, 0, code, stderr)
	seen := map[string]bool{}
	for _, a := range answers(t, stdout) {
		require.NotEqual(t, "regressed", a.State)
		require.Nil(t, a.FiredAt)
		seen[a.State] = true
		if a.State == "within margin" {
			// The bound is the smallest difference that is refuted, which may be the margin itself.
			require.LessOrEqual(t, *a.Upper, *a.Margin)
		}
	}
	require.True(t, seen["within margin"], "three hours are enough for a margin of 100%%: %v", seen)
}

func TestProfilesMarginsAndDirection(t *testing.T) {
	input := minutes(3, 150, 0.02, 0.04)
	first := func(args ...string) int64 {
		stdout, stderr, code := runReplay(t, input, args...)
		require.Equal(t, 0, code, stderr)
		all := answers(t, stdout)
		if at := all[len(all)-1].FiredAt; at != nil {
			return *at
		}
		return 1 << 62
	}
	strict := first()
	require.Less(t, strict, int64(1<<62))
	require.Less(t, first("--profile", "brisk"), strict)
	require.Greater(t, first("--relative", "0.5"), strict)
	require.GreaterOrEqual(t, first("--alpha", "0.0001"), strict)
	require.Equal(t, int64(1<<62), first("--absolute", "0.03"), "+2 pp is within 3 pp")

	stdout, _, code := runReplay(t, input, "--direction", "higher")
	require.Equal(t, 0, code)
	all := answers(t, stdout)
	require.Equal(t, "improved", all[len(all)-1].State, "more of what is wanted")
}

func TestSameAnswersWhateverTheOrderWithinATick(t *testing.T) {
	input := minutes(4, 60, 0.01, 0.02)
	lines := strings.SplitAfter(strings.TrimSuffix(input, "\n"), "\n")
	lines[len(lines)-1] += "\n"
	for i := 0; i+1 < len(lines); i += 2 {
		lines[i], lines[i+1] = lines[i+1], lines[i]
	}
	one, _, _ := runReplay(t, input)
	other, _, _ := runReplay(t, strings.Join(lines, ""))
	require.Equal(t, one, other)

	half := strings.Join(strings.SplitAfter(input, "\n")[:60], "")
	begun, _, _ := runReplay(t, half)
	require.True(t, strings.HasPrefix(one, begun), "what has been said stays, whatever follows")
}

func TestLatency(t *testing.T) {
	source := rand.New(rand.NewPCG(9, 1))
	var b strings.Builder
	buckets := func(slow float64) string {
		counts := [3]int{}
		for range 600 {
			switch v := source.Float64(); {
			case v < 1-4*slow:
				counts[0]++
				fallthrough
			case v < 1-slow:
				counts[1]++
				fallthrough
			default:
				counts[2]++
			}
		}
		return fmt.Sprintf(`[[0.1, %d], [0.25, %d], ["+Inf", %d]]`, counts[0], counts[1], counts[2])
	}
	for m := range 120 {
		fmt.Fprintf(&b, `{"t": %d, "a": {"n": 600, "buckets": %s}, "b": {"buckets": %s}}`+"\n",
			1_700_000_040+60*m, buckets(0.05), buckets(0.12))
	}
	stdout, stderr, code := runReplay(t, b.String(), "--kind", "latency", "--relative", "0.25")
	require.Equal(t, 0, code, stderr)
	all := answers(t, stdout)
	last := all[len(all)-1]
	require.Equal(t, "regressed", last.State)
	require.Contains(t, []float64{0.1, 0.25}, *last.Edge)
	require.Greater(t, *last.Difference, *last.Margin)
}

func TestFaults(t *testing.T) {
	good := `{"t": 1700000040, "stratum": "p", "a": {"n": 600, "x": 6}, "b": {"n": 600, "x": 9}}` + "\n"
	latency := `{"t": 1700000040, "a": {"n": 9, "buckets": [[0.1, 5], [0.5, 9]]}, "b": {"n": 9, "buckets": [[0.1, 5], [0.5, 9]]}}` + "\n"
	for name, c := range map[string]struct {
		input string
		args  []string
		want  string
	}{
		"no JSON":             {good + "oops\n", nil, "line 2: not one JSON object"},
		"two on a line":       {good + "\n" + good[:len(good)-1] + good, nil, "line 3: there is more than one"},
		"a misspelt field":    {`{"t": 1700000040, "a": {"n": 1, "bad": 0}, "b": {"n": 1, "x": 0}}`, nil, `line 1: not one JSON object as it should be: json: unknown field "bad"`},
		"no time":             {`{"a": {"n": 1, "x": 0}, "b": {"n": 1, "x": 0}}`, nil, `line 1: "t" is missing`},
		"milliseconds":        {`{"t": 1700000040000, "a": {"n": 1, "x": 0}, "b": {"n": 1, "x": 0}}`, nil, "no unix time in seconds"},
		"no feature":          {`{"t": 1700000040, "a": {"n": 1, "x": 0}}`, nil, `line 1: "a" (the baseline) or "b"`},
		"more bad than all":   {`{"t": 1700000040, "a": {"n": 1, "x": 0}, "b": {"n": 1, "x": 2}}`, nil, "line 1: b: 2 of 1: more bad ones"},
		"negative":            {`{"t": 1700000040, "a": {"n": 1, "x": -1}, "b": {"n": 1, "x": 0}}`, nil, "line 1: a: -1 of 1"},
		"no bad ones":         {`{"t": 1700000040, "a": {"n": 1}, "b": {"n": 1, "x": 0}}`, nil, `line 1: a: "n" (requests) or "x"`},
		"time goes back":      {good + strings.Replace(good, "0040", "0160", 1) + good, nil, "line 3: t 1700000040 goes back"},
		"before the start":    {good, []string{"--start", "1700000040"}, "line 1: t 1700000040 is not after the start"},
		"buckets of a ratio":  {latency, nil, `line 1: a: "buckets" belong to --kind latency`},
		"a ratio of latency":  {good, []string{"--kind", "latency"}, `line 1: a: "x" belongs to --kind ratio`},
		"counts that fall":    {strings.Replace(latency, "[0.5, 9]", "[0.5, 4]", 1), []string{"--kind", "latency"}, "fewer than the one before"},
		"edges that change":   {latency + strings.ReplaceAll(strings.ReplaceAll(latency, "0.1", "0.2"), "0040", "0100"), []string{"--kind", "latency"}, "line 2: a: the buckets are not those of the first line"},
		"fewer than buckets":  {strings.Replace(latency, `"n": 9`, `"n": 8`, 1), []string{"--kind", "latency"}, `line 1: a: "n" is 8, fewer than the 9`},
		"a bucket of words":   {strings.Replace(latency, "[0.5, 9]", `["big", 9]`, 1), []string{"--kind", "latency"}, "is no upper bound"},
		"an unknown kind":     {good, []string{"--kind", "errors"}, `options: kind "errors": choose ratio or latency`},
		"an alpha of a half":  {good, []string{"--alpha", "0.5"}, "options: alpha 0.5"},
		"an unknown profile":  {good, []string{"--profile", "fast"}, `options: profile "fast"`},
		"a step of 7 seconds": {good, []string{"--step", "7"}, "options: step 7"},
		"a negative margin":   {good, []string{"--relative", "-1"}, "options: margin"},
		"a file name":         {good, []string{"counts.json"}, `options: "counts.json" is no option`},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr, code := runReplay(t, c.input, c.args...)
			require.Equal(t, 1, code)
			require.Contains(t, stderr, c.want)
			require.Equal(t, 1, strings.Count(strings.TrimSpace(lastLine(stderr)), "replay:"), stderr)
		})
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestHelpAndNothing(t *testing.T) {
	_, stderr, code := runReplay(t, "", "--help")
	require.Equal(t, 0, code)
	for _, option := range []string{"relative", "absolute", "alpha", "alpha-within", "profile", "kind", "step", "direction"} {
		require.Contains(t, stderr, "-"+option)
	}
	stdout, _, code := runReplay(t, "\n\n")
	require.Equal(t, 0, code)
	require.Empty(t, stdout)
}

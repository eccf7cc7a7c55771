// Package replay runs the verdict over counts from anywhere: lines of JSON in, one JSON object a tick out. It is the
// same judge that the datasource asks, so that anyone can check it on data of their own.
package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// Kind is what lines count.
type Kind string

// The kinds.
const (
	Ratio   Kind = "ratio"   // requests and bad ones among them
	Latency Kind = "latency" // observations up to bucket edges
)

// Options choose what is judged, and how. The zero value of a number means the verdict's default.
type Options struct {
	Kind      Kind
	Direction model.Direction
	// Margin is how much worse is tolerated: of the baseline's bad share, and in share. Of latency both are about the
	// share of observations above a bucket edge.
	Margin             model.Margin
	Alpha, AlphaWithin float64
	Profile            model.Profile
	Step               int64   // seconds of a tick
	Start              int64   // unix second at which the first tick begins; 0: a step before the first line
	Share              float64 // the feature's expected share of the requests, 0 where nobody knows
	Reasons            bool    // say the verdict in words, too
}

// maxLine is the longest line in bytes: some ten thousand buckets.
const maxLine = 1 << 20

// LineError is a line that cannot be read, by its number from 1.
type LineError struct {
	Line int
	Err  error
}

// Error implements error.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap gives what is wrong with the line.
func (e *LineError) Unwrap() error { return e.Err }

// Run reads lines until the end of in and writes one verdict for each tick to out, as soon as a later tick begins. The
// error is a *LineError where a line is at fault.
func Run(in io.Reader, out io.Writer, o Options) error {
	r := &replay{options: o, out: json.NewEncoder(out)}
	r.out.SetEscapeHTML(false)
	scanner := bufio.NewScanner(in)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	number := 0
	for scanner.Scan() {
		number++
		text := bytes.TrimSpace(scanner.Bytes())
		if len(text) == 0 {
			continue
		}
		if err := r.line(text); err != nil {
			return &LineError{Line: number, Err: err}
		}
	}
	if err := scanner.Err(); err != nil {
		return &LineError{Line: number + 1, Err: err}
	}
	if err := r.flush(); err != nil {
		return &LineError{Line: number, Err: err}
	}
	return nil
}

// replay is the state of one run.
type replay struct {
	options Options
	out     *json.Encoder
	edges   []float64
	judge   *verdict.Judge
	start   int64
	keys    map[string]int
	// tick is the one that lines are being added to; at holds the place of each stratum in it.
	tick counts.Tick
	at   map[int]int
}

func (r *replay) line(text []byte) error {
	l, err := parse(text)
	if err != nil {
		return err
	}
	a, err := l.A.count(r.options.Kind, &r.edges)
	if err != nil {
		return fmt.Errorf("a: %w", err)
	}
	b, err := l.B.count(r.options.Kind, &r.edges)
	if err != nil {
		return fmt.Errorf("b: %w", err)
	}
	end, err := r.tickOf(int64(*l.T))
	if err != nil {
		return err
	}
	if end != r.tick.End {
		if err := r.flush(); err != nil {
			return err
		}
		r.tick, r.at = counts.Tick{End: end}, map[int]int{}
	}
	key, known := r.keys[l.Stratum]
	if !known {
		key = len(r.keys) + 1
		r.keys[l.Stratum] = key
	}
	place, there := r.at[key]
	if !there {
		r.at[key] = len(r.tick.Strata)
		r.tick.Strata = append(r.tick.Strata, counts.Stratum{Key: key, A: a, B: b})
		return nil
	}
	add(&r.tick.Strata[place].A, a)
	add(&r.tick.Strata[place].B, b)
	return nil
}

// tickOf is the end of the tick that a moment belongs to. The first line sets the grid.
func (r *replay) tickOf(t int64) (int64, error) {
	step := r.options.Step
	if r.keys == nil {
		r.keys = map[string]int{}
		r.start = r.options.Start
		if r.start == 0 {
			r.start = t - step
		}
	}
	if t <= r.start {
		return 0, fmt.Errorf("t %d is not after the start, %d", t, r.start)
	}
	end := r.start + (t-r.start+step-1)/step*step
	if end < r.tick.End {
		return 0, fmt.Errorf("t %d goes back behind the tick that ends at %d; sort the lines by t", t, r.tick.End)
	}
	return end, nil
}

func add(sum *counts.Arm, more counts.Arm) {
	sum.N += more.N
	sum.X += more.X
	for i, n := range more.Above {
		sum.Above[i] += n
	}
}

// flush judges the tick that is complete now, and writes what it says.
func (r *replay) flush() error {
	if len(r.tick.Strata) == 0 {
		return nil
	}
	if r.judge == nil {
		judge, err := verdict.NewJudge(r.options.judge(), r.series())
		if err != nil {
			return fmt.Errorf("start: %w", err)
		}
		r.judge = judge
	}
	if err := r.judge.Add(r.tick); err != nil {
		return fmt.Errorf("tick at %d: %w", r.tick.End, err)
	}
	v, err := r.judge.Verdict(r.options.context())
	if err != nil {
		return fmt.Errorf("tick at %d: %w", r.tick.End, err)
	}
	if err := r.out.Encode(outputOf(r.tick.End, v, r.options.Reasons)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

func (r *replay) series() counts.Series {
	return counts.Series{Signal: r.options.signal(), Edges: r.edges, Step: r.options.Step, Start: r.start}
}

func (o Options) signal() model.Signal {
	s := model.Signal{ID: string(o.Kind), Name: string(o.Kind), Kind: model.KindRatio, Unit: "percentunit", Direction: o.Direction}
	if o.Kind == Latency {
		s.Kind, s.Unit = model.KindHistogram, "s"
	}
	return s
}

func (o Options) judge() verdict.Options {
	signal := o.signal()
	return verdict.Options{
		Flag: "replay", Baseline: "a", Variant: "b", Signal: signal, Judged: kind.BuiltIn().Of(signal).Judged, Margin: o.Margin, Alpha: o.Alpha,
		AlphaWithin: o.AlphaWithin, Profile: o.Profile,
	}
}

func (o Options) context() verdict.Context {
	if !(o.Share > 0) {
		return verdict.Context{}
	}
	return verdict.Context{Expected: []verdict.Epoch{{Start: math.MinInt64, Baseline: 1 - o.Share, Feature: o.Share}}}
}

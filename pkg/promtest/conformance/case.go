// Package conformance reads cases of recorded series with the answers that are right for them, loads the series into
// real engines, and holds what a datasource answers against what is right. It knows nothing of how answers come about:
// a test gives it frames. testdata/conformance/README.md describes the files.
package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Case is one folder: what was recorded, what is asked, and what is right.
type Case struct {
	// Name is that of the folder.
	Name string
	// Folder holds the inputs; empty where Samples has them already.
	Folder       string
	Request      Request
	Expectations []Expectation
	// Samples are those of a case that was generated.
	Samples []Sample
}

// Request is request.json.
type Request struct {
	// Situation is what the series are of, for readers.
	Situation string `json:"situation"`
	// Engines are those that hold these series; Prometheus 3 if empty.
	Engines []Engine `json:"engines,omitempty"`
	// Settings are the datasource's jsonData.
	Settings map[string]any `json:"settings"`
	From     Time           `json:"from"`
	To       Time           `json:"to"`
	Queries  []Query        `json:"queries"`
}

// Query is one query, asked after those before it, of the same backend.
type Query struct {
	Name  string          `json:"name"`
	Query json.RawMessage `json:"query,omitempty"`
	// PromQL is asked of the engine itself, at To, in the place of Query: what is right can be read beside what is answered.
	PromQL string `json:"promql,omitempty"`
	// Settings replace those of the request, key by key.
	Settings map[string]any `json:"settings,omitempty"`
	// From and To are the request's where they are zero. The clock of the backend stands at Now, which is To if zero.
	From Time `json:"from,omitzero"`
	To   Time `json:"to,omitzero"`
	Now  Time `json:"now,omitzero"`
	// MaxDataPoints is as panels send it; 1000 if zero.
	MaxDataPoints int64 `json:"maxDataPoints,omitempty"`
	// Load names the inputs that arrive before this query. Where no query has any, all are there from the beginning.
	Load []string `json:"load,omitempty"`
	// Restart has the backend begin anew before this query.
	Restart bool `json:"restart,omitempty"`
}

// Time is RFC 3339 text, or Unix milliseconds.
type Time struct{ time.Time }

// UnmarshalJSON reads either form.
func (t *Time) UnmarshalJSON(text []byte) error {
	if ms, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		t.Time = time.UnixMilli(ms).UTC()
		return nil
	}
	if err := t.Time.UnmarshalJSON(text); err != nil {
		return fmt.Errorf("%s is no time: write it as \"2026-11-28T18:00:00Z\" or in Unix milliseconds", text)
	}
	return nil
}

// orElse is t, or another time where t is zero.
func (t Time) orElse(other Time) Time {
	if t.IsZero() {
		return other
	}
	return t
}

// Cases reads every case below a folder, in the order of their names; the folder may be a case itself.
func Cases(folder string) ([]Case, error) {
	var cases []Case
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() != "request.json" {
			return err
		}
		one, err := ReadCase(filepath.Dir(path))
		cases = append(cases, one)
		return err
	})
	if err == nil && len(cases) == 0 {
		err = fmt.Errorf("no case is below %s: a case is a folder with request.json, expected.json and input.*", folder)
	}
	return cases, err
}

// ReadCase reads one case.
func ReadCase(folder string) (Case, error) {
	c := Case{Name: filepath.Base(folder), Folder: folder}
	if err := readJSON(filepath.Join(folder, "request.json"), &c.Request); err != nil {
		return c, err
	}
	if err := readJSON(filepath.Join(folder, "expected.json"), &c.Expectations); err != nil {
		return c, err
	}
	if err := c.Complete(); err != nil {
		return c, fmt.Errorf("%s: %w", c.Name, err)
	}
	return c, nil
}

// Complete fills in what a case leaves out, and checks the rest.
func (c *Case) Complete() error {
	r := &c.Request
	if len(r.Engines) == 0 {
		r.Engines = []Engine{Prometheus3}
	}
	for _, engine := range r.Engines {
		if !slices.Contains(Engines, engine) {
			return fmt.Errorf("request.json: engines: %q is none of %v", engine, Engines)
		}
	}
	if !r.To.After(r.From.Time) {
		return errors.New("request.json: from has to lie before to")
	}
	names := map[string]bool{}
	for i := range r.Queries {
		q := &r.Queries[i]
		if q.Name == "" || names[q.Name] {
			return fmt.Errorf("request.json: queries[%d]: needs a name of its own", i)
		}
		names[q.Name] = true
		if (q.PromQL == "") == (len(q.Query) == 0) {
			return fmt.Errorf("request.json: queries[%d]: needs either query or promql", i)
		}
		q.From, q.To = q.From.orElse(r.From), q.To.orElse(r.To)
		q.Now = q.Now.orElse(q.To)
		if q.MaxDataPoints == 0 {
			q.MaxDataPoints = 1000
		}
	}
	if len(r.Queries) == 0 {
		return errors.New("request.json: queries: nothing is asked")
	}
	if len(c.Expectations) == 0 {
		return errors.New("expected.json: nothing is expected")
	}
	said := map[string]bool{}
	for i, e := range c.Expectations {
		if e.Name == "" || said[e.Name] {
			return fmt.Errorf("expected.json: expectation %d needs a name of its own", i)
		}
		said[e.Name] = true
		if err := e.check(names); err != nil {
			return fmt.Errorf("expected.json: %s: %w", e.Name, err)
		}
	}
	return c.placeInputs()
}

// placeInputs has every input loaded before the first query, unless the queries say when.
func (c *Case) placeInputs() error {
	if c.Folder == "" {
		return nil
	}
	inputs, err := filepath.Glob(filepath.Join(c.Folder, "input*"))
	if err != nil || len(inputs) == 0 {
		return errors.New("there is no input.load, input.lines or input.om")
	}
	for _, q := range c.Request.Queries {
		if len(q.Load) > 0 {
			return nil
		}
	}
	for _, input := range inputs {
		c.Request.Queries[0].Load = append(c.Request.Queries[0].Load, filepath.Base(input))
	}
	return nil
}

// Arriving are the samples that arrive before query i.
func (c *Case) Arriving(i int) ([]Sample, error) {
	if c.Folder == "" {
		if i == 0 {
			return c.Samples, nil
		}
		return nil, nil
	}
	var samples []Sample
	for _, name := range c.Request.Queries[i].Load {
		read, err := ReadInput(filepath.Join(c.Folder, name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		samples = append(samples, read...)
	}
	return samples, nil
}

// SettingsOf are the datasource's settings of a query, as JSON.
func (r Request) SettingsOf(q Query) (json.RawMessage, error) {
	settings := map[string]any{}
	for _, layer := range []map[string]any{r.Settings, q.Settings} {
		for key, of := range layer {
			settings[key] = of
		}
	}
	return json.Marshal(settings)
}

// Known are expectations that are not met yet: by case and expectation the reason in words of the product, or the reasons by
// engine where only some fall short.
type Known map[string]map[string]Reason

// Reason is why an expectation is not met, by engine; under the empty engine for all of them.
type Reason map[Engine]string

// UnmarshalJSON reads a reason, or reasons by engine.
func (r *Reason) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte(`"`)) {
		var all string
		err := json.Unmarshal(text, &all)
		*r = Reason{"": all}
		return err
	}
	return json.Unmarshal(text, (*map[Engine]string)(r))
}

// ReadKnown reads known.json, where there is one in the folder.
func ReadKnown(folder string) (Known, error) {
	known := Known{}
	file := filepath.Join(folder, "known.json")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	return known, readJSON(file, &known)
}

// Of is why an expectation of a case is not met on an engine; empty where it has to be.
func (k Known) Of(c, expectation string, engine Engine) string {
	reasons := k[c][expectation]
	if reason := reasons[engine]; reason != "" {
		return reason
	}
	return reasons[""]
}

// Stray is what known.json names and no case has.
func (k Known) Stray(cases []Case) []string {
	var stray []string
	for name, expectations := range k {
		i := slices.IndexFunc(cases, func(c Case) bool { return c.Name == name })
		for expectation := range expectations {
			if i < 0 || !slices.ContainsFunc(cases[i].Expectations, func(e Expectation) bool { return e.Name == expectation }) {
				stray = append(stray, name+": "+expectation)
			}
		}
	}
	slices.Sort(stray)
	return stray
}

// readJSON reads a file, and refuses fields that it does not know: one that is misspelled would expect nothing.
func readJSON(file string, into any) error {
	text, err := os.ReadFile(file) //nolint:gosec // a file that the author of a case names
	if err != nil {
		return fmt.Errorf("read a case: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", strings.TrimPrefix(file, "./"), err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: goes on after its value", file)
	}
	return nil
}

package limit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// WhatToDo is what helps where the existing application is beyond a limit.
const WhatToDo = "What to do: no feature did this, so no roll-back helps. Look at the application, what it depends on, and its last deployment."

// Words are what an alert says of a limit: a line, and lines that each begin with the question that they answer.
type Words struct{ Summary, Description string }

// WordsOf puts what was measured, and how far beyond a limit it is, into the words of an alert.
func WordsOf(m Measured, l model.Limit, excess float64) Words {
	subject := "Existing application"
	if m.Role != model.RoleBaseline {
		subject = numbers.Name(m.Flag) + " " + numbers.Name(m.Variant)
	}
	name := m.label()
	if math.IsNaN(m.Value) {
		return Words{
			fmt.Sprintf("%s: %s: no value", subject, name),
			"How much: nothing was measured" + m.lately() + ".\n" + m.where(),
		}
	}
	text := fmt.Sprintf("%s: %s: %s, the limit is %s", subject, name, m.written(m.Value), m.bare(l.Value))
	if !(excess > 1) {
		text = fmt.Sprintf("%s: %s is not surely beyond its limit: %s, the limit is %s", subject, name, m.written(m.Value), m.bare(l.Value))
	}
	lines := []string{m.howMuch(l), m.howMany(), m.where()}
	if m.Role == model.RoleBaseline {
		lines = append(lines, WhatToDo)
	}
	var said []string
	for _, line := range lines {
		if line != "" {
			said = append(said, line)
		}
	}
	return Words{text, strings.Join(said, "\n")}
}

// label is what is measured: errors, latency p95.
func (m Measured) label() string {
	name := numbers.Within(m.Signal.Name)
	if _, quantile := model.StatQuantile(m.Stat); quantile || m.Stat == model.StatMean {
		name += " " + m.Stat
	}
	return name
}

// written is a value; a share is one of every 100 requests.
func (m Measured) written(value float64) string {
	if m.Form == counts.FormShare {
		return m.bare(value) + " of every 100 requests"
	}
	return numbers.Value(m.Signal.Unit, value)
}

// bare is a value without what a sentence has said before.
func (m Measured) bare(value float64) string {
	if m.Form != counts.FormShare {
		return strings.TrimPrefix(numbers.Setting(m.Signal.Unit, value), "+")
	}
	digits := strconv.FormatFloat(value*100, 'g', 2, 64)
	if n, err := strconv.ParseFloat(digits, 64); err == nil {
		digits = strconv.FormatFloat(n, 'f', -1, 64)
	}
	return digits
}

func (m Measured) howMuch(l model.Limit) string {
	if math.IsNaN(m.Events) {
		return "How much: " + m.written(m.Value) + ", without an allowance for chance: the signal counts no requests."
	}
	side := "at least"
	if m.Signal.Direction == model.HigherIsBetter {
		side = "at most"
	}
	return fmt.Sprintf("How much: %s; %s %s with %s standard errors for chance.", m.written(m.Value), side,
		m.bare(Bound(m, l.Errors())), strconv.FormatFloat(l.Errors(), 'f', -1, 64))
}

func (m Measured) howMany() string {
	if math.IsNaN(m.Events) {
		return ""
	}
	all := strconv.FormatFloat(math.Round(m.Events), 'f', 0, 64)
	if m.Form == counts.FormShare {
		return fmt.Sprintf("How many: about %.0f of %s requests%s.", m.Events*m.Value, all, m.lately())
	}
	return fmt.Sprintf("How many: about %s requests%s.", all, m.lately())
}

func (m Measured) lately() string { return " in the last " + numbers.Length(m.Window) }

func (m Measured) where() string {
	if m.Role != model.RoleBaseline {
		return ""
	}
	return Where(m.Flag, m.Variant)
}

// Where says what the existing application was measured on.
func Where(flag, baseline string) string {
	return fmt.Sprintf("Who has it: the baseline of %s (%s) alone was measured; no feature is part of it.",
		numbers.Name(flag), numbers.Name(baseline))
}

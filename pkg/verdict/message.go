package verdict

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// Message is what an alert says of a verdict to whoever it wakes: each line of it is a sentence that begins with the question
// that it answers.
type Message struct {
	// Summary is one line: which feature, in what, and how much of every 100 requests.
	Summary string
	// Description holds lines: how much, how many, who has it, since when, what is so now, what to be careful with, what to do.
	Description string
	// From is where a picture of it begins, in unix seconds: some time before the rollout. 0 where nothing is known.
	From int64
}

// Shortest and part of the rollout's age that a picture shows before it.
const (
	leastBefore = 15 * time.Minute
	partBefore  = 10
)

// Message puts the verdict into the words of an alert. serves is the feature's part of the flag's requests, 0 to 1; NaN where it
// is not known.
func (v *Verdict) Message(serves float64) Message {
	return message{v, numbers.Name(v.Options.Variant), numbers.Name(v.Options.Baseline)}.of(serves)
}

// message writes a Message, with names that fit into a line.
type message struct {
	*Verdict
	variant, baseline string
}

func (m message) of(serves float64) Message {
	name := numbers.Within(m.Options.Signal.Name)
	subject := numbers.Name(m.Options.Flag) + " " + m.variant
	began := m.RolloutStart
	if began == 0 {
		began = m.Start
	}
	out := Message{From: m.before(began)}
	if m.State != Regressed {
		out.Summary = fmt.Sprintf("%s: %s is not called worse now (%s)", subject, name, alertWord(m.State))
		out.Description = m.Reason
		return out
	}
	out.Summary = fmt.Sprintf("%s: %s worse: %s", subject, name, m.damage())
	out.Description = strings.Join(nonEmpty([]string{
		m.howMuch(), m.howMany(), m.who(serves), m.since(began), labelled("Now", m.progress()), labelled("Careful", m.careful()),
		fmt.Sprintf("What to do: roll %s back: give %s no traffic. Then a new rollout begins, and its verdict anew.",
			numbers.Name(m.Options.Flag), m.variant),
	}), "\n")
	return out
}

func (m message) before(began int64) int64 {
	if began == 0 {
		return 0
	}
	age := time.Duration(max(0, max(m.latest, m.Until)-began)) * time.Second
	return began - int64(max(leastBefore, age/partBefore).Seconds())
}

// damage is how much worse, of every 100 requests where requests are what is counted.
func (m message) damage() string {
	switch m.Options.Judged.Form {
	case counts.FormTails:
		if math.IsNaN(m.Edge) {
			return "no bucket edge to judge by"
		}
		feature, baseline := m.JudgedVariant, m.JudgedBaseline
		if math.IsNaN(feature) || math.IsNaN(baseline) {
			feature, baseline = of(m.BadVariant, m.NVariant), of(m.BadBaseline, m.NBaseline)
		}
		return fmt.Sprintf("%s take over %s (%s)", m.more(m.Difference), trimmed(m.Unit, m.Edge), m.both(feature, baseline))
	case counts.FormShare:
		return fmt.Sprintf("%s (%s)", m.more(m.Difference), m.both(m.VariantValue, m.BaselineValue))
	}
	return fmt.Sprintf("%s (%s with %s, %s with %s)", span(m.DifferenceUnit, m.Difference, math.Inf(-1), math.Inf(1), border{}),
		Quantity(m.Unit, m.VariantValue), m.variant, Quantity(m.Unit, m.BaselineValue), m.baseline)
}

// outOf is how many requests a difference is said of: fewer than one of a thousand cannot be told of a hundred.
func (m message) outOf() float64 {
	if math.Abs(m.Difference) < 0.001 {
		return 10_000
	}
	return 100
}

// more writes a difference of parts: 3.1 more of every 100 requests.
func (m message) more(difference float64) string {
	word := "more"
	if difference < 0 {
		word = "fewer"
	}
	return fmt.Sprintf("%s %s of every %s requests", m.parts(math.Abs(difference)), word, count(m.outOf()))
}

// parts writes a part as so many of every 100.
func (m message) parts(value float64) string {
	n := value * m.outOf()
	places := decimals(n, 2)
	if n >= 100 {
		places = 0
	}
	return fixed(n, places)
}

func (m message) both(feature, baseline float64) string {
	return fmt.Sprintf("%s with %s, %s with %s", m.parts(feature), m.variant, m.parts(baseline), m.baseline)
}

// requests is whether the difference is one of parts of the requests.
func (m message) requests() bool {
	return m.Options.Judged.Form == counts.FormTails || m.Options.Judged.Form == counts.FormShare
}

func (m message) howMuch() string {
	margin := m.tolerated(m.headlineBorder().places)
	if !m.requests() {
		return labelled("How much", fmt.Sprintf("%s, %s.", span(m.DifferenceUnit, m.Difference, m.Lower, m.Upper, m.headlineBorder()), margin))
	}
	return labelled("How much", fmt.Sprintf("%s%s; %s.", m.more(m.Difference), m.interval(), margin))
}

// interval writes the interval as so many of every 100, on the side of what is worse.
func (m message) interval() string {
	lower, upper := m.Lower, m.Upper
	if m.Difference < 0 {
		lower, upper = -m.Upper, -m.Lower
	}
	places := decimals(math.Abs(m.Difference)*m.outOf(), 2)
	bound := func(value float64) string { return fixed(value*m.outOf(), places) }
	at := ""
	if m.Level > 0 {
		at = " at " + level(m.Level)
	}
	switch noLower, noUpper := open(lower), open(upper); {
	case noLower && noUpper:
		return ""
	case noUpper:
		return ", at least " + bound(lower) + at
	case noLower:
		return ", at most " + bound(upper) + at
	}
	return ", " + bound(lower) + " to " + bound(upper) + at
}

func open(bound float64) bool { return math.IsNaN(bound) || math.IsInf(bound, 0) }

func (m message) howMany() string {
	if !m.Options.Judged.Requests || math.IsNaN(m.NVariant) {
		return ""
	}
	if math.IsNaN(m.BadVariant) || !m.requests() {
		return labelled("How many", fmt.Sprintf("%s requests with %s, %s with %s.", count(m.NVariant), m.variant, count(m.NBaseline), m.baseline))
	}
	text := fmt.Sprintf("%s of the %s requests with %s", count(m.BadVariant), count(m.NVariant), m.variant)
	if expected := m.NVariant * of(m.BadBaseline, m.NBaseline); m.NBaseline > 0 && m.Since == m.Start {
		text += fmt.Sprintf("; with the share of %s it would be %s", m.baseline, count(expected))
	}
	return labelled("How many", text+".")
}

func (m message) who(serves float64) string {
	if math.IsNaN(serves) {
		return labelled("Who has it", fmt.Sprintf("every request with %s.", m.variant))
	}
	return labelled("Who has it", fmt.Sprintf("%s, which serves %s of the requests of %s.", m.variant, share(serves), numbers.Name(m.Options.Flag)))
}

func (m message) since(began int64) string {
	if began == 0 {
		return ""
	}
	text := "the rollout of " + moment(began)
	if now := max(m.latest, m.Until); now > began {
		text += ", " + numbers.Length(time.Duration(now-began)*time.Second) + " ago"
	}
	if m.FiredAt > 0 {
		text += "; called worse at " + moment(m.FiredAt)
	}
	return labelled("Since when", text+".")
}

// careful is what could make a roll-back the wrong answer.
func (m message) careful() string {
	var notes []string
	if m.Observational {
		notes = append(notes, "the variants were targeted, not drawn by lot, so their requests may differ for other reasons.")
	}
	if alone := oneProcess(m.Verdict); alone != "" {
		notes = append(notes, alone)
	}
	if m.unread != "" {
		notes = append(notes, unreadSince(m.Verdict))
	}
	return strings.Join(notes, " ")
}

func labelled(label, sentence string) string {
	if sentence == "" {
		return ""
	}
	return label + ": " + sentence
}

// alertWord is the state in words; a signal that is not judged has none.
func alertWord(s State) string {
	if s == "" {
		return "not judged"
	}
	return string(s)
}

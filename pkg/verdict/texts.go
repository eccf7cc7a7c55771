package verdict

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// even is the dispersion up to which counts are as even as independent ones.
const even = 1.05

// Texts are the words for a verdict at the lengths that a reader may have room for. Each is empty where there is nothing to
// say. Differences and values in them are written as in the cells beside them.
type Texts struct {
	// Word is the state as people say it. Lead begins the sentence that Detail goes on: the word, or Slower and Faster of how
	// long requests take. Label is what is judged: errors, latency over 250 ms.
	Word, Lead, Label string
	// Detail goes on after the lead, with the margin: errors +0.20 pp (+0.08 to +0.32), margin +0.25 pp; of a histogram 8.1% of
	// requests take over 250 ms, 5.0% with off (+3.1 pp, +2.1 to +4.0; +1.3 tolerated). DetailShort leaves the margin out,
	// DetailLeast the interval as well.
	Detail, DetailShort, DetailLeast string
	// Difference and Interval are written alike, the unit with the difference: +38 ms, +21 to +55.
	Difference, Interval string
	// Margin is how much worse is tolerated: +10% and +0.1 pp. Edge is what a histogram is judged by: over 250 ms.
	Margin, Edge string
	// Note stands beside the word: what holds now, when it can be decided, that it is observational. Tags are those of
	// them that need no context.
	Note, Tags string
	// Remark is what a line has room for that the detail does not say.
	Remark string
	// Explanation goes on after the headline: what the verdict rests on and cannot exclude. Figures are the numbers behind it.
	Explanation, Figures string
	// ShareWord says whether the requests are split as they were allocated, Share the same with numbers.
	ShareWord, Share string
}

// Texts are the words for the verdict.
func (v *Verdict) Texts() Texts { return phrases{v}.texts() }

// phrases writes the parts of a verdict's Texts.
type phrases struct{ *Verdict }

// texts writes all of them.
func (v phrases) texts() Texts {
	t := Texts{
		Word: strings.ToUpper(string(v.State[:min(1, len(v.State))])) + string(v.State[min(1, len(v.State)):]),
		Edge: v.edgeText(), Margin: v.marginText(), Figures: v.figures(),
	}
	name := nameOf(v.Options.Signal.ID)
	t.Lead, t.Label = tailWords(v).lead(t.Word), name
	if t.Edge != "" {
		t.Label += " " + t.Edge
	} else if _, quantile := model.StatQuantile(v.Stat); quantile || v.Stat == model.StatMean || v.Stat == model.StatShare {
		t.Label += " " + v.Stat
	}
	t.Difference, t.Interval = v.differenceTexts()
	t.ShareWord, t.Share = v.shareTexts()
	live := ""
	if v.State == Regressed && v.Live != "" && v.Live != Regressed {
		live = "now " + string(v.Live)
	}
	forecast := v.forecastText()
	observational, randomised := "", ""
	if v.Observational {
		observational, randomised = "observational", "observational, not randomised"
	}
	stopped := v.StoppedText()
	t.Note = joined(", ", stopped, live, forecast, observational)
	t.Tags = joined(", ", stopped, randomised, live)
	decided, bare := "", ""
	if forecast != "" {
		decided = "decided " + forecast
	}
	switch v.State {
	case Withheld:
		bare = v.Headline
		t.Detail = name
		if v.Share.State == ShareMismatch && t.Share != "" {
			t.Detail = t.Share
		}
		t.DetailShort = t.Detail
	case NoData, NotRead:
		bare = v.Headline
		t.Detail, t.DetailShort = name, name
	case Insufficient:
		bare = v.Headline
		t.Detail = name + ", nothing so far"
		if n := known(v.NBaseline) + known(v.NVariant); n > 0 {
			t.Detail = name + ", " + count(n) + " so far"
		}
		t.DetailShort = t.Detail
	default:
		t.DetailLeast = t.Label + " " + t.Difference
		if t.Edge != "" {
			t.Detail, t.DetailShort = tailWords(v).effect(true), tailWords(v).effect(false)
			if about := tailWords(v).about(name); about != "" {
				t.Detail, t.DetailShort = about+t.Detail, about+t.DetailShort
			}
			break
		}
		t.DetailShort = t.DetailLeast
		if t.Interval != "" {
			t.DetailShort += " (" + t.Interval + ")"
		}
		t.Detail = t.DetailShort
		if t.Margin != "" {
			t.Detail += ", margin " + t.Margin
		}
	}
	if t.DetailLeast == "" {
		t.DetailLeast = t.DetailShort
	}
	t.Remark = joined("; ", bare, live, decided, randomised)
	t.Explanation = v.explanation(live, forecast)
	return t
}

var separators = regexp.MustCompile(`[_-]+`)

// nameOf is what the id of a signal is called: cache-hits is cache hits.
func nameOf(id string) string { return strings.TrimSpace(separators.ReplaceAllString(id, " ")) }

func known(n float64) float64 {
	if math.IsNaN(n) {
		return 0
	}
	return n
}

func joined(glue string, texts ...string) string { return strings.Join(nonEmpty(texts), glue) }

// differenceTexts writes the difference between the values; of a histogram between the parts above its edge.
func (v phrases) differenceTexts() (difference, interval string) {
	if v.edgeText() != "" && !math.IsNaN(v.Difference) {
		parts := tailWords(v).parts()
		return parts.difference, parts.interval
	}
	style := numbers.StyleOf(v.DifferenceUnit)
	between := []float64{v.BaselineValue, v.VariantValue}
	lower, upper := v.Lower, v.Upper
	if m := v.margin(); m.Relative == 0 {
		factor, places := style.Grid([]float64{v.Lower, v.Upper}, between...)
		margin := v.worse() * m.Absolute
		// A setting is written with all of its digits.
		b := v.border(margin, min(decimals(margin*factor, 3), 6), factor)
		if lower, upper, b.places = b.round(lower, upper, factor, places); b.places != places {
			style.Decimals = b.places
		}
	}
	return numbers.Difference(style, v.Difference, between...), numbers.Interval(style, lower, upper, between...)
}

func (v phrases) edgeText() string {
	if math.IsNaN(v.Edge) || v.Options.Judged.Form != counts.FormTails {
		return ""
	}
	return "over " + strings.TrimPrefix(numbers.Setting(v.Unit, v.Edge), "+")
}

// marginText is the tolerated difference as it was chosen; none where nothing worse is tolerated.
func (v phrases) marginText() string {
	m, sign := v.margin(), v.worse()
	var relative, absolute string
	if m.Relative > 0 {
		relative = strings.Replace(numbers.Setting("percentunit", sign*m.Relative), " pp", "%", 1)
	}
	if m.Absolute > 0 {
		absolute = numbers.Setting(v.DifferenceUnit, sign*m.Absolute)
	}
	if text := joined(" and ", relative, absolute); text != "" {
		return text
	}
	return "none"
}

// forecastText is when a verdict that is open could be reached at the present rate.
func (v phrases) forecastText() string {
	now := max(v.latest, v.Until)
	if v.State != Inconclusive && v.State != Insufficient || v.Forecast <= now {
		return ""
	}
	return "in about " + roughly(v.Forecast-now)
}

// shareTexts say whether the requests are split as they were allocated.
func (v phrases) shareTexts() (word, text string) {
	seen := numbers.Split(1-v.Share.Variant, v.Share.Variant)
	switch v.Share.State {
	case ShareFair:
		return "as allocated", seen + " as allocated"
	case ShareUneven:
		return "uneven", seen + " against " + split(v.Share.Expected) + " allocated, as a few heavy users would make it"
	case ShareMismatch:
		if math.IsNaN(v.Share.Variant) || math.IsNaN(v.Share.Expected) {
			return "mismatch", ""
		}
		return "mismatch", seen + " against " + split(v.Share.Expected) + " allocated"
	}
	return "not checked", "Nothing says how the requests were meant to be split."
}

// explanation is the reason without its headline, or what the numbers say where the reason says no more.
func (v phrases) explanation(live, forecast string) string {
	if rest, ok := strings.CutPrefix(v.Reason, v.Headline); ok && rest != "" {
		return strings.TrimSpace(rest)
	}
	var sentences []string
	if forecast != "" {
		sentences = append(sentences, "At the present rate it can be decided "+forecast+".")
	}
	if live != "" {
		sentences = append(sentences, "It stands until a new rollout begins; "+live+".")
	}
	if a, b := v.NBaseline, v.NVariant; a+b > 0 {
		text := count(a) + " of " + v.Options.Baseline + " and " + count(b) + " of " + v.Options.Variant
		if count(a) == count(b) {
			text = count(a) + " of each variant"
		}
		sentences = append(sentences, "Rests on "+text+".")
	}
	if v.Level > 0 {
		sentences = append(sentences, "The interval is at "+level(v.Level)+" and holds at every look.")
	}
	if v.Observational {
		sentences = append(sentences, "Observational: the variants were targeted, not drawn by lot.")
	}
	return strings.Join(sentences, " ")
}

// figures are how long, of how many processes, how evenly and by which profile was judged.
func (v phrases) figures() string {
	scatter, profile := "", ""
	if v.Dispersion > even && !strings.Contains(v.Reason, "scatter") {
		scatter = "counts scatter " + strconv.FormatFloat(v.Dispersion, 'f', 1, 64) + " times as much as independent ones"
	}
	if v.Options.Profile != "" {
		profile = "profile " + string(v.Options.Profile)
	}
	text := joined("; ", joined(" of ", many(v.Ticks, "minute", "minutes"), many(v.Processes, "process", "processes")), scatter, profile)
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func many(n int, one, several string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "one " + one
	}
	return fmt.Sprintf("%s %s", count(float64(n)), several)
}

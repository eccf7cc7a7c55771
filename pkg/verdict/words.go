package verdict

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// bursty is the dispersion from which it is said that requests come in bursts.
const bursty = 4

// explain puts the verdict into words: what was found and how much, then what it rests on and what it cannot exclude.
func (v *Verdict) explain(c Context) {
	v.context = c
	v.Headline = v.headline(c)
	sentences := []string{v.Headline}
	if v.unread != "" {
		sentences = append(sentences, unreadSince(v))
	}
	sentences = append(sentences, stoppedSince(v))
	if c.Doubt.Why != "" {
		v.Reason = strings.Join(nonEmpty(append(sentences, c.Doubt.Remedy, "Then judge from a later start (since), or begin a new rollout.")), " ")
		return
	}
	if v.State != NoData && v.State != NotRead {
		sentences = append(sentences, v.progress(), v.values(), v.rests(), v.caveats(c))
	}
	v.Reason = strings.Join(nonEmpty(sentences), " ")
}

func nonEmpty(sentences []string) []string {
	var kept []string
	for _, s := range sentences {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// headline is the first sentence: the state with what it is about.
func (v *Verdict) headline(c Context) string {
	o := v.Options
	switch v.State {
	case NotRead:
		return fmt.Sprintf("%s: not read: %s.", o.Signal.Name, strings.TrimSuffix(c.Refused, "."))
	case NoData:
		return noData(v, c)
	case Insufficient:
		if c.Waiting {
			return fmt.Sprintf("%s: not enough data yet: %s has had too few requests to tell where slow begins.", o.Signal.Name, o.Baseline)
		}
		text := fmt.Sprintf("%s: not enough data yet: %d of %d minutes with traffic on both %s and %s.", o.Signal.Name,
			v.Ticks, minTicks, o.Baseline, o.Variant)
		if v.needed > 0 && v.NBaseline+v.NVariant < v.needed {
			text += fmt.Sprintf(" It takes about %s requests to tell a share half as high again as is tolerated; there are %s.",
				about(v.needed), count(v.NBaseline+v.NVariant))
		}
		return text
	case Withheld:
		if c.Doubt.Why != "" {
			return fmt.Sprintf("%s: withheld, because the counts cannot be true: %s.", o.Signal.Name, c.Doubt.Why)
		}
		if c.Uncommon != "" {
			return fmt.Sprintf("%s: withheld, because %s.", o.Signal.Name, strings.TrimSuffix(c.Uncommon, "."))
		}
		if v.unplaced != "" {
			return fmt.Sprintf("%s: withheld, because %s since %s: their processes lack some of the bucket bounds that are judged. The requests are counted.",
				o.Signal.Name, v.unplaced, moment(v.unplacedSince))
		}
		if v.lostMuch {
			return fmt.Sprintf("%s: withheld, because %s.", o.Signal.Name, v.lost)
		}
		if v.Share.State == ShareMismatch {
			return fmt.Sprintf("%s: withheld, because the requests are split %s, against %s that were allocated: what shifted them may "+
				"also shift the result.", o.Signal.Name, split(v.Share.Variant), split(v.Share.Expected))
		}
		return fmt.Sprintf("%s: withheld, because %s of the processes lack %s alone: what is not seen may be what is worse.",
			o.Signal.Name, share(v.Missing), v.MissingVariant)
	case Regressed:
		return fmt.Sprintf("%s got worse with %s %s: %s.", o.Signal.Name, o.Flag, o.Variant, v.effect())
	case Improved:
		return fmt.Sprintf("%s got better with %s %s: %s.", o.Signal.Name, o.Flag, o.Variant, v.effect())
	case WithinMargin:
		return fmt.Sprintf("%s stayed within the margin with %s %s: %s.", o.Signal.Name, o.Flag, o.Variant, v.effect())
	}
	return fmt.Sprintf("%s: not decided yet for %s %s: %s.", o.Signal.Name, o.Flag, o.Variant, v.effect())
}

// unreadSince says how old the verdict is, and what does not answer.
func unreadSince(v *Verdict) string {
	return fmt.Sprintf("This is as of %s: since then it could not be read: %s.", moment(max(v.latest, v.Until)), strings.TrimSuffix(v.unread, "."))
}

// noData says what is missing.
func noData(v *Verdict, c Context) string {
	o := v.Options
	switch {
	case c.Refused != "":
		return fmt.Sprintf("%s: no data: %s.", o.Signal.Name, strings.TrimSuffix(c.Refused, "."))
	case c.MissingArm != "":
		return fmt.Sprintf("%s: no data: %s has no series.", o.Signal.Name, c.MissingArm)
	case o.Baseline == "":
		return fmt.Sprintf("%s: no data: flag %s has no baseline.", o.Signal.Name, o.Flag)
	case v.NBaseline == 0 && v.NVariant == 0:
		return fmt.Sprintf("%s: no data: neither %s nor %s has traffic since the rollout began.", o.Signal.Name, o.Baseline, o.Variant)
	case v.NBaseline == 0:
		return fmt.Sprintf("%s: no data: %s has no traffic since the rollout began.", o.Signal.Name, o.Baseline)
	}
	return fmt.Sprintf("%s: no data: %s has no traffic since the rollout began.", o.Signal.Name, o.Variant)
}

// effect is how much: both values, the difference with its interval, the margin.
func (v *Verdict) effect() string {
	o := v.Options
	if o.Judged.Form == counts.FormTails {
		return tailWords{v}.effect(true)
	}
	border := v.headlineBorder()
	difference := span(v.DifferenceUnit, v.Difference, v.Lower, v.Upper, border)
	return fmt.Sprintf("%s, %s, %s", found(v), difference, v.tolerated(border.places))
}

// found is both values in the words of the signal's kind; of a histogram they are the parts above its edge.
func found(v *Verdict) string {
	o := v.Options
	write := func(value float64) string { return Quantity(v.Unit, value) }
	if o.Judged.Form != counts.FormMean {
		write = share
	}
	edge, take := "", "are"
	if o.Judged.Form == counts.FormTails {
		edge = trimmed(v.Unit, v.Edge)
	}
	if numbers.IsDuration(v.Unit) {
		take = "take"
	}
	return strings.NewReplacer("{feature}", write(v.JudgedVariant), "{baseline}", write(v.JudgedBaseline), "{edge}", edge, "{take}", take, "{name}", o.Baseline).
		Replace(o.Judged.Found)
}

// headlineBorder is the border of the interval in the headline: none where the margin is written as a relative one alone,
// which no bound can be held against. Where the bounds have more decimals and would contradict it, the margin gets theirs.
func (v *Verdict) headlineBorder() border {
	if m := v.margin(); m.Absolute == 0 && m.Relative > 0 {
		return border{}
	}
	s := differenceScale(v.DifferenceUnit, v.Margin)
	of := func(places int) border {
		return v.border(nearest(v.Margin*s.factor, places)/s.factor, places, s.factor)
	}
	places := decimals(v.Margin*s.factor, offsetDigits)
	b := of(places)
	if bounds, fine := spanScale(v.DifferenceUnit, v.Difference, v.Lower, v.Upper); v.Margin != 0 && b.contradicts(v.Lower, v.Upper, bounds.factor, fine) {
		b = of(min(max(places, fine+int(math.Ceil(math.Log10(bounds.factor/s.factor)-1e-9))), 6))
	}
	return b
}

// margin is what is tolerated of what is shown: of the far tail more than was chosen for the signal, where that is less.
func (v *Verdict) margin() model.Margin {
	if quantile, ok := model.StatQuantile(v.Stat); ok && v.Options.Judged.Form == counts.FormTails {
		return toleratedAt(v.Options.Margin, quantile)
	}
	return v.Options.Margin
}

// tolerated is the margin, with at least so many decimals, in the unit of the difference where it is not a relative one alone.
func (v *Verdict) tolerated(places int) string {
	m := v.margin()
	relative := trimmed("percentunit", m.Relative)
	sign := "+"
	if v.worse() < 0 {
		sign = minus
	}
	switch {
	case m.Relative == 0 && m.Absolute == 0:
		return "no margin"
	case m.Absolute == 0:
		return "margin " + sign + relative
	case m.Relative == 0:
		return "margin " + offset(v.DifferenceUnit, v.Margin, places)
	}
	return fmt.Sprintf("margin %s (%s and %s)", offset(v.DifferenceUnit, v.Margin, places), relative,
		strings.TrimLeft(offset(v.DifferenceUnit, m.Absolute, 0), "+"))
}

// worse is the sign of a difference that is worse.
func (v *Verdict) worse() float64 {
	if v.Options.Signal.Direction == model.HigherIsBetter {
		return -1
	}
	return 1
}

// progress says what a latch or an open question means.
func (v *Verdict) progress() string {
	switch {
	case v.State == Regressed && v.Live != Regressed:
		return fmt.Sprintf("That was so until %s and stands until a new rollout begins; now it would be: %s.", moment(v.Until), v.Live)
	case v.State == Inconclusive && v.stopped != 0:
		return ""
	case v.State == Inconclusive && v.turned:
		return "It was decided before, but the latest minutes speak against that: whether they last has to be seen."
	case v.State == Inconclusive && v.Forecast > 0:
		return fmt.Sprintf("At the present rate it can be decided in about %s.", roughly(v.Forecast-v.latest))
	case v.State == Inconclusive && v.BadBaseline+v.BadVariant == 0 && v.margin().Absolute == 0:
		return "Neither variant has had one yet, which proves nothing without an absolute margin."
	case v.State == Inconclusive && !math.IsNaN(v.Difference):
		return "It cannot be said when."
	case v.State == Withheld && v.lostMuch && v.unplaced == "":
		return v.lostRemedy + " Then judge from a later start (since), or begin a new rollout."
	case v.State == Withheld:
		return "Fix that, or begin a new rollout."
	}
	return ""
}

// values names the quantiles of a histogram with the bounds that they are known by.
func (v *Verdict) values() string {
	if v.Options.Judged.Form != counts.FormTails || math.IsNaN(v.VariantValue) {
		return ""
	}
	when := ""
	if v.valuesSince > v.Since {
		when = fmt.Sprintf("In the last %s, ", strings.TrimPrefix(numbers.Length(time.Duration(v.Until-v.valuesSince)*time.Second), "1 "))
		when = strings.Replace(when, "last h,", "last hour,", 1)
	}
	return fmt.Sprintf("%s%s lies %s with %s, %s with %s.", when, v.Stat,
		between(v.Unit, v.VariantLower, v.VariantUpper), v.Options.Variant,
		between(v.Unit, v.BaselineLower, v.BaselineUpper), v.Options.Baseline)
}

func between(unit string, lower, upper float64) string {
	switch {
	case math.IsInf(upper, 1):
		return "above " + trimmed(unit, lower)
	case lower == 0 || math.IsInf(lower, -1):
		return "below " + trimmed(unit, upper)
	}
	return "between " + trimmed(unit, lower) + " and " + trimmed(unit, upper)
}

// rests says what the verdict rests on.
func (v *Verdict) rests() string {
	if v.State == Insufficient {
		return ""
	}
	o := v.Options
	var text strings.Builder
	if o.Judged.Requests {
		fmt.Fprintf(&text, "Rests on %s requests with %s and %s with %s", count(v.NBaseline), o.Baseline, count(v.NVariant), o.Variant)
	} else {
		fmt.Fprintf(&text, "Rests on %s with both", ticksLength(v.Ticks))
	}
	fmt.Fprintf(&text, " since %s", moment(v.Start))
	if v.Since > v.Start {
		fmt.Fprintf(&text, "; the values are those since %s", moment(v.Since))
	}
	if v.Level > 0 {
		fmt.Fprintf(&text, "; the interval is at %s and holds at every look", level(v.Level))
	}
	return text.String() + "."
}

// level writes a coverage: 98%, 99.33%.
func level(value float64) string {
	return strconv.FormatFloat(math.Round(value*1e4)/100, 'f', -1, 64) + "%"
}

// caveats say what the verdict cannot exclude.
func (v *Verdict) caveats(c Context) string {
	var notes []string
	if v.Observational {
		notes = append(notes, "Observational: the variants were targeted, not drawn by lot, so their requests may differ for other reasons.")
	}
	// A change on the way scatters as bursts do.
	if v.Dispersion >= bursty && v.Since == v.Start {
		notes = append(notes, fmt.Sprintf("The requests come in bursts (they scatter %s times as much as independent ones), which the interval allows for.",
			fixed(v.Dispersion, decimals(v.Dispersion, 2))))
	}
	if v.lost != "" && (v.State != Withheld || !v.lostMuch) {
		notes = append(notes, strings.ToUpper(v.lost[:1])+v.lost[1:]+".")
	}
	notes = append(notes, nonEmpty([]string{oneProcess(v)})...)
	if v.State == Regressed {
		notes = append(notes, drift(v.Options.Profile))
	}
	if v.Share.State == ShareUnknown && v.State != Insufficient && len(c.Expected) == 0 && v.Options.Judged.Requests {
		notes = append(notes, "The request ratio was not checked: no allocation is known.")
	}
	if v.Share.State == ShareUneven && v.State != Insufficient {
		notes = append(notes, fmt.Sprintf("The requests are split %s, against %s that were allocated: a few users who send very many of them "+
			"would do that, and so would a variant that loses requests. Counts of users would tell.",
			split(v.Share.Variant), split(v.Share.Expected)))
	}
	return strings.Join(notes, " ")
}

// oneProcess says that an arm is one process, which may be odd by itself.
func oneProcess(v *Verdict) string {
	var name string
	switch {
	case v.State == Insufficient || !v.aloneA && !v.aloneB:
		return ""
	case v.aloneA && v.aloneB:
		name = "each variant"
	case v.aloneB:
		name = v.Options.Variant
	default:
		name = v.Options.Baseline
	}
	return fmt.Sprintf("One process alone serves %s: whatever is wrong with that process looks the same as the feature. A second one would tell.", name)
}

// drift says what looks the same as a regression.
func drift(profile model.Profile) string {
	if profile == model.ProfileBrisk {
		return "Whatever else hit one variant alone for more than a few minutes looks the same."
	}
	return "Whatever else hit one variant alone for more than a quarter of an hour looks the same."
}

// split writes the shares of both arms: 46.8 : 53.2.
func split(feature float64) string { return numbers.Split(1-feature, feature) }

// roughly writes a wait in one unit, or two where the first is small.
func roughly(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	switch {
	case d >= 48*time.Hour:
		return numbers.Length(d.Round(24 * time.Hour))
	case d >= 4*time.Hour:
		return numbers.Length(d.Round(time.Hour))
	case d >= time.Hour:
		return numbers.Length(d.Round(10 * time.Minute))
	}
	return numbers.Length(max(d.Round(time.Minute), time.Minute))
}

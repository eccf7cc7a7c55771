package collect

import (
	"context"
	"fmt"
	"slices"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/trust"
)

// doubts are what was found out of whether the counts of a run can be true. The windows that are looked at follow from the
// run's start and its ticks alone, so that whoever collects it finds the same. Each lasts an hour; they end at twice the age of
// the one before, and after hours in which much was left out.
type doubts struct {
	// looked are the ticks at which the windows that were looked at end, ascending, with what was found.
	looked []looked
	// odd are the ticks at the end of hours in which much was left out; vanished is what was, up to the latest of them.
	odd      []int
	vanished int
}

type looked struct {
	tick  int
	found []trust.Doubt
}

const (
	hour = 60
	// firstLook is the age, in ticks, at which a window is looked at for the first time: as soon as there are verdicts.
	firstLook = 10
	// oddHour is how many increments are left out in an hour that is looked at, mostOdd how many such hours are.
	oddHour, mostOdd = 6, 24
)

// take takes in a tick, with how much was left out up to it: where an hour ends, whether much was in that.
func (d *doubts) take(tick, vanished int) {
	if tick <= 0 || tick%hour != 0 {
		return
	}
	if vanished-d.vanished >= oddHour && len(d.odd) < mostOdd {
		d.odd = append(d.odd, tick)
	}
	d.vanished = vanished
}

// due are the ticks up to done at which windows end that are to be looked at.
func (d *doubts) due(done int) []int {
	var ticks []int
	for tick := firstLook; tick < hour && tick <= done; tick *= 2 {
		ticks = append(ticks, tick)
	}
	for tick := hour; tick <= done; tick *= 2 {
		ticks = append(ticks, tick)
	}
	for _, tick := range d.odd {
		// The others are there already.
		if n := tick / hour; tick <= done && n&(n-1) != 0 {
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// examiner looks whether counts can be true.
type examiner struct{ *Collector }

// examine looks at the windows that are complete and were not looked at yet.
func (c examiner) examine(ctx context.Context, r *run) error {
	if !r.ready || r.kind.Events == nil {
		return nil
	}
	var fresh []looked
	for _, tick := range r.doubts.due(r.done) {
		// What an early look shows is outdated by that after an hour.
		outdated := tick < hour && r.done >= hour
		if !outdated && !r.doubts.lookedAt(tick) {
			fresh = append(fresh, looked{tick: tick})
		}
	}
	question := r.question()
	failures := parallel.Each(maxParallel, len(fresh), func(i int) (err error) {
		// How series stand beside each other seldom changes.
		look := trust.Falling
		if tick := fresh[i].tick; tick == firstLook || tick >= hour && tick <= 4*hour || tick%(8*hour) == 0 {
			look = trust.Examine
		}
		fresh[i].found, err = look(ctx, c.client, question, r.at(fresh[i].tick))
		return err
	})
	for i, l := range fresh {
		if failures[i] != nil {
			return fmt.Errorf("collect %s: %w", r.signal.ID, faultOf(failures[i]))
		}
		r.doubts.looked = append(r.doubts.looked, l)
	}
	slices.SortFunc(r.doubts.looked, func(a, b looked) int { return a.tick - b.tick })
	return nil
}

// question is what is asked of a run's series.
func (r *run) question() trust.Question {
	return trust.Question{Scope: r.scope, Events: r.kind.Events(r.signal, r.source.Native)}
}

func (d *doubts) lookedAt(tick int) bool {
	for _, l := range d.looked {
		if l.tick == tick {
			return true
		}
	}
	return false
}

// until is why the counts up to a tick cannot be true. What a window of less than an hour shows is partly of before the
// start: it holds until there is a later one.
func (d *doubts) until(to int) []trust.Doubt {
	var found []trust.Doubt
	for _, l := range d.looked {
		switch {
		case l.tick > to || l.tick < hour && to >= hour:
		case l.tick < hour:
			found = l.found
		default:
			found = append(found, l.found...)
		}
	}
	return trust.Merged(found)
}

// parted are the doubts up to a tick: those for which nothing can be said of the counts, and notices of the others.
func (d *doubts) parted(to int, signal string) (withheld []trust.Doubt, notices []string) {
	for _, doubt := range d.until(to) {
		if doubt.Withholds() {
			withheld = append(withheld, doubt)
		} else {
			notices = append(notices, doubt.Notice(signal))
		}
	}
	return withheld, notices
}

// until is the newest tick of a request.
func (r *run) until(request Request) int {
	if request.End.IsZero() {
		return r.done
	}
	return min(r.done, int(request.End.Sub(r.start)/counts.Step))
}

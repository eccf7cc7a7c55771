package collect

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// delay is samples that come late: those of the series that are so, in the minutes from..to-1 of the rollout.
type delay struct {
	which    func(series labels.Labels) bool
	from, to int
	// arrive is the minute in which all of them are there; behind is by how many minutes each comes late where it is 0.
	arrive, behind int
}

// until is the minute at which the sample of a minute is there.
func (d delay) until(minute int) int {
	if d.arrive > 0 {
		return d.arrive
	}
	return minute + d.behind
}

// delayed is a server as it looks before the late samples are there. What it has is a real server's answer; a series without
// its newest samples has the value of the last one for five minutes, and then none, as engines answer.
type delayed struct {
	Client
	now    *int
	delays []delay
}

func (d *delayed) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	start := q.Start
	q.Start = start.Add(-(bridge - 1) * counts.Step)
	result, err := d.Client.QueryRange(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range result.Series {
		series := &result.Series[i]
		there := map[int64]float64{}
		for _, point := range series.Floats {
			if !d.late(series.Labels, point.T) {
				there[point.T] = point.V
			}
		}
		series.Floats = nil
		for at := start; !at.After(q.End); at = at.Add(counts.Step) {
			for back := range int64(bridge) {
				if value, ok := there[at.UnixMilli()-back*counts.Step.Milliseconds()]; ok {
					series.Floats = append(series.Floats, promapi.FloatPoint{T: at.UnixMilli(), V: value})
					break
				}
			}
		}
	}
	return result, nil
}

func (d *delayed) late(series labels.Labels, at int64) bool {
	minute := int(time.UnixMilli(at).Sub(promtest.Epoch)/counts.Step) - opened
	return slices.ContainsFunc(d.delays, func(delay delay) bool {
		return minute >= delay.from && minute < delay.to && *d.now < delay.until(minute) && delay.which(series)
	})
}

func instanceIs(name string) func(labels.Labels) bool {
	return func(series labels.Labels) bool { return series.Get("instance") == name }
}

func everySeries(labels.Labels) bool { return true }

// watcher looks at a run again and again, and keeps what it was handed as a judge does.
type watcher struct {
	collector *Collector
	ticks     []counts.Tick
	after     int64
	revision  int64
	// anew is how often something was another, back how often it was gone back for that to a tick.
	anew, back int
}

func (w *watcher) look(t *testing.T, request Request) Collected {
	t.Helper()
	request.After, request.Revision = w.after, w.revision
	// It can go back to the end of every seventh tick.
	for i := 6; i < len(w.ticks); i += 7 {
		request.Back = append(request.Back, w.ticks[i].End)
	}
	got, err := w.collector.Collect(t.Context(), request)
	require.NoError(t, err)
	if got.Anew {
		w.ticks = slices.DeleteFunc(w.ticks, func(tick counts.Tick) bool { return tick.End > got.From })
		w.anew++
		if got.From > 0 {
			w.back++
		}
		newest := int64(0)
		for _, end := range request.Back {
			if end < got.Changed {
				newest = end
			}
		}
		require.Equal(t, newest, got.From, "it goes back as far as it must")
	}
	w.revision = got.Revision
	w.ticks = append(w.ticks, got.Series["on"].Ticks...)
	if n := len(w.ticks); n > 0 {
		w.after = w.ticks[n-1].End
	}
	return got
}

// sameLooks looks at a flag in some minutes of the rollout, and requires that who looked before and who begins anew say the
// same at each of them. forget are the minutes before which the backend was restarted.
func sameLooks(t *testing.T, client Client, request Request, delays []delay, looks []int, forget map[int]bool) *watcher {
	t.Helper()
	now := 0
	view := &delayed{client, &now, delays}
	clock := func() time.Time { return at(request.Start.Add(time.Duration(now) * counts.Step))() }
	begin := func() *Collector { return New(view, settingsOf(t, `{}`), Options{Now: clock}) }
	w := &watcher{collector: begin()}
	for _, now = range looks {
		if forget[now] {
			w.collector = begin()
		}
		warm := w.look(t, request)
		cold, err := begin().Collect(t.Context(), request)
		require.NoError(t, err)
		want := cold.Series["on"].Ticks
		require.Len(t, w.ticks, len(want), "minute %d", now)
		for i := range want {
			require.Equal(t, want[i], w.ticks[i], "minute %d, tick %d, of %v", now, i+1, delays)
		}
		require.Equal(t, cold.Notices, warm.Notices, "minute %d", now)
		require.Equal(t, cold.End, warm.End)
	}
	return w
}

// The same data, the same answer, whoever looked before: samples that come late are counted as if they had been there.
func TestLateSamples(t *testing.T) {
	part := func(series labels.Labels) bool { return series.Get("flaglens_part") == "" && on1(series) }
	tests := map[string]struct {
		delays []delay
		looks  []int
		// changed tells whether what was handed over was another at some look.
		changed bool
	}{
		"nothing is late":                    {looks: []int{3, 10, 50, 51, 52, 120}},
		"all lag by three minutes":           {delays: []delay{{which: everySeries, to: 200, behind: 3}}, looks: seq(10, 60, 1), changed: true},
		"one lags by seven minutes":          {delays: []delay{{which: instanceIs("shop-1"), to: 200, behind: 7}}, looks: seq(10, 60, 1), changed: true},
		"all lag by twenty minutes":          {delays: []delay{{which: everySeries, to: 200, behind: 20}}, looks: seq(30, 90, 3), changed: true},
		"a link breaks, looked at each":      {delays: []delay{{which: instanceIs("shop-1"), from: 40, to: 80, arrive: 80}}, looks: seq(35, 100, 1), changed: true},
		"a link breaks, looked at twice":     {delays: []delay{{which: instanceIs("shop-1"), from: 20, to: 60, arrive: 60}}, looks: []int{59, 150}, changed: true},
		"a link breaks and is slow":          {delays: []delay{{which: instanceIs("shop-1"), from: 40, to: 60, arrive: 80}, {which: instanceIs("shop-1"), from: 60, to: 75, arrive: 82}}, looks: seq(35, 100, 2), changed: true},
		"a hole is filled later":             {delays: []delay{{which: instanceIs("shop-2"), from: 40, to: 52, arrive: 85}}, looks: seq(35, 100, 2), changed: true},
		"a hole of all is filled later":      {delays: []delay{{which: everySeries, from: 40, to: 52, arrive: 85}}, looks: seq(35, 100, 2), changed: true},
		"before the rollout":                 {delays: []delay{{which: instanceIs("shop-1"), from: -30, to: 5, arrive: 12}}, looks: seq(1, 30, 1), changed: true},
		"since before the first look":        {delays: []delay{{which: instanceIs("shop-1"), from: -99, to: 45, arrive: 45}}, looks: seq(20, 70, 5), changed: true},
		"those that do not fail are late":    {delays: []delay{{which: part, from: 40, to: 46, arrive: 47}}, looks: seq(35, 60, 1), changed: true},
		"those of a variant are late":        {delays: []delay{{which: on1, from: 40, to: 70, arrive: 72}}, looks: seq(35, 100, 1), changed: true},
		"late long ago, found by and by":     {delays: []delay{{which: instanceIs("shop-2"), from: 20, to: 23, arrive: 60}}, looks: []int{30, 59, 150}, changed: true},
		"again and again":                    {delays: []delay{{which: instanceIs("shop-1"), from: 30, to: 45, arrive: 46}, {which: instanceIs("shop-2"), from: 60, to: 90, arrive: 91}}, looks: seq(28, 120, 3), changed: true},
		"the whole time, looked at by hours": {delays: []delay{{which: everySeries, to: 200, behind: 45}}, looks: []int{50, 110, 150}, changed: true},
	}
	client := clientOfShops(t, map[string][]*shown{"checkout": shop(rand.New(rand.NewPCG(71, 71)))}) //nolint:gosec // a simulation
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := sameLooks(t, client, requestAt("checkout", errorsSignal), test.delays, test.looks, nil)
			require.Equal(t, test.changed, w.anew > 0)
		})
	}
}

func on1(series labels.Labels) bool {
	return series.Get("instance") == "shop-1" && series.Get("feature_flag_variant") == "on"
}

func seq(from, to, every int) []int {
	var all []int
	for minute := from; minute <= to; minute += every {
		all = append(all, minute)
	}
	return all
}

// Random shops whose processes restart, are born, forget and vanish, with samples that come late at random, looked at at
// random, by a backend that is restarted at random.
func TestRandomlyLateSamples(t *testing.T) {
	const repeats = 200
	shops := map[string][]*shown{}
	for seed := range uint64(repeats) {
		random := rand.New(rand.NewPCG(72, seed)) //nolint:gosec // a simulation
		all := shop(random)
		for range random.IntN(4) {
			restart(all, random.IntN(150), pick(random))
		}
		for range random.IntN(3) {
			from := random.IntN(150)
			hide(all, from, from+1+random.IntN(12), pick(random))
		}
		for _, s := range all {
			if random.IntN(8) == 0 {
				s.born, s.total = opened+random.IntN(60), 0
			}
		}
		shops[fmt.Sprint(seed)] = all
	}
	client := clientOfShops(t, shops)
	changed := 0
	for _, name := range slices.Sorted(maps.Keys(shops)) {
		t.Run(name, func(t *testing.T) {
			seed := uint64(0)
			_, _ = fmt.Sscan(name, &seed)
			random := rand.New(rand.NewPCG(73, seed)) //nolint:gosec // a simulation
			which := []func(labels.Labels) bool{everySeries, instanceIs("shop-1"), instanceIs("shop-2"), on1}
			var delays []delay
			for range 1 + random.IntN(3) {
				d := delay{which: which[random.IntN(len(which))], from: random.IntN(100)}
				switch random.IntN(3) {
				case 0:
					d.to, d.behind = d.from+1+random.IntN(60), 1+random.IntN(25)
				case 1:
					d.to = d.from + 1 + random.IntN(50)
					d.arrive = d.to + random.IntN(3)
				default:
					d.to = d.from + 6 + random.IntN(20)
					d.arrive = d.from + 26 + random.IntN(longestGap-30)
				}
				delays = append(delays, d)
			}
			looks, forget := []int{1 + random.IntN(20)}, map[int]bool{}
			for last := looks[0]; last < 155; {
				last = min(last+1+random.IntN(1+random.IntN(25)), 155)
				looks = append(looks, last)
				forget[last] = random.IntN(10) == 0
			}
			if w := sameLooks(t, client, requestAt(name, errorsSignal), delays, looks, forget); w.anew > 0 {
				changed++
			}
		})
	}
	require.Greater(t, changed, repeats/2, "too little is late to show anything")
}

func pick(random *rand.Rand) func(*shown) bool {
	return []func(*shown) bool{whole, first, on, both(first, on), bad}[random.IntN(5)]
}

// A number that was never looked at stays out of columns that were cut.
func TestColumnsThatAreCut(t *testing.T) {
	random := rand.New(rand.NewPCG(74, 74)) //nolint:gosec // a simulation
	for range 200 {
		var c column
		want := map[int]float64{}
		tick := random.IntN(100)
		for range 1 + random.IntN(5) {
			for range random.IntN(700) {
				tick += 1 + random.IntN(2)
				value := float64(random.IntN(1000))
				c.set(tick, value)
				want[tick] = value
			}
			tick = max(0, tick-random.IntN(600))
			c.cut(tick)
			maps.DeleteFunc(want, func(at int, _ float64) bool { return at > tick })
		}
		for at := range tick + 700 {
			value, there := want[at]
			require.Equal(t, there, !math.IsNaN(c.at(at)))
			if there {
				require.InDelta(t, value, c.at(at), 0)
			}
		}
	}
}

// Bucket edges are chosen from what was there before the rollout: where it comes late, others are, and all is read anew.
func TestEdgesOfLateSamples(t *testing.T) {
	const before, ticks = 60, 60
	random := rand.New(rand.NewPCG(75, 75)) //nolint:gosec // a simulation
	scrapes := (before+ticks)*4 + 1
	fast := append(newDurations(random, scrapes, 1).counters("a", "off"), newDurations(random, scrapes, 1).counters("a", "on")...)
	slow := append(newDurations(random, scrapes, 9).counters("b", "off"), newDurations(random, scrapes, 9).counters("b", "on")...)
	whole := clientOf(t, promtest.Start(t, promtest.Write(every, append(slices.Clone(fast), slow...)...)).URL)
	request := requestOf(latencySignal)
	request.Start = promtest.Epoch.Add(before * counts.Step)
	for name, early := range map[string]Client{
		"a process is late": clientOf(t, promtest.Start(t, promtest.Write(every, fast...)).URL),
		"all are late":      clientOf(t, promtest.Start(t).URL),
	} {
		for _, looks := range [][]int{{3, 8, 15, 16}, {1, 4, 40}, {12, 50}} {
			t.Run(fmt.Sprint(name, looks), func(t *testing.T) {
				now := 0
				clock := func() time.Time { return at(request.Start.Add(time.Duration(now) * counts.Step))() }
				server := &switched{early}
				w := watcher{collector: New(server, settingsOf(t, `{}`), Options{Now: clock})}
				var got, want Collected
				for i, minute := range looks {
					if now = minute; i == len(looks)-1 {
						server.Client = whole
					}
					got = w.look(t, request)
					var err error
					want, err = New(server, settingsOf(t, `{}`), Options{Now: clock}).Collect(t.Context(), request)
					require.NoError(t, err)
					require.Equal(t, want.Series["on"].Edges, got.Series["on"].Edges)
					require.Equal(t, want.Series["on"].Ticks, w.ticks)
				}
				require.Equal(t, want.Exprs, got.Exprs)
				require.Equal(t, want.Notices, got.Notices)
			})
		}
	}
}

// switched is a server whose late samples come all at once.
type switched struct{ Client }

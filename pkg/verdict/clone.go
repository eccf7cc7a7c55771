package verdict

import (
	"maps"
	"reflect"
	"slices"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/stats/confseq"
	"github.com/flaglens/flaglens/pkg/stats/paired"
)

// Clone is a copy that goes its own way, and shares with this judge what neither changes: most of a long run. Where samples
// come late, judging goes on from a copy of before them.
func (j *Judge) Clone() *Judge {
	c := *j
	c.test, c.totals, c.windows = j.test.clone(), j.totals.clone(), j.windows.clone()
	c.requests.counts = slices.Clone(j.requests.counts)
	c.sparse.of = j.sparse.of.Clone()
	return &c
}

func (t *shareTest) clone() tester { return t.cloned() }

func (t *shareTest) cloned() *shareTest {
	c := *t
	c.tests = make([]*confseq.Comparison, len(t.tests))
	for i, test := range t.tests {
		c.tests[i] = test.Clone()
	}
	return &c
}

func (u *unchosen) clone() tester {
	c := *u
	c.pending = slices.Clip(u.pending)
	if u.test != nil {
		c.test = u.test.cloned()
	}
	return &c
}

func (t *meanTest) clone() tester {
	c := *t
	c.ticks = slices.Clip(t.ticks)
	return &c
}

func (t *totals) clone() totals {
	c := *t
	c.above, c.processes = slices.Clone(t.above), maps.Clone(t.processes)
	c.unplaced.recent = slices.Clone(t.unplaced.recent)
	return c
}

// clone copies the last block, the only one to which something is added.
func (w *windows) clone() windows {
	c := *w
	c.blocks = slices.Clone(w.blocks)
	if n := len(c.blocks); n > 0 {
		c.blocks[n-1] = c.blocks[n-1].clone()
	}
	return c
}

// Size is about the room that the judge takes, in bytes.
func (j *Judge) Size() int64 { return j.bytes(false) }

// OwnSize is about the room that it takes beside what it shares with the judge that it is a copy of.
func (j *Judge) OwnSize() int64 { return j.bytes(true) }

func (j *Judge) bytes(own bool) int64 {
	const perJudge, perProcess, perWeighted, perRequests = 2048, 128, 24, 16
	size := perJudge + j.test.bytes(own) + int64(len(j.totals.processes)*perProcess) + int64(cap(j.requests.counts)*perRequests)
	perBlock := int64(3*perWeighted + 24)
	if !own {
		perBlock += int64(j.windows.edges * perWeighted)
	}
	return size + perBlock*int64(cap(j.windows.blocks))
}

func (t *shareTest) bytes(own bool) int64 {
	size := int64(0)
	for _, test := range t.tests {
		size += test.Bytes(own)
	}
	return size
}

func (u *unchosen) bytes(own bool) int64 {
	if u.test != nil {
		return u.test.bytes(own)
	}
	return bytesOf(u.pending)
}

// bytesOf is about the room that ticks take.
func bytesOf(ticks []counts.Tick) int64 {
	const perTick, perStratum, perPart = 64, 176, 64
	size := int64(perTick * cap(ticks))
	for _, tick := range ticks {
		for _, s := range tick.Strata {
			size += perStratum + int64(8*(len(s.A.Above)+len(s.B.Above))+perPart*(len(s.PartsA)+len(s.PartsB)))
		}
	}
	return size
}

func (t *meanTest) bytes(own bool) int64 {
	if own {
		return 0
	}
	return int64(cap(t.ticks)) * int64(reflect.TypeFor[paired.Tick]().Size())
}

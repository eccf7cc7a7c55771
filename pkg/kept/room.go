// Package kept holds what outlives a request. Two rules hold for all of it: it has a bound, and what was read for one
// identity is never found by another (see Identities).
package kept

import (
	"container/list"
	"sync"
	"time"
)

// Room is the space that several stores have together, in bytes. What was not asked for longest goes first, whichever
// store it is in, so that many identities take no more than one does. It knows sizes and nothing of what is kept.
//
// It is the one bound of all that is kept: stores and Identities are two ways into it. ttlcache, which the survey uses for
// its short-lived answers, cannot take its place: sizes here are known only after each use, one bound holds over stores of
// several types, what somebody works on must not be evicted, and evicted keepers are closed before anybody is served anew.
type Room struct {
	most int64
	idle time.Duration
	now  func() time.Time

	mutex sync.Mutex
	// taken is what all entries take together.
	taken int64
	// order has the entry that was asked for last at its front.
	order *list.List
	// timer gives up what is idle also where nobody asks any more.
	timer *time.Timer
}

// NewRoom bounds what is kept to a number of bytes. What nobody asked for during idle is given up with the next
// request; zero keeps it. now is the clock, time.Now if nil.
func NewRoom(most int64, idle time.Duration, now func() time.Time) *Room {
	if now == nil {
		now = time.Now
	}
	return &Room{most: most, idle: idle, now: now, order: list.New()}
}

// entry is what a room knows of an item.
type entry struct {
	bytes int64
	// users counts the callers that hold or await the item, which is not given up meanwhile.
	users int
	used  time.Time
	place *list.Element
	// leave takes the item out of its store.
	leave func()
}

// Of the methods below the caller holds the mutex.

// use notes that an entry is asked for.
func (r *Room) use(e *entry) {
	if e.place == nil {
		e.place = r.order.PushFront(e)
	}
	e.users++
	e.used = r.now()
	r.order.MoveToFront(e.place)
	r.trim()
	r.wake()
}

// wake sees to it that what is idle goes, also where nobody asks any more.
func (r *Room) wake() {
	if r.idle <= 0 || r.timer != nil || r.order.Len() == 0 {
		return
	}
	r.timer = time.AfterFunc(r.idle, func() {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.timer = nil
		r.trim()
		r.wake()
	})
}

// resize notes what an entry takes.
func (r *Room) resize(e *entry, bytes int64) {
	r.taken += bytes - e.bytes
	e.bytes = bytes
}

// trim gives up what no longer fits and what was idle for too long.
func (r *Room) trim() {
	now := r.now()
	for place := r.order.Back(); place != nil; {
		oldest, _ := place.Value.(*entry)
		stale := r.idle > 0 && now.Sub(oldest.used) >= r.idle
		if !stale && r.taken <= r.most {
			return
		}
		place = place.Prev()
		if oldest.users == 0 {
			r.drop(oldest)
		}
	}
}

func (r *Room) drop(e *entry) {
	if e.place == nil {
		return
	}
	r.resize(e, 0)
	r.order.Remove(e.place)
	e.place = nil
	e.leave()
}

package kept

import (
	"container/list"
	"sync"
	"time"
)

// Identity names who asks, as far as a server can tell. It is a digest: the credentials cannot be read from it.
type Identity [32]byte

// Keeper is something that keeps what it read for one identity.
type Keeper interface {
	// Close gives up what is kept. Requests that are under way end in their own time.
	Close()
}

// Identities has one keeper for each identity: the only way from a request to what earlier ones left. It has a bound on
// their number and on how long each stays without being asked for, since tokens change by the hour.
type Identities[K Keeper] struct {
	most  int
	idle  time.Duration
	now   func() time.Time
	build func() (K, error)

	mutex sync.Mutex
	known map[Identity]*list.Element
	// order has the identity that asked last at its front.
	order *list.List
	// timer ends the oldest one's stay.
	timer  *time.Timer
	closed bool
}

type identified[K Keeper] struct {
	identity Identity
	keeper   K
	used     time.Time
}

// NewIdentities keeps at most that many identities, each until it was idle for so long; zero keeps them. build makes the
// keeper of one that is not known. now is the clock, time.Now if nil.
func NewIdentities[K Keeper](most int, idle time.Duration, now func() time.Time, build func() (K, error)) *Identities[K] {
	if now == nil {
		now = time.Now
	}
	return &Identities[K]{most: most, idle: idle, now: now, build: build, known: map[Identity]*list.Element{}, order: list.New()}
}

// Of is the keeper of an identity. Errors are build's.
func (s *Identities[K]) Of(identity Identity) (keeper K, err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.sweep()
	if place := s.known[identity]; place != nil {
		found := s.at(place)
		found.used = s.now()
		s.order.MoveToFront(place)
		return found.keeper, nil
	}
	if keeper, err = s.build(); err != nil {
		return keeper, err
	}
	if s.closed {
		// Nothing more is kept: the keeper serves this request alone.
		keeper.Close()
		return keeper, nil
	}
	s.known[identity] = s.order.PushFront(&identified[K]{identity: identity, keeper: keeper, used: s.now()})
	for s.order.Len() > s.most {
		s.drop(s.order.Back())
	}
	s.wake()
	return keeper, nil
}

// Forget gives up what is kept for an identity.
func (s *Identities[K]) Forget(identity Identity) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if place := s.known[identity]; place != nil {
		s.drop(place)
	}
}

// Close gives up everything, for good.
func (s *Identities[K]) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.closed = true
	if s.timer != nil {
		s.timer.Stop()
	}
	for s.order.Len() > 0 {
		s.drop(s.order.Back())
	}
}

// Len is how many identities are known.
func (s *Identities[K]) Len() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.order.Len()
}

// sweep gives up those that were idle for too long.
func (s *Identities[K]) sweep() {
	for s.idle > 0 && s.order.Len() > 0 {
		oldest := s.order.Back()
		if s.now().Sub(s.at(oldest).used) < s.idle {
			return
		}
		s.drop(oldest)
	}
}

// wake sees to it that the last ones go even where nobody asks any more.
func (s *Identities[K]) wake() {
	if s.idle <= 0 || s.timer != nil || s.closed {
		return
	}
	s.timer = time.AfterFunc(s.idle, func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.timer = nil
		s.sweep()
		if s.order.Len() > 0 {
			s.wake()
		}
	})
}

func (s *Identities[K]) at(place *list.Element) *identified[K] {
	found, _ := place.Value.(*identified[K])
	return found
}

func (s *Identities[K]) drop(place *list.Element) {
	gone := s.at(place)
	s.order.Remove(place)
	delete(s.known, gone.identity)
	gone.keeper.Close()
}

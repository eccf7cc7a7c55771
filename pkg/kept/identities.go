package kept

import "time"

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
	build func() (K, error)
	// room has as many places as there may be identities; each of them takes one.
	room   *Room
	known  map[Identity]*identified[K]
	closed bool
}

type identified[K Keeper] struct {
	entry
	keeper K
}

// NewIdentities keeps at most that many identities, each until it was idle for so long; zero keeps them. build makes the
// keeper of one that is not known. now is the clock, time.Now if nil.
func NewIdentities[K Keeper](most int, idle time.Duration, now func() time.Time, build func() (K, error)) *Identities[K] {
	return &Identities[K]{build: build, room: NewRoom(int64(most), idle, now), known: map[Identity]*identified[K]{}}
}

// Of is the keeper of an identity. Errors are build's.
func (s *Identities[K]) Of(identity Identity) (keeper K, err error) {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	// One that was idle for too long begins anew.
	s.room.trim()
	it := s.known[identity]
	if it == nil {
		if keeper, err = s.build(); err != nil {
			return keeper, err
		}
		if s.closed {
			// Nothing more is kept: the keeper serves this request alone.
			keeper.Close()
			return keeper, nil
		}
		it = &identified[K]{keeper: keeper}
		it.leave = func() {
			delete(s.known, identity)
			keeper.Close()
		}
		s.known[identity] = it
	}
	s.room.use(&it.entry)
	s.room.resize(&it.entry, 1)
	// Nobody holds an identity: what is under way with a keeper that was closed ends in its own time.
	it.users--
	s.room.trim()
	return it.keeper, nil
}

// Forget gives up what is kept for an identity.
func (s *Identities[K]) Forget(identity Identity) {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	if it := s.known[identity]; it != nil {
		s.room.drop(&it.entry)
	}
}

// Close gives up everything, for good.
func (s *Identities[K]) Close() {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	s.closed = true
	if s.room.timer != nil {
		// The room has nobody else in it.
		s.room.timer.Stop()
	}
	for _, it := range s.known {
		s.room.drop(&it.entry)
	}
}

package kept

import (
	"context"
	"fmt"
	"sync"
)

// Store keeps values of one kind by what they were made for, as long as there is room for them. One caller works on
// a value at a time; others that want it wait, and find it up to date. A store belongs to one identity: two of them never
// share one, though they share its room.
type Store[T any] struct {
	room  *Room
	items map[string]*item[T]
	// closed is set once nothing may be kept any more.
	closed bool
}

type item[T any] struct {
	entry
	value T
	made  bool
	// turn holds one token: whoever has it works on the item.
	turn chan struct{}
}

// NewStore returns an empty store.
func NewStore[T any](room *Room) *Store[T] {
	return &Store[T]{room: room, items: map[string]*item[T]{}}
}

// Acquire gives a value to the caller alone, made anew if there is none, until the caller releases it with the bytes that
// it now takes; one that takes none is not kept. It fails where the context ends before it is the caller's turn.
func (s *Store[T]) Acquire(ctx context.Context, key string, create func() (T, error)) (value T, release func(bytes int64), err error) {
	it := s.use(key)
	select {
	case <-it.turn:
	case <-ctx.Done():
		s.leave(it, -1)
		return value, nil, fmt.Errorf("wait for another request that reads the same: %w", ctx.Err())
	}
	if !it.made {
		if it.value, err = create(); err != nil {
			it.turn <- struct{}{}
			s.leave(it, 0)
			return value, nil, err
		}
		it.made = true
	}
	var once sync.Once
	return it.value, func(bytes int64) {
		once.Do(func() {
			it.turn <- struct{}{}
			s.leave(it, bytes)
		})
	}, nil
}

// use finds the item of a key, or makes room for it.
func (s *Store[T]) use(key string) *item[T] {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	it := s.items[key]
	if it == nil {
		it = &item[T]{turn: make(chan struct{}, 1)}
		it.turn <- struct{}{}
		it.leave = func() {
			if s.items[key] == it {
				delete(s.items, key)
			}
		}
		s.items[key] = it
	}
	s.room.use(&it.entry)
	return it
}

// leave ends one use of an item, which now takes that many bytes; as many as before if negative.
func (s *Store[T]) leave(it *item[T], bytes int64) {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	if bytes < 0 {
		bytes = it.bytes
	}
	s.room.resize(&it.entry, bytes)
	it.users--
	s.room.trim()
	// What could not be made is not kept.
	if it.users == 0 && (bytes == 0 || s.closed) {
		s.room.drop(&it.entry)
	}
}

// Close gives everything up, what is being worked on as soon as that ends. Who still asks is served, and nothing kept.
func (s *Store[T]) Close() {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	s.closed = true
	for _, it := range s.items {
		if it.users == 0 {
			s.room.drop(&it.entry)
		}
	}
}

// Size is how many values the store has, and what they take.
func (s *Store[T]) Size() (items int, bytes int64) {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	for _, it := range s.items {
		bytes += it.bytes
	}
	return len(s.items), bytes
}

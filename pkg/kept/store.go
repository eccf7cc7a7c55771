package kept

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// Sized is what a store keeps.
type Sized interface {
	// Size is about the bytes that it takes at present. What takes none is not kept.
	Size() int64
}

// Store keeps values of one kind by what they were made for, as long as there is room for them. One caller works on
// a value at a time; others that want it wait, and find it up to date. A store belongs to one identity: two of them never
// share one, though they share its room.
type Store[T Sized] struct {
	room  *Room
	items map[string]*item[T]
	// closed is set once nothing may be kept any more.
	closed bool
}

type item[T Sized] struct {
	entry
	value T
	made  bool
	// turn holds one token: whoever has it works on the item.
	turn chan struct{}
}

// NewStore returns an empty store.
func NewStore[T Sized](room *Room) *Store[T] {
	return &Store[T]{room: room, items: map[string]*item[T]{}}
}

// Key names what is made from some values: all that decides what it holds. It fails where a value cannot be written as JSON.
func Key(values ...any) (string, error) {
	key, err := json.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("name what is kept: %w", err)
	}
	return string(key), nil
}

// Acquire gives a value to the caller alone, made anew if there is none, until the caller releases it. It fails where the
// context ends before it is the caller's turn.
func (s *Store[T]) Acquire(ctx context.Context, key string, create func() (T, error)) (value T, release func(), err error) {
	it := s.use(key)
	select {
	case <-it.turn:
	case <-ctx.Done():
		s.leave(it, -1)
		return value, nil, fmt.Errorf("wait for another request that reads the same: %w", ctx.Err())
	}
	if err := s.make(it, create); err != nil {
		return value, nil, err
	}
	var once sync.Once
	return it.value, func() {
		once.Do(func() {
			bytes := it.value.Size()
			it.turn <- struct{}{}
			s.leave(it, bytes)
		})
	}, nil
}

// make sees to it that an item has its value. Where it cannot be made, also by a panic, the next one has the turn.
func (s *Store[T]) make(it *item[T], create func() (T, error)) (err error) {
	if it.made {
		return nil
	}
	defer func() {
		if !it.made {
			it.turn <- struct{}{}
			s.leave(it, 0)
		}
	}()
	it.value, err = create()
	it.made = err == nil
	return err
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

package collect

import (
	"container/list"
	"context"
	"fmt"
	"sync"
)

// store keeps what was collected, by what it was collected for, up to a number of bytes: beyond that, what was not asked
// for longest goes first. One caller works on an item at a time; others that want it wait, and find it up to date.
type store[T any] struct {
	mutex    sync.Mutex
	maxBytes int64
	bytes    int64
	items    map[string]*item[T]
	// order has the item that was asked for last at its front.
	order *list.List
}

type item[T any] struct {
	key   string
	value T
	made  bool
	bytes int64
	// users counts the callers that hold or await the item, which is not given up meanwhile.
	users int
	// turn holds one token: whoever has it works on the item.
	turn  chan struct{}
	place *list.Element
}

func newStore[T any](maxBytes int64) *store[T] {
	return &store[T]{maxBytes: maxBytes, items: map[string]*item[T]{}, order: list.New()}
}

// acquire gives an item to the caller alone, made anew if there is none, until the caller releases it with the bytes that
// it now takes. It fails where the context ends before it is the caller's turn.
func (s *store[T]) acquire(ctx context.Context, key string, create func() (T, error)) (value T, release func(bytes int64), err error) {
	s.mutex.Lock()
	it := s.items[key]
	if it == nil {
		it = &item[T]{key: key, turn: make(chan struct{}, 1)}
		it.turn <- struct{}{}
		it.place = s.order.PushFront(it)
		s.items[key] = it
	}
	it.users++
	s.order.MoveToFront(it.place)
	s.mutex.Unlock()
	select {
	case <-it.turn:
	case <-ctx.Done():
		s.leave(it, it.bytesNow(s))
		return value, nil, fmt.Errorf("wait for another request to collect the same: %w", ctx.Err())
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

func (it *item[T]) bytesNow(s *store[T]) int64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return it.bytes
}

// leave ends one use of an item, and gives up what no longer fits.
func (s *store[T]) leave(it *item[T], bytes int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.bytes += bytes - it.bytes
	it.bytes = bytes
	it.users--
	for place := s.order.Back(); place != nil && s.bytes > s.maxBytes; {
		oldest, _ := place.Value.(*item[T])
		place = place.Prev()
		if oldest.users == 0 {
			s.drop(oldest)
		}
	}
	// What could not be made is not kept.
	if it.users == 0 && bytes == 0 && s.items[it.key] == it {
		s.drop(it)
	}
}

func (s *store[T]) drop(it *item[T]) {
	s.bytes -= it.bytes
	delete(s.items, it.key)
	s.order.Remove(it.place)
}

// size is what all items take.
func (s *store[T]) size() (items int, bytes int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.items), s.bytes
}

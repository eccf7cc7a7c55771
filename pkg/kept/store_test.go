package kept

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// value is something of a size.
type value struct {
	name  string
	bytes int64
}

func (v *value) Size() int64 { return v.bytes }

// named makes a value that takes a byte.
func named(name string) func() (*value, error) {
	return func() (*value, error) { return &value{name, 1}, nil }
}

// use takes a value and leaves it with that many bytes.
func use(t *testing.T, store *Store[*value], key string, bytes int64) {
	t.Helper()
	v, release, err := store.Acquire(t.Context(), key, named(key))
	require.NoError(t, err)
	require.Equal(t, key, v.name)
	v.bytes = bytes
	release()
}

// sizeOf is how many values a store has, and what they take.
func sizeOf(store *Store[*value]) (items int, bytes int64) {
	store.room.mutex.Lock()
	defer store.room.mutex.Unlock()
	for _, it := range store.items {
		bytes += it.bytes
	}
	return len(store.items), bytes
}

func requireSize(t *testing.T, store *Store[*value], items int, bytes int64) {
	t.Helper()
	gotItems, gotBytes := sizeOf(store)
	require.Equal(t, items, gotItems)
	require.Equal(t, bytes, gotBytes)
}

// What is kept is bounded; what was not asked for longest goes first.
func TestStoreIsBounded(t *testing.T) {
	store := NewStore[*value](NewRoom(1000, 0, nil))
	use(t, store, "a", 400)
	use(t, store, "b", 400)
	use(t, store, "a", 500)
	requireSize(t, store, 2, 900)
	use(t, store, "c", 300)
	requireSize(t, store, 2, 800) // b was not asked for longest
	_, _, err := store.Acquire(t.Context(), "d", func() (*value, error) { return nil, errors.New("no") })
	require.EqualError(t, err, "no")
	requireSize(t, store, 2, 800) // what could not be made is not kept

	_, release, err := store.Acquire(t.Context(), "a", nil)
	require.NoError(t, err)
	waiting, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = store.Acquire(waiting, "a", nil)
	require.ErrorIs(t, err, context.Canceled)
	release()
	release() // once is enough
	requireSize(t, store, 2, 800)
}

// Stores of one room keep no more together than one alone does, and what one has is not found in the other.
func TestStoresShareTheirBudgetAndNothingElse(t *testing.T) {
	room := NewRoom(1000, 0, nil)
	alice, bob := NewStore[*value](room), NewStore[*value](room)
	use(t, alice, "a", 400)
	made := false
	v, release, err := bob.Acquire(t.Context(), "a", func() (*value, error) {
		made = true
		return &value{"of bob", 400}, nil
	})
	require.NoError(t, err)
	require.True(t, made, "bob was given what was made for alice")
	require.Equal(t, "of bob", v.name)
	release()
	use(t, bob, "b", 400)
	requireSize(t, alice, 0, 0) // the oldest, whose ever it is
	requireSize(t, bob, 2, 800)
}

// Two identities that ask for the same at the same time do not wait for each other: neither is given the other's answer.
func TestStoresDoNotMergeRequests(t *testing.T) {
	room := NewRoom(1000, 0, nil)
	alice, bob := NewStore[*value](room), NewStore[*value](room)
	_, release, err := alice.Acquire(t.Context(), "a", named("of alice"))
	require.NoError(t, err)
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	v, releaseBob, err := bob.Acquire(ctx, "a", named("of bob"))
	require.NoError(t, err)
	require.Equal(t, "of bob", v.name)
	releaseBob()
}

func TestRoomGivesUpWhatIsIdle(t *testing.T) {
	now := time.Unix(0, 0)
	store := NewStore[*value](NewRoom(1000, time.Minute, func() time.Time { return now }))
	use(t, store, "a", 10)
	held, release, err := store.Acquire(t.Context(), "held", named("held"))
	require.NoError(t, err)
	now = now.Add(time.Minute)
	use(t, store, "b", 10)
	requireSize(t, store, 2, 10) // a is gone; what is held is not
	held.bytes = 10
	release()
	requireSize(t, store, 1, 10) // it had been idle for too long, but for who held it
}

func TestClosedStoreServesAndKeepsNothing(t *testing.T) {
	room := NewRoom(1000, 0, nil)
	store := NewStore[*value](room)
	use(t, store, "a", 10)
	held, release, err := store.Acquire(t.Context(), "held", named("held"))
	require.NoError(t, err)
	store.Close()
	requireSize(t, store, 1, 0)
	held.bytes = 10
	release()
	use(t, store, "b", 10)
	requireSize(t, store, 0, 0)
	require.Zero(t, room.taken)
	require.Zero(t, room.order.Len())
}

func TestStoreUnderConcurrency(t *testing.T) {
	room := NewRoom(50, 0, nil)
	stores := []*Store[*value]{NewStore[*value](room), NewStore[*value](room)}
	var callers sync.WaitGroup
	for i := range 200 {
		callers.Go(func() {
			v, release, err := stores[i%2].Acquire(t.Context(), string(rune('a'+i%7)), named("any"))
			if err == nil {
				v.bytes = int64(10 + i%3)
				release()
			}
		})
		if i == 150 {
			stores[1].Close()
		}
	}
	callers.Wait()
	require.LessOrEqual(t, room.taken, int64(50))
	items, bytes := sizeOf(stores[1])
	require.Zero(t, items)
	require.Zero(t, bytes)
}

// A fault while a value is made keeps nobody else waiting for it.
func TestPanicWhileAValueIsMade(t *testing.T) {
	store := NewStore[*value](NewRoom(1000, 0, nil))
	require.PanicsWithValue(t, "boom", func() {
		_, _, _ = store.Acquire(t.Context(), "a", func() (*value, error) { panic("boom") })
	})
	requireSize(t, store, 0, 0)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, release, err := store.Acquire(ctx, "a", named("a"))
	require.NoError(t, err)
	release()
	requireSize(t, store, 1, 1)
}

func TestKeysTellValuesApart(t *testing.T) {
	of := func(values ...any) string {
		key, err := Key(values...)
		require.NoError(t, err)
		return key
	}
	require.Equal(t, of("a", []string{"b"}, 1), of("a", []string{"b"}, 1))
	require.NotEqual(t, of("a", "b,c"), of("a,b", "c"))
	require.NotEqual(t, of("a", "b"), of([]string{"a", "b"}))
	_, err := Key(math.NaN())
	require.ErrorContains(t, err, "name what is kept")
}

// What nobody asks for any more goes, also where nobody asks for anything else.
func TestIdleThingsGoByThemselves(t *testing.T) {
	store := NewStore[*value](NewRoom(1000, 20*time.Millisecond, nil))
	_, release, err := store.Acquire(t.Context(), "held", named("held"))
	require.NoError(t, err)
	use(t, store, "idle", 10)
	require.Eventually(t, func() bool { items, _ := sizeOf(store); return items == 1 }, time.Minute, 5*time.Millisecond)
	release()
	require.Eventually(t, func() bool { items, _ := sizeOf(store); return items == 0 }, time.Minute, 5*time.Millisecond)
}

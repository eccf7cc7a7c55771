package kept

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// use takes a value and leaves it with that many bytes.
func use(t *testing.T, store *Store[string], key string, bytes int64) {
	t.Helper()
	value, release, err := store.Acquire(t.Context(), key, func() (string, error) { return key, nil })
	require.NoError(t, err)
	require.Equal(t, key, value)
	release(bytes)
}

func requireSize(t *testing.T, store *Store[string], items int, bytes int64) {
	t.Helper()
	gotItems, gotBytes := store.Size()
	require.Equal(t, items, gotItems)
	require.Equal(t, bytes, gotBytes)
}

// What is kept is bounded; what was not asked for longest goes first.
func TestStoreIsBounded(t *testing.T) {
	store := NewStore[string](NewRoom(1000, 0, nil))
	use(t, store, "a", 400)
	use(t, store, "b", 400)
	use(t, store, "a", 500)
	requireSize(t, store, 2, 900)
	use(t, store, "c", 300)
	requireSize(t, store, 2, 800) // b was not asked for longest
	_, _, err := store.Acquire(t.Context(), "d", func() (string, error) { return "", errors.New("no") })
	require.EqualError(t, err, "no")
	requireSize(t, store, 2, 800) // what could not be made is not kept

	_, release, err := store.Acquire(t.Context(), "a", nil)
	require.NoError(t, err)
	waiting, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = store.Acquire(waiting, "a", nil)
	require.ErrorIs(t, err, context.Canceled)
	release(500)
	requireSize(t, store, 2, 800)
}

// Stores of one room keep no more together than one alone does, and what one has is not found in the other.
func TestStoresShareTheirBudgetAndNothingElse(t *testing.T) {
	room := NewRoom(1000, 0, nil)
	alice, bob := NewStore[string](room), NewStore[string](room)
	use(t, alice, "a", 400)
	made := false
	_, release, err := bob.Acquire(t.Context(), "a", func() (string, error) {
		made = true
		return "of bob", nil
	})
	require.NoError(t, err)
	require.True(t, made, "bob was given what was made for alice")
	release(400)
	use(t, bob, "b", 400)
	requireSize(t, alice, 0, 0) // the oldest, whose ever it is
	requireSize(t, bob, 2, 800)
}

// Two identities that ask for the same at the same time do not wait for each other: neither is given the other's answer.
func TestStoresDoNotMergeRequests(t *testing.T) {
	room := NewRoom(1000, 0, nil)
	alice, bob := NewStore[string](room), NewStore[string](room)
	_, release, err := alice.Acquire(t.Context(), "a", func() (string, error) { return "of alice", nil })
	require.NoError(t, err)
	defer release(1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	value, releaseBob, err := bob.Acquire(ctx, "a", func() (string, error) { return "of bob", nil })
	require.NoError(t, err)
	require.Equal(t, "of bob", value)
	releaseBob(1)
}

func TestRoomGivesUpWhatIsIdle(t *testing.T) {
	now := time.Unix(0, 0)
	store := NewStore[string](NewRoom(1000, time.Minute, func() time.Time { return now }))
	use(t, store, "a", 10)
	_, release, err := store.Acquire(t.Context(), "held", func() (string, error) { return "held", nil })
	require.NoError(t, err)
	now = now.Add(time.Minute)
	use(t, store, "b", 10)
	requireSize(t, store, 2, 10) // a is gone; what is held is not
	release(10)
	requireSize(t, store, 1, 10) // it had been idle for too long, but for who held it
}

func TestClosedStoreServesAndKeepsNothing(t *testing.T) {
	room := NewRoom(1000, 0, nil)
	store := NewStore[string](room)
	use(t, store, "a", 10)
	_, release, err := store.Acquire(t.Context(), "held", func() (string, error) { return "held", nil })
	require.NoError(t, err)
	store.Close()
	requireSize(t, store, 1, 0)
	release(10)
	use(t, store, "b", 10)
	requireSize(t, store, 0, 0)
	require.Zero(t, room.bytes)
	require.Zero(t, room.order.Len())
}

func TestStoreUnderConcurrency(t *testing.T) {
	room := NewRoom(50, 0, nil)
	stores := []*Store[*int]{NewStore[*int](room), NewStore[*int](room)}
	var callers sync.WaitGroup
	for i := range 200 {
		callers.Go(func() {
			value, release, err := stores[i%2].Acquire(t.Context(), string(rune('a'+i%7)), func() (*int, error) { return new(int), nil })
			if err == nil {
				*value++
				release(int64(10 + i%3))
			}
		})
		if i == 150 {
			stores[1].Close()
		}
	}
	callers.Wait()
	require.LessOrEqual(t, room.bytes, int64(50))
	items, bytes := stores[1].Size()
	require.Zero(t, items)
	require.Zero(t, bytes)
}

package kept

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// keeper counts how often it was closed.
type keeper struct{ closed int }

func (k *keeper) Close() { k.closed++ }

func build() (*keeper, error) { return &keeper{}, nil }

func identityOf(name byte) Identity { return Identity{name} }

func of(t *testing.T, s *Identities[*keeper], name byte) *keeper {
	t.Helper()
	k, err := s.Of(identityOf(name))
	require.NoError(t, err)
	return k
}

// count is how many identities are known.
func count(s *Identities[*keeper]) int {
	s.room.mutex.Lock()
	defer s.room.mutex.Unlock()
	return len(s.known)
}

func TestIdentitiesAreApart(t *testing.T) {
	s := NewIdentities(10, 0, nil, build)
	alice, bob := of(t, s, 'a'), of(t, s, 'b')
	require.NotSame(t, alice, bob)
	require.Same(t, alice, of(t, s, 'a'))
	s.Forget(identityOf('a'))
	require.Equal(t, 1, alice.closed)
	require.NotSame(t, alice, of(t, s, 'a'))
	require.Zero(t, bob.closed)
	s.Forget(identityOf('x'))
}

// Tokens that change by the hour leave nothing behind.
func TestIdentitiesAreBounded(t *testing.T) {
	s := NewIdentities(3, 0, nil, build)
	first, second := of(t, s, 0), of(t, s, 1)
	of(t, s, 2)
	require.Same(t, first, of(t, s, 0))
	of(t, s, 3)
	require.Equal(t, 1, second.closed, "it had not asked for longest")
	require.Zero(t, first.closed)
	for name := range byte(100) {
		of(t, s, name)
	}
	require.Equal(t, 3, count(s))
}

func TestIdleIdentitiesGo(t *testing.T) {
	now := time.Unix(0, 0)
	s := NewIdentities(10, time.Minute, func() time.Time { return now }, build)
	alice, bob := of(t, s, 'a'), of(t, s, 'b')
	now = now.Add(59 * time.Second)
	of(t, s, 'b')
	now = now.Add(time.Second)
	of(t, s, 'c')
	require.Equal(t, 1, alice.closed)
	require.Zero(t, bob.closed)
	require.Equal(t, 2, count(s))
	s.Close()
	require.Equal(t, 1, bob.closed)
}

// Where nobody asks any more, the last ones go as well.
func TestIdleIdentitiesGoUnasked(t *testing.T) {
	s := NewIdentities(10, time.Millisecond, nil, build)
	of(t, s, 'a')
	require.Eventually(t, func() bool { return count(s) == 0 }, time.Minute, time.Millisecond)
	of(t, s, 'b')
	require.Eventually(t, func() bool { return count(s) == 0 }, time.Minute, time.Millisecond)
}

// A datasource whose settings changed still serves what is under way, and keeps nothing of it.
func TestClosedIdentities(t *testing.T) {
	s := NewIdentities(10, time.Hour, nil, build)
	alice := of(t, s, 'a')
	s.Close()
	require.Equal(t, 1, alice.closed)
	late := of(t, s, 'a')
	require.NotSame(t, alice, late)
	require.Equal(t, 1, late.closed)
	require.Zero(t, count(s))
}

func TestIdentityThatCannotBeServed(t *testing.T) {
	s := NewIdentities(10, 0, nil, func() (*keeper, error) { return nil, errors.New("no") })
	_, err := s.Of(identityOf('a'))
	require.EqualError(t, err, "no")
	require.Zero(t, count(s))
}

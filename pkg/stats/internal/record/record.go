// Package record keeps what is written once and never changed, so that copies share it.
package record

import (
	"reflect"
	"slices"
)

// blockLen is how many values lie together.
const blockLen = 256

// Record is a list that only grows. The zero value is empty.
type Record[T any] struct {
	// full blocks are never changed; open is the last one.
	full [][]T
	open []T
}

// Add appends a value.
func (r *Record[T]) Add(value T) {
	if r.open == nil {
		r.open = make([]T, 0, blockLen)
	}
	if r.open = append(r.open, value); len(r.open) == blockLen {
		r.full, r.open = append(r.full, r.open), nil
	}
}

// Len is how many values there are.
func (r *Record[T]) Len() int { return len(r.full)*blockLen + len(r.open) }

// At is the value at an index, which must not be changed.
func (r *Record[T]) At(i int) *T {
	if b := i / blockLen; b < len(r.full) {
		return &r.full[b][i%blockLen]
	}
	return &r.open[i%blockLen]
}

// Bytes is about the room that it takes; with own, without what copies share.
func (r *Record[T]) Bytes(own bool) int64 {
	n := cap(r.open)
	if !own {
		n += len(r.full) * blockLen
	}
	return int64(n) * int64(reflect.TypeFor[T]().Size())
}

// Clone is a copy that goes its own way, at the cost of the last block.
func (r *Record[T]) Clone() Record[T] {
	c := Record[T]{full: slices.Clip(r.full)}
	if r.open != nil {
		c.open = append(make([]T, 0, blockLen), r.open...)
	}
	return c
}

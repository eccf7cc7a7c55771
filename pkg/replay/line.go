package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
)

// line is one line of the input: what both arms of one stratum counted in the time that ends at T.
type line struct {
	T       *float64 `json:"t"` // unix seconds
	Stratum string   `json:"stratum"`
	A       *arm     `json:"a"` // the baseline
	B       *arm     `json:"b"` // the feature
}

type arm struct {
	N *float64 `json:"n"`
	// X is the number of bad ones; not of latency.
	X *float64 `json:"x"`
	// Buckets hold for each upper bound the number of observations up to it; of latency alone.
	Buckets []bucket `json:"buckets"`
}

// bucket is [upper bound, cumulative count]; the upper bound of the last may be "+Inf".
type bucket struct{ le, count float64 }

// UnmarshalJSON implements json.Unmarshaler.
func (b *bucket) UnmarshalJSON(text []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(text, &pair); err != nil || len(pair) != 2 {
		return fmt.Errorf("%s is no bucket; write [upper bound, cumulative count]", text)
	}
	var name string
	switch {
	case json.Unmarshal(pair[0], &name) == nil:
		if name != "+Inf" && name != "Inf" {
			return fmt.Errorf(`%s is no upper bound; give a number or "+Inf"`, pair[0])
		}
		b.le = math.Inf(1)
	case json.Unmarshal(pair[0], &b.le) != nil:
		return fmt.Errorf(`%s is no upper bound; give a number or "+Inf"`, pair[0])
	}
	if err := json.Unmarshal(pair[1], &b.count); err != nil {
		return fmt.Errorf("%s is no count", pair[1])
	}
	return nil
}

// parse reads one line. Fields that nobody knows are refused: a misspelt one would count as nothing.
func parse(text []byte) (line, error) {
	var l line
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		return l, fmt.Errorf("not one JSON object as it should be: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return l, errors.New("there is more than one JSON object on the line")
	}
	switch {
	case l.T == nil:
		return l, errors.New(`"t" is missing: the unix second at which the tick ends`)
	case !(*l.T > 0) || *l.T > math.MaxInt32*100:
		return l, fmt.Errorf(`"t" is %v, which is no unix time in seconds`, *l.T)
	case *l.T != math.Trunc(*l.T):
		return l, fmt.Errorf(`"t" is %v: give whole seconds`, *l.T)
	case l.A == nil || l.B == nil:
		return l, errors.New(`"a" (the baseline) or "b" (the feature) is missing`)
	}
	return l, nil
}

// count is one arm as the verdict takes it. edges are those of the first line that had any.
func (a *arm) count(kind Kind, edges *[]float64) (counts.Arm, error) {
	if kind == Ratio {
		return a.ratio()
	}
	return a.latency(edges)
}

func (a *arm) ratio() (counts.Arm, error) {
	switch {
	case len(a.Buckets) > 0:
		return counts.Arm{}, errors.New(`"buckets" belong to --kind latency`)
	case a.N == nil || a.X == nil:
		return counts.Arm{}, errors.New(`"n" (requests) or "x" (bad ones among them) is missing`)
	case *a.N < 0 || *a.X < 0:
		return counts.Arm{}, fmt.Errorf("%v of %v: a count is negative", *a.X, *a.N)
	case *a.X > *a.N:
		return counts.Arm{}, fmt.Errorf("%v of %v: more bad ones than there are", *a.X, *a.N)
	}
	return counts.Arm{N: *a.N, X: *a.X}, nil
}

func (a *arm) latency(edges *[]float64) (counts.Arm, error) {
	if a.X != nil {
		return counts.Arm{}, errors.New(`"x" belongs to --kind ratio; latency takes "buckets"`)
	}
	if len(a.Buckets) == 0 {
		return counts.Arm{}, errors.New(`"buckets" are missing: [[upper bound, cumulative count], ...]`)
	}
	before := bucket{le: math.Inf(-1)}
	for _, b := range a.Buckets {
		switch {
		case !(b.le > before.le):
			return counts.Arm{}, fmt.Errorf("buckets are not in ascending order: %v after %v", b.le, before.le)
		case !(b.count >= before.count):
			return counts.Arm{}, fmt.Errorf("bucket %v has %v observations, fewer than the one before; counts are cumulative", b.le, b.count)
		}
		before = b
	}
	n := before.count
	finite := a.Buckets
	if math.IsInf(before.le, 1) {
		finite = finite[:len(finite)-1]
		if a.N != nil && *a.N != n {
			return counts.Arm{}, fmt.Errorf(`"n" is %v, and the bucket "+Inf" has %v`, *a.N, n)
		}
	} else {
		if a.N == nil {
			return counts.Arm{}, errors.New(`give "n" or a bucket "+Inf": how many observations there are`)
		}
		if n = *a.N; n < before.count {
			return counts.Arm{}, fmt.Errorf(`"n" is %v, fewer than the %v in the last bucket`, n, before.count)
		}
	}
	return counts.Arm{N: n, Above: above(finite, n)}, sameEdges(finite, edges)
}

// above turns counts up to each edge into counts above it.
func above(buckets []bucket, n float64) []float64 {
	counts := make([]float64, len(buckets))
	for i, b := range buckets {
		counts[i] = n - b.count
	}
	return counts
}

func sameEdges(buckets []bucket, edges *[]float64) error {
	if len(buckets) == 0 {
		return errors.New("there is no bucket below +Inf")
	}
	if *edges == nil {
		for _, b := range buckets {
			*edges = append(*edges, b.le)
		}
		return nil
	}
	same := len(*edges) == len(buckets)
	for i := 0; same && i < len(buckets); i++ {
		same = (*edges)[i] == buckets[i].le
	}
	if !same {
		return fmt.Errorf("the buckets are not those of the first line, %v; merge them to common ones", *edges)
	}
	return nil
}

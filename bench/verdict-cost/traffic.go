package main

import (
	"io"
	"net/http"
	"sync/atomic"
)

// counted is what was asked: unlike times, it is the same on any machine.
type counted struct{ requests, bytes int64 }

func (c counted) since(before counted) counted {
	return counted{c.requests - before.requests, c.bytes - before.bytes}
}

// traffic sends requests, and counts them and the bytes of their answers.
type traffic struct{ requests, bytes atomic.Int64 }

func (t *traffic) counted() counted { return counted{t.requests.Load(), t.bytes.Load()} }

// RoundTrip sends one.
func (t *traffic) RoundTrip(request *http.Request) (*http.Response, error) {
	t.requests.Add(1)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		response.Body = &body{response.Body, &t.bytes}
	}
	return response, err
}

type body struct {
	io.ReadCloser
	bytes *atomic.Int64
}

// Read counts what is read.
func (b *body) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.bytes.Add(int64(n))
	return n, err
}

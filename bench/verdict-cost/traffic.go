package main

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// counted is what was asked: unlike times, it is the same on any machine.
type counted struct{ requests, bytes int64 }

func (c counted) since(before counted) counted {
	return counted{c.requests - before.requests, c.bytes - before.bytes}
}

// traffic sends requests, and counts them and the bytes of their answers.
type traffic struct {
	requests, bytes atomic.Int64
	// list prints each of them.
	list bool
}

func (t *traffic) counted() counted { return counted{t.requests.Load(), t.bytes.Load()} }

// RoundTrip sends one.
func (t *traffic) RoundTrip(request *http.Request) (*http.Response, error) {
	number := t.requests.Add(1)
	if t.list {
		if err := print(number, request); err != nil {
			return nil, err
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		response.Body = &body{response.Body, &t.bytes}
	}
	return response, err
}

// print prints what is asked, and leaves it as it is.
func print(number int64, request *http.Request) error {
	asked := request.URL.RawQuery
	if request.Body != nil {
		raw, err := io.ReadAll(request.Body)
		if err != nil {
			return err
		}
		request.Body = io.NopCloser(bytes.NewReader(raw))
		asked = string(raw)
	}
	params, err := url.ParseQuery(asked)
	if err != nil {
		return err
	}
	say("request %d: %s %s..%s%s %s", number, request.URL.Path, params.Get("start"), params.Get("end"), params.Get("time"), params.Get("query")+strings.Join(params["match[]"], " "))
	return nil
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

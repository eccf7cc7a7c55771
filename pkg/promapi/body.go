package promapi

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
)

// errTooLarge ends the reading of a body at the cap on bytes.
var errTooLarge = errors.New("the answer is larger than the limit")

// bodyReader reads a body up to a number of bytes, after which it fails with errTooLarge, and keeps the
// error with which reading ended, so that a broken connection can be told from broken JSON.
type bodyReader struct {
	r    io.Reader
	left int64
	// err is what ended the reading; nil at a regular end.
	err error
}

// Read reads from the body.
func (b *bodyReader) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.left {
		// One byte more than is left tells a body that ends here from one that goes on.
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if int64(n) > b.left {
		n = int(b.left)
		b.left = 0
		b.err = errTooLarge
		return n, b.err
	}
	b.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// tooLarge tells whether the cap on bytes ended the reading.
func (b *bodyReader) tooLarge() bool {
	return errors.Is(b.err, errTooLarge)
}

// bodyError classifies the error that ended the reading of a body.
func (c *connection) bodyError(caller, own context.Context, err error) *Error {
	var corrupt flate.CorruptInputError
	switch {
	case own.Err() != nil:
	case errors.Is(err, errTooLarge):
		return tooLargeError(c.options.MaxBytes)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return badResponse("the compressed answer of Prometheus is damaged", hintProxy, err)
	}
	return transportError(caller, own, c.options.Timeout, err)
}

// sniff looks at the first bytes of a body that should be a JSON object, and returns the body whole.
func sniff(body io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(body, 32<<10)
	first, err := buffered.ReadByte()
	for err == nil && bytes.IndexByte([]byte(" \t\r\n"), first) >= 0 {
		first, err = buffered.ReadByte()
	}
	if err != nil {
		return nil, badResponse("Prometheus answered with nothing", hintNotAPI, nil)
	}
	if err := buffered.UnreadByte(); err != nil {
		return nil, badResponse("the answer cannot be read", hintProxy, err)
	}
	if first == '{' {
		return buffered, nil
	}
	begin, _ := buffered.Peek(min(buffered.Buffered(), maxQuotedText))
	switch {
	case first == '<':
		return nil, badResponse("the answer is a web page and not that of a Prometheus API: "+quoteBody(begin), hintNotAPI, nil)
	case bytes.HasPrefix(begin, []byte{0x1f, 0x8b}):
		return nil, badResponse("the answer is compressed and does not say so", "Check the proxy before the server", nil)
	default:
		return nil, badResponse("the answer is not that of a Prometheus API: "+quoteBody(begin), hintNotAPI, nil)
	}
}

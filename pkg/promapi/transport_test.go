package promapi

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serveRaw starts a TCP server that reads one request of each connection and then lets misbehave answer.
func serveRaw(t *testing.T, misbehave func(conn *net.TCPConn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var connections sync.WaitGroup
	connections.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Go(func() {
				defer func() { _ = conn.Close() }()
				if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.Copy(io.Discard, request.Body)
					misbehave(conn.(*net.TCPConn))
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		connections.Wait()
	})
	return "http://" + listener.Addr().String()
}

func compress(t *testing.T, text string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return buffer.Bytes()
}

func TestBrokenConnections(t *testing.T) {
	half := oneSeries[:len(oneSeries)/2]
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(oneSeries))
	for _, tt := range []struct {
		name        string
		misbehave   func(conn *net.TCPConn)
		wantMessage string
	}{
		{"reset before headers", func(conn *net.TCPConn) { _ = conn.SetLinger(0) }, "reset"},
		{"end before headers", func(*net.TCPConn) {}, "closed the connection"},
		{"no HTTP", func(conn *net.TCPConn) { _, _ = io.WriteString(conn, "SSH-2.0-OpenSSH\r\n\r\n") }, "malformed HTTP"},
		{"reset in mid-body", func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, head+half)
			time.Sleep(50 * time.Millisecond)
			_ = conn.SetLinger(0)
		}, "reset"},
		{"end in mid-body", func(conn *net.TCPConn) { _, _ = io.WriteString(conn, head+half) }, "closed the connection"},
		{"chunked body without its end", func(conn *net.TCPConn) {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(half), half)
		}, "closed the connection"},
		{"broken chunk size", func(conn *net.TCPConn) {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nzz\r\n", len(half), half)
		}, "no connection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := failure(t, clientOf(t, serveRaw(t, tt.misbehave), Options{}))
			assert.Equal(t, http.StatusBadGateway, err.Status)
			assert.True(t, err.Downstream)
			assert.Equal(t, KindConnection, err.Kind)
			assert.Contains(t, err.Message, tt.wantMessage)
			assert.NotEmpty(t, err.Hint)
		})
	}
}

// An answer that breaks off is asked for once again, and no more than that; what was read of it is forgotten.
func TestAnAnswerThatBreaksOffIsAskedForAgain(t *testing.T) {
	broken := 0
	var left atomic.Int64
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body := oneSeries
		if strings.Contains(r.URL.Path, "labels") {
			body = `{"status":"success","data":["a","b","c","d"]}`
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		if left.Add(-1) >= 0 {
			_, _ = io.WriteString(w, body[:len(body)-4])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	client := clientOf(t, server.URL, Options{})
	for ; broken < 3; broken++ {
		for name, ask := range map[string]func() (int, error){
			"query": func() (int, error) {
				result, err := client.Query(t.Context(), InstantQuery{Expr: "up", Time: time.Unix(1, 0)})
				if err != nil {
					return 0, err
				}
				return len(result.Series) - 1, nil
			},
			"names": func() (int, error) {
				names, _, err := client.LabelNames(t.Context(), MetaQuery{})
				return len(names) - 4, err
			},
		} {
			left.Store(int64(broken))
			asked.Store(0)
			off, err := ask()
			assert.Equal(t, int64(min(broken+1, 2)), asked.Load(), "%s, broken off %d times", name, broken)
			if broken < 2 {
				require.NoError(t, err, name)
				assert.Zero(t, off, "%s, broken off %d times", name, broken)
			} else {
				require.ErrorContains(t, err, "closed the connection", name)
			}
		}
	}
}

func TestNoConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := "http://" + listener.Addr().String()
	require.NoError(t, listener.Close())
	secure := httptest.NewUnstartedServer(answerJSON(oneSeries))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(answerJSON(oneSeries))
	defer plain.Close()

	for _, tt := range []struct {
		name, url, wantMessage, wantHint string
	}{
		{"refused", closed, "refused", "running"},
		{"unknown host", "http://flaglens.invalid:9090", "could not be resolved", "URL"},
		{"unknown authority", secure.URL, "TLS", "certificates"},
		{"HTTP where TLS is expected", "https" + plain.URL[len("http"):], "TLS", "certificates"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := failure(t, clientOf(t, tt.url, Options{}))
			assert.Equal(t, http.StatusBadGateway, err.Status)
			assert.True(t, err.Downstream)
			assert.Equal(t, KindConnection, err.Kind)
			assert.Contains(t, err.Message, tt.wantMessage)
			assert.Contains(t, err.Hint, tt.wantHint)
		})
	}
}

func TestPasswordInURLIsNotRepeated(t *testing.T) {
	err := failure(t, clientOf(t, "http://admin:hunter2@127.0.0.1:1", Options{}))
	assert.NotContains(t, err.Error(), "hunter2")
	_, bad := NewClient(http.DefaultClient, "http://admin:hunter2@host:port", Options{})
	require.Error(t, bad)
	assert.NotContains(t, bad.Error(), "hunter2")
}

func TestDeadlines(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	stall := func(write string) string {
		return serveRaw(t, func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, write)
			select {
			case <-release:
			case <-time.After(3 * time.Second):
			}
		})
	}
	for name, url := range map[string]string{
		"no answer":         stall(""),
		"stall in headers":  stall("HTTP/1.1 200 OK\r\nContent-"),
		"stall in mid-body": stall("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + oneSeries[:60]),
		"stall in an error": stall("HTTP/1.1 500 Oops\r\nContent-Length: 5000\r\n\r\nhalf a reason"),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			err := failure(t, clientOf(t, url, Options{Timeout: 150 * time.Millisecond}))
			assert.Less(t, time.Since(begin), 2*time.Second)
			assert.Equal(t, http.StatusGatewayTimeout, err.Status)
			assert.True(t, err.Downstream)
			assert.Equal(t, KindTimeout, err.Kind)
			assert.Contains(t, err.Message, "150ms")
			assert.Contains(t, err.Hint, "Narrow")
		})
	}
	t.Run("the caller's deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		_, err := clientOf(t, stall(""), Options{}).Query(ctx, anyQuery)
		var known *Error
		require.ErrorAs(t, err, &known)
		assert.Equal(t, http.StatusGatewayTimeout, known.Status)
		assert.Equal(t, KindTimeout, known.Kind)
	})
	t.Run("the HTTP client's own time-out", func(t *testing.T) {
		transport := &http.Transport{ResponseHeaderTimeout: 50 * time.Millisecond}
		defer transport.CloseIdleConnections()
		c, err := NewClient(&http.Client{Transport: transport}, stall(""), Options{})
		require.NoError(t, err)
		assert.Equal(t, http.StatusGatewayTimeout, failure(t, c).Status)
	})
}

func TestCancelReachesTheServer(t *testing.T) {
	for name, begin := range map[string]string{"before headers": "", "in mid-body": oneSeries[:40]} {
		t.Run(name, func(t *testing.T) {
			started, gone := make(chan struct{}), make(chan struct{})
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				// The server notices that the client left only once it has read the request.
				_, _ = io.Copy(io.Discard, r.Body)
				if begin != "" {
					_, _ = io.WriteString(w, begin)
					w.(http.Flusher).Flush()
				}
				close(started)
				<-r.Context().Done()
				close(gone)
			}, Options{})
			ctx, cancel := context.WithCancel(context.Background())
			go func() {
				<-started
				cancel()
			}()
			_, err := c.Query(ctx, anyQuery)
			var known *Error
			require.ErrorAs(t, err, &known)
			assert.Equal(t, StatusClientClosedRequest, known.Status)
			assert.True(t, known.Downstream)
			assert.Equal(t, KindCanceled, known.Kind)
			assert.ErrorIs(t, err, context.Canceled)
			select {
			case <-gone:
			case <-time.After(3 * time.Second):
				t.Fatal("the upstream request goes on")
			}
		})
	}
}

func TestTruncationAtEveryByte(t *testing.T) {
	full := `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"é\n"},"values":[[1,"1"]],` +
		`"histograms":[[2,{"count":"1","sum":"1","buckets":[[0,"0.5","1","1"]]}]]}]},"warnings":["w"],"infos":["i"]}`
	compressed := compress(t, full)
	var body []byte
	var encoding string
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		_, _ = w.Write(body)
	}, Options{})

	for _, tt := range []struct {
		encoding string
		whole    []byte
	}{{"", []byte(full)}, {"gzip", compressed}} {
		encoding, body = tt.encoding, tt.whole
		result, err := c.Query(context.Background(), anyQuery)
		require.NoError(t, err)
		require.Len(t, result.Series, 1)
		for n := range tt.whole {
			body = tt.whole[:n]
			err := failure(t, c)
			assert.Equal(t, http.StatusBadGateway, err.Status, "cut at byte %d of %q", n, tt.encoding)
			assert.True(t, err.Downstream)
		}
	}
}

func TestEncodings(t *testing.T) {
	gzipped := compress(t, oneSeries)
	damaged := bytes.Clone(gzipped)
	damaged[len(damaged)-6] ^= 0xff // the checksum
	garbled := bytes.Clone(gzipped)
	for i := 12; i < len(garbled)-8; i++ {
		garbled[i] = 0xff
	}
	for _, tt := range []struct {
		name, encoding string
		body           []byte
		wantMessage    string
	}{
		{"gzip said, plain sent", "gzip", []byte(oneSeries), "damaged"},
		{"gzip sent and not said", "", gzipped, "compressed and does not say so"},
		{"wrong checksum", "gzip", damaged, "damaged"},
		{"garbled gzip", "gzip", garbled, "damaged"},
		{"br", "br", []byte("\x0b\x02\x80"), `"br"`},
		{"zstd", "zstd", []byte("\x28\xb5\x2f\xfd"), `"zstd"`},
		{"deflate", "deflate", []byte("\x78\x9c"), `"deflate"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := failure(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if tt.encoding != "" {
					w.Header().Set("Content-Encoding", tt.encoding)
				}
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(tt.body)
			}, Options{}))
			assert.Equal(t, http.StatusBadGateway, err.Status)
			assert.True(t, err.Downstream)
			assert.Equal(t, KindBadResponse, err.Kind)
			assert.Contains(t, err.Message, tt.wantMessage)
		})
	}
}

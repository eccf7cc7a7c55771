// Package flaglens splits the request metrics of a Go service by feature flag and variant. Copy its files, or import it:
// flags.go is what the others need; prometheus.go is for prometheus/client_golang, otel.go for OpenTelemetry.
//
// The names of metrics and labels are those of Flaglens' library for Node.js.
package flaglens

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/open-feature/go-sdk/openfeature"
)

const (
	// FailedEvaluation is the variant of a request that got the caller's default because its evaluation failed.
	FailedEvaluation = "evaluation_error"
	// Other stands for every flag, variant or route beyond a limit.
	Other = "other"
	// Unmatched is the route of a request that no route of the service answers; its path is never a label.
	Unmatched = "unmatched"
	// statusClientLeft is the status of a request whose client went away before the answer was complete.
	statusClientLeft = 499
)

// Flag is a flag that the service knows of: its series start at zero. Prometheus loses the first increment of a series
// that is born with it, which makes the smaller arm look safe.
type Flag struct {
	Key      string
	Variants []string
}

// Route is a route that the service answers: its series start at zero for the statuses 200 and 500.
type Route struct{ Method, Pattern string }

// Limits bound the label values. What is registered is never folded into Other.
type Limits struct{ Flags, VariantsPerFlag, Routes int }

var usualLimits = Limits{Flags: 100, VariantsPerFlag: 20, Routes: 200}

// Evaluations are the flags that one request has evaluated, each with one variant.
type Evaluations struct {
	mu       sync.Mutex
	variants map[string]string
}

type contextKey struct{}

// Collect gives a context in which the hook notes the flags that are evaluated. The middlewares call it; call it yourself
// for work that is no request.
func Collect(ctx context.Context) (context.Context, *Evaluations) {
	evaluations := &Evaluations{variants: map[string]string{}}
	return context.WithValue(ctx, contextKey{}, evaluations), evaluations
}

// note keeps the first variant of a flag: a request belongs to one, or a flag's requests would not add up. A failed
// evaluation counts only as long as none succeeds.
func (e *Evaluations) note(flag, variant string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known, ok := e.variants[flag]; !ok || known == FailedEvaluation {
		e.variants[flag] = variant
	}
}

// All are the flags noted so far, with their variants.
func (e *Evaluations) All() map[string]string {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make(map[string]string, len(e.variants))
	for flag, variant := range e.variants {
		all[flag] = variant
	}
	return all
}

// Hook notes each evaluated flag on the request whose context the evaluation was given:
//
//	openfeature.AddHooks(flaglens.Hook{})
//	client.BooleanValue(r.Context(), "checkout-v2", false, evaluationContext)
type Hook struct{ openfeature.UnimplementedHook }

// Finally notes the flag: only here it is certain what the caller gets.
func (Hook) Finally(ctx context.Context, hook openfeature.HookContext, details openfeature.InterfaceEvaluationDetails, _ openfeature.HookHints) {
	evaluations, ok := ctx.Value(contextKey{}).(*Evaluations)
	if !ok {
		return
	}
	evaluations.note(hook.FlagKey(), variantOf(details))
}

// variantOf is the variant that an evaluation gave, else its value as text.
func variantOf(details openfeature.InterfaceEvaluationDetails) string {
	switch {
	case details.ErrorCode != "" || details.Reason == openfeature.ErrorReason:
		return FailedEvaluation
	case details.Variant == "":
		return fmt.Sprint(details.Value)
	}
	return details.Variant
}

// guard bounds label values.
type guard struct {
	mu       sync.Mutex
	limits   Limits
	variants map[string]map[string]bool
	routes   map[string]bool
}

func newGuard(limits Limits, flags []Flag, routes []Route) *guard {
	g := &guard{limits: limits, variants: map[string]map[string]bool{}, routes: map[string]bool{}}
	if limits == (Limits{}) {
		g.limits = usualLimits
	}
	for _, flag := range flags {
		g.variants[flag.Key] = map[string]bool{}
		for _, variant := range flag.Variants {
			g.variants[flag.Key][variant] = true
		}
	}
	for _, route := range routes {
		g.routes[route.Pattern] = true
	}
	return g
}

func (g *guard) tag(flag, variant string) (string, string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.variants[flag] == nil {
		if len(g.variants) >= g.limits.Flags {
			return Other, Other
		}
		g.variants[flag] = map[string]bool{}
	}
	if variant == FailedEvaluation || admit(g.variants[flag], variant, g.limits.VariantsPerFlag) {
		return flag, variant
	}
	return flag, Other
}

func (g *guard) route(pattern string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if admit(g.routes, pattern, g.limits.Routes) {
		return pattern
	}
	return Other
}

func admit(known map[string]bool, value string, limit int) bool {
	if !known[value] && len(known) < limit && len(value) <= 64 {
		known[value] = true
	}
	return known[value]
}

// outcome is what a request is recorded as.
type outcome struct {
	method, route, status string
	seconds               float64
	flags                 map[string]string
}

// serve runs a handler and says how its request ended, once: also when the handler panics, or its client leaves.
func serve(next http.Handler, w http.ResponseWriter, r *http.Request, route func(*http.Request) string, done func(context.Context, outcome)) {
	ctx, evaluations := Collect(r.Context())
	r = r.WithContext(ctx)
	answer := &answer{ResponseWriter: w}
	begun := time.Now()
	finish := func(status int) {
		flags := evaluations.All()
		done(ctx, outcome{method(r.Method), route(r), strconv.Itoa(status), time.Since(begun).Seconds(), flags})
	}
	defer func() {
		if thrown := recover(); thrown != nil {
			finish(max(answer.status, http.StatusInternalServerError))
			panic(thrown)
		}
		switch {
		case ctx.Err() != nil:
			finish(statusClientLeft)
		case answer.status == 0:
			finish(http.StatusOK)
		default:
			finish(answer.status)
		}
	}()
	next.ServeHTTP(answer, r)
}

// MuxRoute is the pattern that http.ServeMux matched, without its method.
func MuxRoute(r *http.Request) string {
	pattern := r.Pattern
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	if pattern == "" || pattern == "/" && r.URL.Path != "/" {
		return Unmatched
	}
	return pattern
}

func method(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return Other
}

// answer remembers the status. http.ResponseController finds what it wraps.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(bytes []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(bytes)
}

// Flush is for handlers that look for an http.Flusher.
func (a *answer) Flush() { _ = http.NewResponseController(a.ResponseWriter).Flush() }

func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

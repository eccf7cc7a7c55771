package plugin

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/split"
)

// The tests of this file are for whoever adds something that outlives a request. Three places could keep what one user read
// and show it to the next: the datasource itself, memory that two views share, and variables of a package.

// A datasource holds what is the same for everyone. What is kept of answers belongs into view, or below it.
func TestDatasourceKeepsNothingItself(t *testing.T) {
	same := []string{"settings", "words", "forwarding", "salt", "http", "views", "now", "broken"}
	for field := range reflect.TypeFor[Datasource]().Fields() {
		require.Contains(t, same, field.Name,
			"Is it the same for every user of the datasource? If it comes from a server's answer it belongs into view")
	}
}

// Two identities' views share settings, connections, and the bound on what they keep together; nothing that was read.
func TestViewsShareNothingThatIsRead(t *testing.T) {
	url := promtest.Start(t, promtest.Script{Every: scrape, Series: shared()}).URL
	d := datasourceOn(t, instance(url, `{"oauthPassThru":true}`), dataEnd)
	var views []*view
	for _, token := range []string{"alice", "bob"} {
		headers := map[string]string{"Authorization": token}
		for _, query := range []string{
			latencyQuery,
			`{"queryType":"verdict","flag":"checkout","signals":["latency","errors"]}`,
			`{"queryType":"changes","flag":"checkout"}`, `{"queryType":"flags","stats":["verdict"]}`,
			`{"queryType":"distribution","flag":"checkout","signals":["latency"]}`,
		} {
			require.NoError(t, askAs(t, d, lastHour("A", query, dataEnd), headers).Error, query)
		}
		for _, path := range []string{"flags", "variants?flag=checkout", "labels", "metrics", "version"} {
			require.Equal(t, http.StatusOK, callResource(t, d, &backend.CallResourceRequest{
				Path: strings.SplitN(path, "?", 2)[0], URL: path, Method: http.MethodGet,
				Headers: map[string][]string{"Authorization": {token}},
			}).Status)
		}
		_, v, err := d.as(t.Context(), http.Header{"Authorization": {token}}, "")
		require.NoError(t, err)
		views = append(views, v)
	}
	require.NotSame(t, views[0], views[1])
	ofAlice, ofBob := reachable(views[0]), reachable(views[1])
	require.Greater(t, len(ofAlice), 100, "little was kept, so the test shows little")
	for at, path := range ofAlice {
		if _, both := ofBob[at]; both {
			t.Errorf("%s, a %s, is shared by two identities", path, at.kind)
		}
	}
}

// shared are a flag's series.
func shared() string {
	const metric = "feature_flag_http_request_duration_seconds"
	var text strings.Builder
	for _, variant := range []string{"off", "on"} {
		for _, status := range []string{"200", "500"} {
			labels := fmt.Sprintf(`feature_flag_key="checkout",feature_flag_variant=%q,status=%q,instance="a",job="shop"`, variant, status)
			for _, le := range []string{"0.1", "1", "+Inf"} {
				fmt.Fprintf(&text, "%s_bucket{%s,le=%q} 0+10x%d\n", metric, labels, le, scrapes)
			}
			fmt.Fprintf(&text, "%s_count{%s} 0+10x%d\n%s_sum{%s} 0+5x%d\n", metric, labels, scrapes, metric, labels, scrapes)
		}
	}
	return text.String()
}

// address is a place in memory that something changeable lies at.
type address struct {
	at   uintptr
	kind reflect.Type
}

// walker finds everything changeable that can be reached from a value.
type walker struct{ seen map[address]string }

// same are the types that views may share: they hold nothing that a server answered.
var same = []reflect.Type{
	reflect.TypeFor[*kept.Room](), reflect.TypeFor[model.Settings](),
	// The kinds of signals and the ways to split that there are: they never change.
	reflect.TypeFor[kind.Kinds](), reflect.TypeFor[split.Modes](),
	// How much memory queries may take together: numbers of bytes, which every user of the process has to share.
	reflect.TypeFor[*budget.Budget](),
	// The connections of a datasource, and what the SDK wraps around them.
	reflect.TypeFor[http.RoundTripper](),
}

// onlyOf are fields that lead out of what a view holds, by type.
var onlyOf = map[string]string{
	// An entry's place in the order of its room, in which the entries of all stores are linked.
	"kept.entry": "place",
}

// reachable is everything changeable below a view, with the way to it.
func reachable(v *view) map[address]string {
	w := walker{seen: map[address]string{}}
	w.walk(reflect.ValueOf(v), "view")
	return w.seen
}

func (w *walker) walk(v reflect.Value, path string) {
	if !v.IsValid() || slices.Contains(same, v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Slice:
		if v.IsNil() || v.Kind() == reflect.Slice && v.Cap() == 0 ||
			v.Kind() == reflect.Pointer && v.Type().Elem().Size() == 0 || v.Type() == reflect.TypeFor[reflect.Type]() {
			return
		}
		at := address{v.Pointer(), v.Type()}
		if _, seen := w.seen[at]; seen {
			return
		}
		// The standard library's own, such as the time zone.
		if v.Kind() == reflect.Pointer && slices.Contains([]string{"time", "reflect", "unicode"}, v.Type().Elem().PkgPath()) {
			return
		}
		w.seen[at] = path
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		w.walk(v.Elem(), path)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if onlyOf[v.Type().String()] != field.Name {
				w.walk(v.Field(i), path+"."+field.Name)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			w.walk(v.Index(i), path+"[]")
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			w.walk(entries.Key(), path+"[key]")
			w.walk(entries.Value(), path+"[]")
		}
	}
}

// No package keeps anything in a variable of its own: none is assigned to, or can change by itself.
func TestPackagesKeepNothing(t *testing.T) {
	root := filepath.Join("..", "..", "pkg")
	var packages []string
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || !entry.IsDir():
			return err
		case slices.Contains([]string{"promtest", "cmd", "testdata"}, entry.Name()):
			return filepath.SkipDir
		}
		packages = append(packages, path)
		return nil
	}))
	require.Greater(t, len(packages), 10)
	for _, folder := range packages {
		if folder == filepath.Join(root, "budget") {
			// The memory of a process is one for all who use it; a budget holds numbers of bytes and nothing that was read.
			continue
		}
		for _, fault := range changeable(t, folder) {
			if strings.Contains(fault, "the variable ProcessRoom of") {
				// Room alone: it knows sizes and nothing of what is kept.
				continue
			}
			t.Error(fault + ": what is kept belongs below a view, which is one identity's")
		}
	}
}

// The test above would find what it looks for.
func TestChangeableVariablesAreFound(t *testing.T) {
	for name, source := range map[string]string{
		"a lock":        "var x sync.Mutex",
		"a cache":       "var x = ttlcache.New[string, string]()",
		"a store":       "var x = kept.NewStore[string](nil)",
		"an atomic":     "var x atomic.Int64",
		"once":          "var x = sync.OnceValue(f)",
		"a pointer":     "var x = &T{}",
		"a maker":       "var x = newKnowledge()",
		"before it":     "func f() { x++ }\nvar x int",
		"a map":         "var x = map[string]int{}\nfunc f() { x[\"a\"] = 1 }",
		"a list":        "var x []int\nfunc f() { x = append(x, 1) }",
		"a counter":     "var x int\nfunc f() { x++ }",
		"a field":       "var x T\nfunc f() { x.y.z = 1 }",
		"a deleted key": "var x = map[string]int{}\nfunc f() { delete(x, \"a\") }",
		"an address":    "var x T\nfunc f() *T { return &x }",
	} {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "x.go"), []byte("package x\n"+source+"\n"), 0o600))
		require.NotEmpty(t, changeable(t, folder), name)
	}
}

// changeable are the variables of a package that are assigned to, whose address is taken, or whose kind can change.
func changeable(t *testing.T, folder string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	set := token.NewFileSet()
	variables := map[string]*ast.ValueSpec{}
	var parsed []*ast.File
	report := func(at token.Pos, name string) {
		found = append(found, fmt.Sprintf("%s: the variable %s of a package can change", set.Position(at), name))
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(set, file, nil, 0)
		require.NoError(t, err)
		parsed = append(parsed, tree)
		for _, declaration := range tree.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok || general.Tok != token.VAR {
				continue
			}
			for _, spec := range general.Specs {
				value, _ := spec.(*ast.ValueSpec)
				for _, name := range value.Names {
					if name.Name == "_" {
						continue
					}
					variables[name.Name] = value
					if lives(value) {
						report(name.Pos(), name.Name)
					}
				}
			}
		}
	}
	for _, tree := range parsed {
		ast.Inspect(tree, func(n ast.Node) bool {
			for _, target := range targets(n) {
				if name := rootOf(target); name != nil && variables[name.Name] != nil && !local(name, variables[name.Name]) {
					report(name.Pos(), name.Name)
				}
			}
			return true
		})
	}
	return found
}

// lives tells whether a variable can change though nobody assigns to it, by what it is declared as.
func lives(spec *ast.ValueSpec) bool {
	packages := []string{"sync", "atomic", "ttlcache", "kept", "singleflight", "list", "lru"}
	change := false
	inspect := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SelectorExpr:
			name, ok := n.X.(*ast.Ident)
			change = change || ok && slices.Contains(packages, name.Name)
		case *ast.UnaryExpr:
			change = change || n.Op == token.AND
		case *ast.CallExpr:
			change = change || !harmless(n.Fun)
		case *ast.ChanType:
			change = true
		}
		return true
	}
	if spec.Type != nil {
		ast.Inspect(spec.Type, inspect)
	}
	for _, value := range spec.Values {
		ast.Inspect(value, inspect)
	}
	return change
}

// makers are functions of ours that make tables which never change: detect.named, frames.among and frames.not, plugin.tried.
var makers = []string{"named", "among", "not", "tried"}

// harmless tells what makes values that never change.
func harmless(function ast.Expr) bool {
	switch f := function.(type) {
	case *ast.Ident:
		return slices.Contains(makers, f.Name)
	case *ast.FuncLit:
		// Called at once: what it makes is assigned once.
		return true
	case *ast.SelectorExpr:
		name, _ := f.X.(*ast.Ident)
		return name != nil && slices.Contains([]string{
			"errors.New", "regexp.MustCompile", "strings.NewReplacer", "parser.NewParser", "math.NaN", "math.Inf", "math.Exp", "math.Float64frombits",
		}, name.Name+"."+f.Sel.Name)
	}
	return false
}

// targets are what a statement or expression changes, or lets others change.
func targets(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if name, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, name.Name) {
			return n.Args[:1]
		}
	}
	return nil
}

// rootOf is the variable that x.y[z] is a part of.
func rootOf(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return rootOf(e.X)
	case *ast.IndexExpr:
		return rootOf(e.X)
	case *ast.ParenExpr:
		return rootOf(e.X)
	case *ast.StarExpr:
		return rootOf(e.X)
	}
	return nil
}

// local tells a variable of a function, which hides the package's one that a specification declares.
func local(name *ast.Ident, spec *ast.ValueSpec) bool {
	// Enough within one file, and it needs no types; what another file declares has no object.
	return name.Obj != nil && name.Obj.Decl != spec
}

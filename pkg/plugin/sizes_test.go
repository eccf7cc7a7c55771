package plugin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxMethods is how many methods a type may have: with more of them it has more than one subject.
const maxMethods = 20

// No type has so many methods that a line of it may touch nearly everything. Files are measured in test/build/sizes.test.ts.
func TestTypesAreOfOneSubject(t *testing.T) {
	root := filepath.Join("..", "..")
	counts := methods(t, root)
	require.Greater(t, len(counts), 100, "the test finds no types")
	for name, n := range counts {
		if n > maxMethods {
			t.Errorf("%s has %d methods, of at most %d: part it by subject", name, n, maxMethods)
		}
	}
}

// The test above would find what it looks for.
func TestMethodsAreCounted(t *testing.T) {
	folder := t.TempDir()
	source := "package x\ntype T[K any] struct{}\ntype A struct{ T[int] }\nfunc (t *T[K]) a() {}\nfunc (T[K]) b() {}\nfunc (A) c() {}\nfunc d() {}\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x.go"), []byte(source), 0o600))
	require.Equal(t, map[string]int{"..T": 2, "..A": 1}, methods(t, folder))
}

// methods counts the methods of each hand-written type below a folder, as folder.Type. Those of an embedded type are its own.
func methods(t *testing.T, root string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"node_modules", "dist", ".git", ".cache", "testdata"}, entry.Name()) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil || ast.IsGenerated(tree) {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, declaration := range tree.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv != nil {
				counts[filepath.ToSlash(folder)+"."+receiver(function.Recv.List[0].Type)]++
			}
		}
		return nil
	}))
	return counts
}

// receiver is the name of a method's type.
func receiver(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

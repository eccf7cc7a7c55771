// Package names handles lists of names: those of flags, variants, labels and expressions.
package names

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Sort sorts v2 before v10. Names that differ only in what the collation does not look at (forms of Unicode, control
// characters) have one order too.
func Sort(names []string) {
	slices.Sort(names)
	slices.SortStableFunc(names, collate.New(language.Und, collate.Numeric).CompareString)
}

// Listed names a few of many.
func Listed(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// Key makes one text of several that no others make, and that is ordered as they are. Values may hold NUL.
func Key(values ...string) string {
	var b strings.Builder
	for _, value := range values {
		b.WriteString(strings.ReplaceAll(value, "\x00", "\x00\x01"))
		b.WriteString("\x00\x00")
	}
	return b.String()
}

// Union is what the lists have, each name once, in the order in which it first comes; nil where they have nothing. It
// shares no memory with them.
func Union(lists ...[]string) []string {
	var all []string
	seen := map[string]bool{}
	for _, list := range lists {
		for _, name := range list {
			if !seen[name] {
				seen[name] = true
				all = append(all, name)
			}
		}
	}
	return all
}

// Without is a list without one name. It shares no memory with it.
func Without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
}

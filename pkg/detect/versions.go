package detect

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// versioned are texts that are versions: 1.4.2, v2, 2024.10.1-rc1, shop-1.4.2.
var versioned = regexp.MustCompile(`^(?:[a-zA-Z][a-zA-Z-]*[-_/@:]?)?v?([0-9]+(?:\.[0-9]+)*)(?:[-+_.]?(.*))?$`)

// version is a version's numbers, and what follows them.
type version struct {
	numbers []int
	rest    string
}

func versionOf(text string) (version, bool) {
	match := versioned.FindStringSubmatch(text)
	// A hash that begins with digits is no version.
	if match == nil || len(match[1]) > 12 && !strings.Contains(match[1], ".") {
		return version{}, false
	}
	var v version
	for _, part := range strings.Split(match[1], ".") {
		number, err := strconv.Atoi(part)
		if err != nil {
			return version{}, false
		}
		v.numbers = append(v.numbers, number)
	}
	v.rest = match[2]
	if len(v.numbers) == 1 && v.rest != "" {
		return version{}, false
	}
	return v, true
}

// compare orders versions as people count them: a candidate (1.0.0-rc1) is before its release.
func (v version) compare(other version) int {
	if c := slices.Compare(v.numbers, other.numbers); c != 0 {
		return c
	}
	switch {
	case v.rest == other.rest:
		return 0
	case v.rest == "":
		return 1
	case other.rest == "":
		return -1
	}
	return strings.Compare(v.rest, other.rest)
}

// ordered are the oldest and the newest of versions; false where one of them is none, or two are alike.
func ordered(texts []string) (oldest, newest string, ok bool) {
	if len(texts) < 2 {
		return "", "", false
	}
	sorted := slices.Clone(texts)
	known := map[string]version{}
	for _, text := range texts {
		v, ok := versionOf(text)
		if !ok {
			return "", "", false
		}
		known[text] = v
	}
	slices.SortStableFunc(sorted, func(a, b string) int { return known[a].compare(known[b]) })
	for i := range sorted[1:] {
		if known[sorted[i]].compare(known[sorted[i+1]]) == 0 {
			return "", "", false
		}
	}
	return sorted[0], sorted[len(sorted)-1], true
}

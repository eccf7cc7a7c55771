package numbers

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is how much of a flag's or variant's name a sentence has, in bytes.
const longestName = 80

// Name is a name as a sentence shows it: on one line, of bearable length, and without characters that turn the text around.
func Name(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, name)
	if len(plain) <= longestName {
		return plain
	}
	cut := longestName
	for cut > 0 && !utf8.RuneStart(plain[cut]) {
		cut--
	}
	return plain[:cut] + "…"
}

// Within is a name within a sentence: Latency is latency, CPU stays.
func Within(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if second, _ := utf8.DecodeRuneInString(name[size:]); unicode.IsUpper(second) {
		return Name(name)
	}
	return Name(string(unicode.ToLower(first)) + name[size:])
}

package promapi

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuotedText is how much of an upstream's text an error quotes, in bytes.
const maxQuotedText = 1024

// clean makes text of unknown origin fit for a message: valid UTF-8, white space runs and control
// characters one space, at most limit bytes.
func clean(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	fields := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	text = strings.Join(fields, " ")
	if len(text) <= limit {
		return text
	}
	const ellipsis = "…"
	cut := limit - len(ellipsis)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + ellipsis
}

// quoteBody is what a message quotes of a body that is not the API's: cleaned and with markup escaped.
func quoteBody(body []byte) string {
	return html.EscapeString(clean(string(body), maxQuotedText))
}

package promapi

import (
	"net/http"
	"time"
)

// Lag is how long a sample may take from its scrape until the engine answers with it. VictoriaMetrics leaves out its last 30
// seconds, which the usual scrape interval makes up with it.
const Lag = 15 * time.Second

// Complete is the newest time whose samples are all in, for targets that are scraped every scrape. It is not after end, if
// that is given.
func Complete(now time.Time, scrape time.Duration, end time.Time) time.Time {
	complete := now.Add(-scrape - Lag)
	if !end.IsZero() && end.Before(complete) {
		return end
	}
	return complete
}

// NotWhole refuses an answer of which a part is missing, where what follows from it must not change later. what names the
// question; warnings are those of the answer.
func NotWhole(what string, warnings []string) *Error {
	hint := "Check the server's storage, or raise the datasource's limits"
	if len(warnings) > 0 {
		hint = warnings[0]
	}
	return &Error{
		Status: http.StatusBadGateway, Downstream: true, Kind: KindBadResponse,
		Message: what + ": the answer is not complete, so no verdict can rest on it", Hint: hint,
	}
}

/** How a batch fared; a number if it may be tried again, after so many milliseconds at least. */
export type Outcome = 'taken' | 'refused' | number;

/** Answers that are worth another try: too many requests, and failures of the server. */
function isPassing(status: number): boolean {
  return status === 429 || status > 499;
}

/** Retry-After is a number of seconds or a date. */
function retryAfter(header: string | null): number {
  const ms = Number(header) * 1000 || Date.parse(header ?? '') - Date.now();
  return ms > 0 ? Math.min(ms, 3_600_000) : 0;
}

/**
 * Posts a body as plain text, which needs no preflight, with cookies to the page's own origin alone. `keepalive` lets the request outlive the page,
 * but browsers refuse it where more than 64 KB of such requests are under way. A server that does not answer within 30 s
 * counts as failed. Never rejects.
 */
export async function post(endpoint: string, body: string, keepalive: boolean): Promise<Outcome> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 30_000);
  try {
    const { ok, status, headers } = await fetch(endpoint, {
      method: 'POST',
      body,
      keepalive,
      signal: abort.signal,
    });
    return ok ? 'taken' : isPassing(status) ? retryAfter(headers.get('retry-after')) : 'refused';
  } catch {
    return 0;
  } finally {
    clearTimeout(timer);
  }
}

import type { IncomingHttpHeaders } from 'node:http';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

function isLoopback(url: string): boolean {
  try {
    return loopbackNames.has(new URL(url).hostname);
  } catch {
    return false;
  }
}

/**
 * Why a request is not served, or nothing if it is. There are no users here, so what keeps other web pages out is that
 * they are neither reached under a loopback name (against rebound names) nor of a loopback origin (against forms and
 * scripts elsewhere).
 */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
  if (headers.host === undefined || !isLoopback(`http://${headers.host}`)) {
    return 'This server answers on loopback only.';
  }
  if (headers.origin !== undefined && !isLoopback(headers.origin)) {
    return 'Requests from other origins are refused.';
  }
  return undefined;
}

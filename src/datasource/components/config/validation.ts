/*
 * What the settings page can tell at once. The backend validates everything again, and alone knows PromQL.
 * Each function answers with what is wrong and what to do, or undefined if nothing is.
 */

/** A Prometheus duration: 15s, 1m30s. Empty means the default. */
export function durationError(text: string | undefined): string | undefined {
  const valid = /^(?=.)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text ?? '');
  if (!text || (valid && /[1-9]/.test(text))) {
    return undefined;
  }
  return `"${text}" is no duration: write it like 15s or 1m30s`;
}

/** The id of a signal, given those of the others. */
export function idError(id: string, others: readonly string[]): string | undefined {
  if (id === '') {
    return 'Give the signal an id: a short word such as checkouts';
  }
  if (/[\s,]/.test(id)) {
    return 'Choose a short word without spaces and commas';
  }
  return others.includes(id) ? `"${id}" is there already: give each signal an id of its own` : undefined;
}

/** A name that must be there. */
export function nameError(what: string, name: string | undefined): string | undefined {
  return name === undefined || name.trim() === '' ? `Name the ${what}` : undefined;
}

/** The name of a label; empty means the preset's. */
export function labelError(name: string | undefined): string | undefined {
  return name?.startsWith('__') ? `"${name}" is reserved by Prometheus: choose a label that series carry` : undefined;
}

/** A limit; undefined means the default. */
export function limitError(value: number | undefined): string | undefined {
  const valid = value === undefined || (Number.isInteger(value) && value > 0);
  return valid ? undefined : 'Write a whole number above 0';
}

/** How rarely a verdict may be wrong; undefined means the default. */
export function alphaError(alpha: number | undefined): string | undefined {
  const valid = alpha === undefined || (alpha > 0 && alpha <= 0.1);
  return valid ? undefined : 'Write a number above 0 and at most 0.1, like 0.01 for 1%';
}

/** The page of a trace; empty means none. */
export function traceUrlError(url: string | undefined): string | undefined {
  if (!url) {
    return undefined;
  }
  if (!/^https?:\/\/[^/]/.test(url)) {
    return 'Begin with http:// or https:// and the host';
  }
  return url.includes('${traceId}') ? undefined : 'Write ${traceId} where the id of the trace belongs';
}

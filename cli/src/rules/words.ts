import type { About } from './expressions';

/** The template function that writes a number of a unit for people. */
function humanizer(unit: string): string {
  switch (unit) {
    case 's':
      return 'humanizeDuration';
    case 'percentunit':
      return 'humanizePercentage';
    case 'bytes':
      return 'humanize1024';
    default:
      return 'humanize';
  }
}

/** A template's text for a number: what gives it, and its unit. */
export function shown(value: string, unit: string): string {
  const suffix = unit === 'bytes' ? 'B' : '';
  return `{{ ${value} | ${humanizer(unit)} }}${suffix}`;
}

/** A number of the config as people read it. */
export function written(value: number, unit: string): string {
  const trimmed = (n: number) => String(Number(n.toPrecision(6)));
  switch (unit) {
    case 's':
      return value < 1 ? `${trimmed(value * 1000)} ms` : `${trimmed(value)} s`;
    case 'percentunit':
      return `${trimmed(value * 100)}%`;
    default:
      return trimmed(value);
  }
}

/** What is measured: errors, latency p95. */
export function measured({ name, stat }: Pick<About, 'name' | 'stat'>): string {
  const word = name.toLowerCase();
  return /^p\d/.test(stat) ? `${word} ${stat}` : word;
}

/** A margin as people read it: 10% + 0.1%; none. */
export function marginText({ relative, absolute }: { relative: number; absolute: number }, unit: string): string {
  const parts = [
    ...(relative > 0 ? [`${written(relative, 'percentunit')} of the baseline`] : []),
    ...(absolute > 0 ? [written(absolute, unit)] : []),
  ];
  return parts.join(' and ') || 'none';
}

/** Text that a template gives back as it is. */
export function literal(text: string): string {
  return text.includes('{{') ? text.replaceAll('{{', '{{ "{{" }}') : text;
}

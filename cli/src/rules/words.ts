import type { LimitRule } from './contract.gen';

/** What is measured, in the title of a rule: errors, latency p95. */
export function measured({ name, stat }: Pick<LimitRule, 'name' | 'stat'>): string {
  const word = name.toLowerCase();
  return /^p\d/.test(stat) ? `${word} ${stat}` : word;
}

/** Text that a template gives back as it is: labels and annotations of rules are templates. */
export function literal(text: string): string {
  return text.includes('{{') ? text.replaceAll('{{', '{{ "{{" }}') : text;
}

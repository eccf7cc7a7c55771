import { createHash } from 'node:crypto';

/** A uid that stays the same as long as what it names does: Grafana keeps a rule's state by it. At most 40 characters. */
export function stableUid(...parts: string[]): string {
  return `flaglens-${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)}`;
}

import { dateTime } from '@grafana/data';

import { BEGINNINGS } from '../../../contract/constants.gen';
import { type Query } from '../../../contract/contract.gen';

/** When a rollout began: a word, or unix milliseconds. */
export type Since = NonNullable<Query['since']>;

/** Digits that are unix milliseconds of this century. */
const MILLISECONDS = /^\d{12,13}$/;

/** Reads a time as people write it, in the browser's zone, or unix milliseconds; undefined if it is none. */
export function parseSince(text: string): Since | undefined {
  const trimmed = text.trim();
  if (BEGINNINGS.some((word) => word === trimmed) || trimmed.startsWith('$')) {
    return trimmed;
  }
  if (MILLISECONDS.test(trimmed)) {
    return Number(trimmed);
  }
  const time = /^\d{4}-\d{2}-\d{2}/.test(trimmed) ? dateTime(trimmed) : undefined;
  return time?.isValid() ? time.valueOf() : undefined;
}

import { createHash } from 'node:crypto';
import { BoundedMap } from '../floor/BoundedMap.js';
import { LABELS } from '../floor/conventions.js';
import type { SeriesTally } from './Tally.js';

/** Where values that are too long are counted and reported. */
export interface ShortenedOptions {
  tally: SeriesTally;
  onWarning: (message: string) => void;
}

/** Hexadecimal digits of the hash: that two of a hundred values have the same is as likely as one in a million. */
const HASH_LENGTH = 8;

/** Stands between the beginning and the hash. */
const SIGN = '~';

/** Values that are remembered with what became of them, so that none is hashed at each use; and their length at most. */
const REMEMBERED = 500;
const REMEMBERED_LENGTH = 1024;

/**
 * Values that are too long for a label: their beginning, and a hash of the whole. Cut alone, two flags whose keys begin
 * alike would be one.
 */
export class Shortened {
  private readonly known = new BoundedMap<string, string>(REMEMBERED);

  constructor(
    private readonly length: number,
    private readonly options: ShortenedOptions | undefined
  ) {}

  /** `label` says where the value was to stand. */
  of(value: string, label: string): string {
    const known = this.known.get(value);
    if (known !== undefined) {
      return known;
    }
    const hash = createHash('sha256').update(value).digest('hex').slice(0, HASH_LENGTH);
    const rest = this.length - HASH_LENGTH - SIGN.length;
    // By code point, so that no half of a surrogate pair is left at the end. Only the head is spread: a value may be huge.
    const head = Array.from(value.slice(0, Math.max(rest, 0) * 2)).slice(0, Math.max(rest, 0));
    const short = rest > 0 ? `${head.join('')}${SIGN}${hash}` : hash.slice(0, this.length);
    if (value.length <= REMEMBERED_LENGTH) {
      this.known.set(value, short);
    }
    this.options?.tally.series({ [LABELS.label]: label }).add(1);
    this.options?.onWarning(
      `flaglens: a value of the label "${label}" has more than ${String(this.length)} characters; it is its beginning and a hash. limits.valueLength allows longer ones`
    );
    return short;
  }
}

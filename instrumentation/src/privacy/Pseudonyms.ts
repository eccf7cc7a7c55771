import { createHmac, randomBytes } from 'node:crypto';

/** Characters of an identifier that is hashed. No service calls its users by longer ones, and hashing takes its time. */
const LONGEST = 1024;

/** Bytes of a digest that are kept: 96 bits, at which a million users meet with a chance of 10^-17. */
const KEPT = 12;

/**
 * Turns identifiers into pseudonyms: HMAC-SHA-256 (RFC 2104) with a key that stays in the process, cut short. The
 * identifier itself is never kept, and without the key nobody can find out by trial which one a pseudonym stands for.
 */
export class Pseudonyms {
  private readonly key: string | Uint8Array;

  /** Without a key, a random one: pseudonyms are then told apart within this process alone. */
  constructor(key?: string | Uint8Array) {
    this.key = key ?? randomBytes(32);
  }

  /**
   * The pseudonym of an identifier; undefined if it is empty, longer than identifiers are, or none. As a text, `null`, NaN
   * and every promise would be one user whom all nameless ones share.
   */
  of(identifier: unknown): string | undefined {
    if (typeof identifier !== 'string' && !Number.isFinite(identifier)) {
      return undefined;
    }
    const text = String(identifier);
    if (text === '' || text.length > LONGEST) {
      return undefined;
    }
    return createHmac('sha256', this.key).update(text).digest().subarray(0, KEPT).toString('base64url');
  }
}

/** Whether a pseudonym belongs to a sample: always the same ones do, and a part `rate` of all. */
export function inSample(pseudonym: string, rate: number): boolean {
  // The last 48 bits; any would do, a digest being uniform.
  return Buffer.from(pseudonym, 'base64url').readUIntBE(KEPT - 6, 6) < rate * 2 ** 48;
}

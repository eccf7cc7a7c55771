import { isIPv6 } from 'node:net';
import { isPersonalField } from './personalFields.js';

/** What is looked through of one text. Where longer texts can come in, their length alone is a reason to refuse them. */
const LOOKED_AT = 4096;

/** Text that looks the same in every form of Unicode. */
const PLAIN = /^[\0-\x7f]*$/;

/** What stands before and after an address' @, also as it is written in an URL. A scope such as `@team/part` is none. */
const EMAIL =
  /[^\s@"'<>(),;:]\s?(?:@|%40|[([]at[)\]]|&#64;|&commat;)\s?[^\s@"'<>(),;:]|\S(?:@|%40)[^\s@/]{1,253}\.[a-z]{2,24}/i;

const IPV4 = /(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]*\d)/;

/** A JSON web token begins with `{"` in base64url; the others are how well-known kinds of keys begin. */
const SECRET =
  /eyJ[\w-]{6,}\.[\w-]+|\b(?:bearer|basic)\s+[\w+/=.-]{8,}|\b(?:sk|pk|rk)_(?:live|test)_\w+|\bgh[pousr]_\w{16,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|-----BEGIN|\b(?:glpat-|github_pat_|npm_|hf_|dop_v1_|shp(?:at|ca|pa|ss)_|whsec_|PMAK-|sk-)[\w-]{12,}|\bxox[abeoprs]-[\w-]{6,}|\bAIza[\w-]{30,}|\bya29\.[\w-]{10,}|\bSG\.[\w-]{16,}/i;

/** Identifiers as payment services, data bases and authorities make them: `cus_…`, a ULID, a British insurance number. */
const IDENTIFIER =
  /\b(?:cus|acct|usr|user|sub|pm|pi|ch|seti|src|tok|card)_(?=[A-Za-z]*\d)(?=[a-z0-9]*[A-Z])[A-Za-z0-9]{10,}|\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b|\b[A-CEGHJ-PR-TW-Z]{2}\d{6}[A-D]\b/;

/** Five digits and more behind a word for people. */
const NUMBERED =
  /(?:user|customer|client|account|member|patient|visitor|employee|person|contact|subscriber|\bu?id)s?[-_./:#= ]?\d{5}/i;

/** Nine digits and more in a row, whatever they are glued to; behind a point they are a fraction. */
const GLUED = /(?<![\d.]|\d[.,])\d{9}/;

/** An account number (ISO 13616), of which {@link isIban} looks at the check digits. */
const IBAN = /[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}/gi;

const UUID = /[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}/i;

/** Digits with what people put between them. */
const DIGITS = /(?<![\w.])\+?\(?\d(?:[\s().\-/\u00a0\u2010-\u2015]{0,3}\d){6,}(?!\w)/g;

/** 2026-11-21, with a time or without. Numbers with a fraction are measurements. */
const DATE = /^\d{4}[-/.]\d{2}[-/.]\d{2}(?:[T\s]?\d{2}:?\d{0,2})?/;
const FRACTION = /^\d+\.\d+$/;

/**
 * Whether a text looks like what says who somebody is, or like a secret: an e-mail address, a phone or card number, an
 * IP address, a UUID, a token. It rather refuses too much: nine digits and more are an identifier, whatever they mean.
 */
export function looksPersonal(text: string): boolean {
  const start = text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text;
  // Digits and signs that only look different, such as those of double width, become the usual ones.
  const head = PLAIN.test(start) ? start : start.normalize('NFKC').slice(0, LOOKED_AT);
  return (
    EMAIL.test(head) ||
    hasPersonalKey(head) ||
    IPV4.test(head) ||
    SECRET.test(head) ||
    UUID.test(head) ||
    IDENTIFIER.test(head) ||
    NUMBERED.test(head) ||
    GLUED.test(head) ||
    hasIban(head) ||
    hasIPv6(head) ||
    hasNumber(head)
  );
}

function hasIban(text: string): boolean {
  for (const [found] of text.matchAll(IBAN)) {
    const plain = found.replaceAll(' ', '').toUpperCase();
    // What is glued behind it is not known to end: each length that an account number can have is tried.
    for (let length = 15; length <= Math.min(plain.length, 34); length++) {
      if (isIban(plain.slice(0, length))) {
        return true;
      }
    }
  }
  return false;
}

/** The check digits of ISO 13616: the number modulo 97, its first four signs moved to the end and letters as 10 to 35. */
function isIban(text: string): boolean {
  let rest = 0;
  for (const sign of text.slice(4) + text.slice(0, 4)) {
    const value = parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Whether a number is that of a payment card: 14 to 19 digits of a known issuer with the right check digit. */
export function isCardNumber(digits: string): boolean {
  return /^(?:4\d{12}|(?:3[0-9]|4\d|5[0-9]|6[0-9]|2[2-7])\d{12,17})$/.test(digits) && luhn(digits);
}

/** Whether the text is, or holds, a pair such as `"name":"…"` or `email=…`, as objects and queries become as text. */
function hasPersonalKey(text: string): boolean {
  for (const [, key = ''] of text.matchAll(/([A-Za-z][\w-]{1,63})["'\\]{0,2}\s?[:=]\s?[^\s:=]/g)) {
    if (isPersonalField(key)) {
      return true;
    }
  }
  return false;
}

function hasNumber(text: string): boolean {
  for (const [found] of text.matchAll(DIGITS)) {
    const digits = found.replaceAll(/\D/g, '');
    const plain = found.trim();
    if (DATE.test(plain) || FRACTION.test(plain)) {
      continue;
    }
    const local = /^\(?\d{3}\)?[-.\s]\d{4}$/.test(plain);
    if (digits.length >= 9 || local || plain.startsWith('+') || plain.startsWith('00')) {
      return true;
    }
  }
  return false;
}

function hasIPv6(text: string): boolean {
  if (!text.includes(':')) {
    return false;
  }
  for (const [found] of text.matchAll(/(?<!\w)[\da-f:.]{3,45}(?!\w)/gi)) {
    const candidate = found.replace(/[.]+$/, '');
    if (candidate !== '::' && candidate.split(':').length > 2 && isIPv6(candidate)) {
      return true;
    }
  }
  return false;
}

/** The check digit of ISO/IEC 7812-1, annex B. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Names of properties that hold personal data, in lower case and of letters and digits alone. */
const FIELD =
  /mail|phone|mobile|address|street|post(al)?code|zipcode|passw|passport|secret|token|cookie|credential|apikey|birth|gender|iban|(credit|debit)card|cardnumber|l(at|ong)itude|fingerprint|(first|last|full|middle|nick|given|family|real|display|user|sur|customer)name|(user|customer|account|device|client|visitor|person|member|session)(id|key)|^(name|user|person|customer|login|session|location|uid|uuid|card|age|tel|fax|zip|ssn|dob|ip|cvv)s?$/;

/** An e-mail address, also as an URL has it. */
const MAIL = /[^\s@]\s?(@|%40|\uff20)\s?[^\s@]/;

/** Nine digits with the signs of a telephone number between them at most, or seven after a plus. */
const PHONE = /(\+\(?|\d[\s().\-/]{0,3}\d[\s().\-/]{0,3})\d([\s().\-/]{0,3}\d){6}/;

/** An IPv4 address, a UUID, a JSON web token. */
const IDENTIFIER = /\d(\.\d+){3}|[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}|eyJ\w{6}/i;

/** Whether a property's name says that it holds personal data. */
export function isPersonalField(name: string): boolean {
  return FIELD.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/**
 * Whether a value looks like an e-mail address, a telephone number or another identifier. It is the first of two looks,
 * and small: the collector takes the second, thorough one. Fractions are measured, not dialled.
 */
export function isPersonalText(value: unknown): boolean {
  return Number.isInteger(value)
    ? Math.abs(Number(value)) > 99_999_999
    : typeof value === 'string' && [MAIL, PHONE, IDENTIFIER].some((pattern) => pattern.test(value));
}

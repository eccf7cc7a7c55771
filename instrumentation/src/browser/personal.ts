/** Names of properties that hold personal data, in lower case and of letters and digits alone. */
const FIELD =
  /mail|phone|mobile|passw|secret|token|cookie|address|birth|passport|iban|creditcard|cardnumber|^((first|last|full|middle|nick|given|family|user|sur|customer)?name|tel|street|postcode|zip(code)?|city|ssn|dob|age|gender|ip|lat|lng|latitude|longitude|login|(user|customer|account|device|client|visitor|person|member|session)(id|key)?)$/;

/** An e-mail address somewhere in a text. */
const MAIL = /[^\s@]@[^\s@]+\.\w/;

/** Nine digits or more with nothing but the signs of a telephone number between them. */
const PHONE = /\d(?:[\s().+/-]{0,3}\d){8}/;

/** Whether a property's name says that it holds personal data. */
export function isPersonalField(name: string): boolean {
  return FIELD.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** Whether a value looks like an e-mail address or a telephone number. Fractions are measured, not dialled. */
export function isPersonalText(value: unknown): boolean {
  const text = typeof value === 'string' || Number.isInteger(value) ? String(value) : '';
  return MAIL.test(text) || PHONE.test(text);
}

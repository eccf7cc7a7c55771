import { isPersonalField } from './personalFields.js';
import { isCardNumber, looksPersonal } from './personalText.js';

/** What keeps a value from being looked through. */
export type Refusal = 'personal_data' | 'too_large';

/** The most of one value that is looked through. What is larger is refused, since it cannot be cleared. */
const LIMITS = { depth: 4, fields: 200, text: 1024, fieldName: 128 } as const;

/** Why the properties of an event are refused; undefined where nothing speaks against them. It never answers a value. */
export function findPersonalData(properties: unknown): Refusal | undefined {
  return look(properties, 0, { fields: 0 });
}

function look(value: unknown, depth: number, spent: { fields: number }): Refusal | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > LIMITS.text ? 'too_large' : looksPersonal(value) ? 'personal_data' : undefined;
    case 'number':
      return isCardNumber(String(value)) ? 'personal_data' : undefined;
    case 'bigint':
      return looksPersonal(String(value)) ? 'personal_data' : undefined;
    case 'object':
      return value === null || value instanceof Date ? undefined : lookInside(value, depth, spent);
    default:
      return undefined;
  }
}

function lookInside(value: object, depth: number, spent: { fields: number }): Refusal | undefined {
  if (depth >= LIMITS.depth || ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
    return 'too_large';
  }
  const named = !Array.isArray(value);
  if (!named && value.length > LIMITS.fields) {
    // Before the walk, which would first make a text of each of a million indices.
    return 'too_large';
  }
  for (const key in value) {
    if (!Object.hasOwn(value, key)) {
      continue;
    }
    spent.fields++;
    if (spent.fields > LIMITS.fields || key.length > LIMITS.fieldName) {
      return 'too_large';
    }
    if (named && (isPersonalField(key) || looksPersonal(key))) {
      return 'personal_data';
    }
    const refusal = look((value as Record<string, unknown>)[key], depth + 1, spent);
    if (refusal !== undefined) {
      return refusal;
    }
  }
  return undefined;
}

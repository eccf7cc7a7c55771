import { boundedText } from './boundedText.js';

/** The part of an evaluation's details that names what was served. */
export interface Served {
  variant?: string;
  value: unknown;
}

/** The variant's name, or the value as text where the provider names none. Its length is the label guard's matter. */
export function variantLabel(served: Served): string {
  // Whatever the type says: providers hand on numbers, and null where there is none.
  const variant: unknown = served.variant;
  return variant === undefined || variant === null || variant === '' ? boundedText(served.value) : boundedText(variant);
}

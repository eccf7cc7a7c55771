import { boundedText } from './boundedText.js';

/** The part of an evaluation's details that names what was served. */
export interface Served {
  variant?: string;
  value: unknown;
}

/** The variant's name, or the value as text where the provider names none. Its length is the label guard's matter. */
export function variantLabel(served: Served): string {
  return served.variant === undefined || served.variant === '' ? boundedText(served.value) : served.variant;
}

import { LABELS } from '../conventions.js';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The dimensions whose label names Prometheus takes and that the hook does not use itself; the others are told of. */
export function acceptedDimensions(
  dimensions: Readonly<Record<string, string>>,
  warn: (message: string) => void
): Array<readonly [label: string, metadataKey: string]> {
  const taken = new Set<string>([LABELS.flag, LABELS.provider, LABELS.variant, LABELS.reason]);
  return Object.entries(dimensions).filter(([label]) => {
    if (!LABEL_NAME.test(label) || label.startsWith('__')) {
      warn(`flaglens: the dimension "${label}" is not a valid label name; it is left out`);
      return false;
    }
    if (taken.has(label)) {
      warn(`flaglens: the dimension "${label}" has the name of a label that the hook sets itself; it is left out`);
      return false;
    }
    return true;
  });
}

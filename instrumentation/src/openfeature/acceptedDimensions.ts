/** A label that is taken from a flag's metadata. */
export interface Dimension {
  /** The label's name, or the attribute's. */
  name: string;
  metadataKey: string;
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What OpenTelemetry's exporter makes of a name, and so what tells two names apart once they are labels in Prometheus. */
function asLabelName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_').replaceAll(/_{2,}/g, '_');
}

/**
 * The dimensions that can stand beside the names that the hook sets itself; the others are reported. With `dotted` the names
 * are OpenTelemetry's, of which dots become underscores in Prometheus: two that differ in this alone would make a label
 * that is there twice, and fail the whole scrape.
 */
export function acceptedDimensions(
  dimensions: Readonly<Record<string, string>>,
  own: readonly string[],
  warn: (message: string) => void,
  dotted = false
): Dimension[] {
  const taken = new Set(own.map(asLabelName));
  const accepted: Dimension[] = [];
  for (const [name, metadataKey] of Object.entries(dimensions)) {
    const label = dotted ? asLabelName(name) : name;
    if (!LABEL_NAME.test(label) || label.startsWith('__')) {
      warn(`flaglens: the dimension "${name}" is not a valid label name; it is left out`);
    } else if (taken.has(label)) {
      warn(`flaglens: the dimension "${name}" has the name of a label that is set already; it is left out`);
    } else {
      taken.add(label);
      accepted.push({ name, metadataKey });
    }
  }
  return accepted;
}

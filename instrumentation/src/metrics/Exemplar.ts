/** An exemplar of an observation: the trace that it belongs to. */
export interface Exemplar {
  labelSet: Readonly<Record<string, string>>;
  /** The value that was observed. */
  value: number;
  /** Seconds since the epoch. */
  timestamp: number;
}

/** Answers the labels of an exemplar for what is observed now, such as `trace_id` and `span_id`. */
export type ExemplarSource = () => Readonly<Record<string, string>> | undefined;

/** OpenMetrics: names and values together have at most this many characters; a scrape with more fails as a whole. */
const MAX_CHARACTERS = 128;

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The exemplar of an observation, or undefined where the labels are none that OpenMetrics takes. */
export function exemplarOf(labels: Readonly<Record<string, string>> | undefined, value: number): Exemplar | undefined {
  if (labels === undefined) {
    return undefined;
  }
  let characters = 0;
  for (const [name, text] of Object.entries(labels)) {
    if (!LABEL_NAME.test(name) || typeof text !== 'string') {
      return undefined;
    }
    characters += name.length + text.length;
  }
  return characters > 0 && characters <= MAX_CHARACTERS
    ? { labelSet: labels, value, timestamp: Date.now() / 1000 }
    : undefined;
}

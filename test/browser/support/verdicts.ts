import { addressOf } from './environment';

/** What a verdict says of a signal, as the backend has it. */
export interface JudgedValues {
  signal: string;
  /** As the rows of the panel's table have it: over, of a histogram, whose parts above an edge are judged. */
  stat: string;
  baseline: number;
  feature: number;
  /** In the unit of the difference: a share, also for histograms. */
  difference: number;
}

interface Answer {
  results: Record<
    string,
    { error?: string; frames?: Array<{ schema: { fields: Array<{ name: string }> }; data: { values: unknown[][] } }> }
  >;
}

/**
 * Asks the backend for the verdicts on a flag, past the page.
 *
 * @param range unix milliseconds
 * @throws Error if there is none
 */
export async function askVerdicts(flag: string, range: { from: number; to: number }): Promise<JudgedValues[]> {
  const datasource = { type: 'flaglens-datasource', uid: 'flaglens' };
  const query = { refId: 'A', datasource, queryType: 'verdict', flag, signals: ['latency', 'errors'] };
  const response = await fetch(`${addressOf('workbench')}/api/ds/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ queries: [query], from: String(range.from), to: String(range.to) }),
  });
  const { results } = (await response.json()) as Answer;
  const frame = results.A?.frames?.[0];
  if (!frame) {
    throw new Error(`There is no verdict on ${flag}: ${results.A?.error ?? response.status}`);
  }
  const column = (name: string) => {
    const values = frame.data.values[frame.schema.fields.findIndex((field) => field.name === name)];
    if (!values) {
      throw new Error(`The verdict on ${flag} has no column ${name}`);
    }
    return values;
  };
  const [baseline, feature, difference] = ['judged_baseline', 'judged_variant', 'difference'].map(column);
  return column('signal').map((signal, row) => ({
    signal: String(signal),
    stat: column('unit')[row] === column('difference_unit')[row] ? String(column('stat')[row]) : 'over',
    baseline: Number(baseline?.[row]),
    feature: Number(feature?.[row]),
    difference: Number(difference?.[row]),
  }));
}

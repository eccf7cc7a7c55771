import { addressOf } from './environment';

interface Answer {
  status: string;
  error?: string;
  data: { result: Array<{ metric: Record<string, string>; value: [number, string] }> };
}

/** Asks the Prometheus behind the page directly. @param atMs unix milliseconds @returns a number per set of labels */
export async function instantQuery(
  query: string,
  atMs: number
): Promise<Array<{ labels: Record<string, string>; value: number }>> {
  const parameters = new URLSearchParams({ query, time: String(atMs / 1000) });
  const response = await fetch(`${addressOf('prometheus')}/api/v1/query?${parameters.toString()}`);
  const answer = (await response.json()) as Answer;
  if (answer.status !== 'success') {
    throw new Error(`Prometheus refuses ${query}: ${answer.error ?? response.status}`);
  }
  return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** The one number that a query gives. @throws Error if it gives none or several */
export async function scalar(query: string, atMs: number): Promise<number> {
  const [first, ...others] = await instantQuery(query, atMs);
  if (!first || others.length > 0) {
    throw new Error(`${query} gives ${others.length + (first ? 1 : 0)} numbers, not one`);
  }
  return first.value;
}

const metric = 'feature_flag_http_request_duration_seconds';

/**
 * What people write by hand for a statistic of a variant, as an oracle that shares no code with the product.
 *
 * @param window like 20s
 */
export const byHand = {
  quantile: (q: number, flag: string, variant: string, window: string) =>
    `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket{feature_flag_key="${flag}",feature_flag_variant="${variant}"}[${window}])))`,
  mean: (flag: string, variant: string, window: string) =>
    `sum(rate(${metric}_sum{feature_flag_key="${flag}",feature_flag_variant="${variant}"}[${window}])) / sum(rate(${metric}_count{feature_flag_key="${flag}",feature_flag_variant="${variant}"}[${window}]))`,
  errors: (flag: string, variant: string, window: string) =>
    `sum(rate(${metric}_count{feature_flag_key="${flag}",feature_flag_variant="${variant}",status=~"5.."}[${window}])) / sum(rate(${metric}_count{feature_flag_key="${flag}",feature_flag_variant="${variant}"}[${window}]))`,
  throughput: (flag: string, variant: string, window: string) =>
    `sum(rate(${metric}_count{feature_flag_key="${flag}",feature_flag_variant="${variant}"}[${window}]))`,
};

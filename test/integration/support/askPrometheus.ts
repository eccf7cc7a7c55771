/** A number per set of labels, as Prometheus's query API answers it. */
export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** Numbers over time per set of labels. */
export interface Range {
  metric: Record<string, string>;
  values: Array<[number, string]>;
}

/**
 * Asks the query API of a Prometheus.
 *
 * @throws Error with Prometheus's own words if it refuses
 */
export async function askPrometheus<T extends Sample | Range>(
  url: string,
  what: 'query' | 'query_range',
  parameters: Record<string, string>
): Promise<T[]> {
  const response = await fetch(`${url}/api/v1/${what}`, { method: 'POST', body: new URLSearchParams(parameters) });
  const answer = (await response.json()) as { status: string; error?: string; data?: { result: T[] } };
  if (answer.status !== 'success' || !answer.data) {
    throw new Error(`Prometheus refuses ${parameters.query ?? ''}: ${answer.error ?? response.status}`);
  }
  return answer.data.result;
}

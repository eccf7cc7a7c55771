/** What is compared: one comparison of Flaglens, and the queries of the dashboard that people build by hand. */

const metric = 'feature_flag_http_request_duration_seconds';
const flag = 'checkout-v2';
const quantiles = [0.5, 0.95, 0.99];

/** A range of time on the grid of a step; milliseconds. */
export interface Range {
  from: number;
  to: number;
  step: number;
}

/** A frame of the answer, as far as this benchmark reads it. */
interface Frame {
  schema: { fields: Array<{ labels?: Record<string, string> }>; meta?: { executedQueryString?: string } };
  data: { values: Array<Array<number | null>> };
}

interface QueryAnswer {
  results: Record<string, { error?: string; frames?: Frame[] }>;
}

interface PrometheusAnswer {
  status: string;
  error?: string;
  data?: { result: Array<{ metric: Record<string, string>; values: Array<[number, string]> }> };
}

/** A line of an answer, by what it shows: `p95 on`; values by time in milliseconds. */
export type Lines = Map<string, Map<number, number | null>>;

/** The comparison through the datasource: latency and throughput of all variants. */
export async function compare(bridgeUrl: string, uid: string, range: Range): Promise<Frame[]> {
  const response = await fetch(`${bridgeUrl}/api/ds/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: String(range.from),
      to: String(range.to),
      queries: [
        {
          refId: 'A',
          datasource: { type: 'flaglens-datasource', uid },
          queryType: 'compare',
          flag,
          signals: ['latency', 'throughput'],
          quantiles,
          intervalMs: range.step,
          maxDataPoints: (range.to - range.from) / range.step + 1,
        },
      ],
    }),
  });
  const answer = (await response.json()) as QueryAnswer;
  const result = answer.results.A;
  if (!response.ok || result?.frames === undefined || result.error !== undefined) {
    throw new Error(`The comparison failed (${response.status}): ${result?.error ?? JSON.stringify(answer)}`);
  }
  return result.frames;
}

/** The window of `rate` that the comparison used, such as 1m, so that the queries by hand use the same. */
export function windowOf(frames: readonly Frame[]): string {
  const expr = frames[0]?.schema.meta?.executedQueryString ?? '';
  const window = /\[([^\]]+)\]/.exec(expr)?.[1];
  if (window === undefined) {
    throw new Error(`There is no window in ${expr}`);
  }
  return window;
}

/** The five expressions of the hand-made dashboard, by the stat that each shows. */
export function handMade(window: string): Array<{ stat: string; expr: string }> {
  const by = (suffix: string, labels: string) =>
    `sum by (${labels}) (rate(${metric}_${suffix}{feature_flag_key="${flag}"}[${window}]))`;
  const variant = 'feature_flag_variant';
  return [
    ...quantiles.map((q) => ({
      stat: `p${q * 100}`,
      expr: `histogram_quantile(${q}, ${by('bucket', `le, ${variant}`)})`,
    })),
    { stat: 'rate', expr: by('count', variant) },
    { stat: 'mean', expr: `${by('sum', variant)} / ${by('count', variant)}` },
  ];
}

/** One query by hand, straight to Prometheus. */
export async function ask(prometheusUrl: string, expr: string, range: Range): Promise<PrometheusAnswer> {
  const response = await fetch(`${prometheusUrl}/api/v1/query_range`, {
    method: 'POST',
    body: new URLSearchParams({
      query: expr,
      start: String(range.from / 1000),
      end: String(range.to / 1000),
      step: String(range.step / 1000),
    }),
  });
  const answer = (await response.json()) as PrometheusAnswer;
  if (answer.status !== 'success') {
    throw new Error(`${expr} failed: ${answer.error ?? response.status}`);
  }
  return answer;
}

/** The lines of baseline and feature in the frames of a comparison. */
export function linesOfFrames(frames: readonly Frame[]): Lines {
  const lines: Lines = new Map();
  for (const { schema, data } of frames) {
    const labels = schema.fields[1]?.labels ?? {};
    const { stat, variant, role } = labels;
    const [times, values] = data.values;
    if (stat !== undefined && variant !== undefined && (role === 'baseline' || role === 'feature')) {
      lines.set(`${stat} ${variant}`, new Map(times?.map((time, i) => [Number(time), values?.[i] ?? null])));
    }
  }
  return lines;
}

/** The lines of one answer of Prometheus. */
export function linesOfAnswer(stat: string, answer: PrometheusAnswer): Lines {
  return new Map(
    (answer.data?.result ?? []).map(({ metric: labels, values }) => [
      `${stat} ${labels.feature_flag_variant ?? ''}`,
      new Map(values.map(([time, value]) => [Math.round(time * 1000), Number(value)])),
    ])
  );
}

/**
 * Makes sure that both ways show the same: a fast wrong answer is no achievement.
 *
 * @returns how many numbers were compared
 * @throws Error at the first that differs by more than 1e-9, relative
 */
export function requireSameLines(expected: Lines, actual: Lines): number {
  let compared = 0;
  for (const [name, points] of expected) {
    const line = actual.get(name);
    for (const [time, value] of points) {
      const other = line?.get(time);
      if (value === null || Number.isNaN(value)) {
        continue;
      }
      if (typeof other !== 'number' || Math.abs(other - value) > 1e-9 * Math.abs(value)) {
        throw new Error(`${name} at ${new Date(time).toISOString()} is ${String(other)}, and ${value} by hand.`);
      }
      compared++;
    }
  }
  return compared;
}

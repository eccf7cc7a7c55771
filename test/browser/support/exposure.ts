/** What client libraries and meshes expose of the same requests, an hour of them, as OpenMetrics with times. */

/** One way of naming, and how it tells two variants apart. */
export interface Exposure {
  /** The histogram's name without _bucket. */
  base: string;
  milliseconds?: boolean;
  labels: Record<string, string>;
  /** The labels of the baseline and of the feature. */
  variants: [baseline: Record<string, string>, feature: Record<string, string>];
  status: string;
  /** Whether each variant runs in processes of its own, as a canary does. */
  canary?: boolean;
}

/** The applications of people who never heard of Flaglens. */
export const exposures = {
  'OpenTelemetry names': {
    base: 'http_server_request_duration_seconds',
    labels: { http_request_method: 'GET', http_route: '/cart/{id}', url_scheme: 'http' },
    variants: [
      { feature_flag_key: 'checkout-v2', feature_flag_result_variant: 'off' },
      { feature_flag_key: 'checkout-v2', feature_flag_result_variant: 'on' },
    ],
    status: 'http_response_status_code',
  },
  'a label per flag': {
    base: 'http_request_duration_seconds',
    labels: { method: 'GET', handler: '/cart' },
    variants: [{ flag_checkout_v2: 'off' }, { flag_checkout_v2: 'on' }],
    status: 'status',
  },
  'Micrometer with version': {
    base: 'http_server_requests_seconds',
    labels: { application: 'shop', method: 'GET', uri: '/cart/{id}', exception: 'none' },
    variants: [{ version: '1.4.0' }, { version: '1.5.0' }],
    status: 'status',
    canary: true,
  },
  'prom-client': {
    base: 'http_request_duration_seconds',
    labels: { method: 'GET', route: '/cart/:id' },
    variants: [
      { feature_flag_key: 'checkout-v2', feature_flag_variant: 'off' },
      { feature_flag_key: 'checkout-v2', feature_flag_variant: 'on' },
    ],
    status: 'status_code',
  },
  Istio: {
    base: 'istio_request_duration_milliseconds',
    milliseconds: true,
    labels: { reporter: 'destination', destination_service: 'shop.default.svc.cluster.local' },
    variants: [{ destination_version: 'v1' }, { destination_version: 'v2' }],
    status: 'response_code',
    canary: true,
  },
} satisfies Record<string, Exposure>;

const step = 15;
const scrapes = 300;
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** The part of the requests that are done within each bound; the feature is slower. */
const within = {
  baseline: [0.01, 0.05, 0.3, 0.7, 0.9, 0.97, 0.99, 0.998, 0.9995, 1],
  feature: [0.01, 0.04, 0.2, 0.5, 0.72, 0.82, 0.95, 0.99, 0.999, 1],
};
const requestsAScrape = 120;
const failing = 0.01;

/** A small generator of numbers from 0 to 1, the same ones each time. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function textOf(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

/** The lines of one series of the histogram: a process, a variant and a status. */
function seriesOf(
  { base, milliseconds = false }: Exposure,
  labels: Record<string, string>,
  shares: number[],
  perScrape: number,
  end: number,
  random: () => number
): string[] {
  const counts = bounds.map(() => 0);
  let [count, sum] = [0, 0];
  const lines: string[][] = [...bounds.map(() => []), [], [], []];
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const time = end - (scrapes - 1 - scrape) * step;
    const requests = Math.max(0, Math.round(perScrape * (0.8 + 0.4 * random())));
    count += requests;
    let before = 0;
    bounds.forEach((bound, index) => {
      const upTo = Math.round(requests * (shares[index] ?? 1));
      counts[index] = (counts[index] ?? 0) + upTo;
      sum += (upTo - before) * bound * 0.7;
      before = upTo;
      const le = String(milliseconds ? bound * 1000 : bound);
      lines[index]?.push(`${base}_bucket{${textOf({ ...labels, le })}} ${counts[index] ?? 0} ${time}`);
    });
    const whole = bounds.length;
    lines[whole]?.push(`${base}_bucket{${textOf({ ...labels, le: '+Inf' })}} ${count} ${time}`);
    lines[whole + 1]?.push(`${base}_sum{${textOf(labels)}} ${(milliseconds ? sum * 1000 : sum).toFixed(6)} ${time}`);
    lines[whole + 2]?.push(`${base}_count{${textOf(labels)}} ${count} ${time}`);
  }
  return lines.flat();
}

/** The last hour and a quarter of an application, up to `end` in unix seconds, in the OpenMetrics text format. */
export function openMetricsOf(exposure: Exposure, end: number): string {
  const random = randomly(7);
  const lines = exposure.variants.flatMap((variant, arm) =>
    [1, 2].flatMap((process) =>
      [false, true].flatMap((fails) => {
        const host = exposure.canary ? `10.0.${arm}.${process}` : `10.0.0.${process}`;
        const labels = { job: 'shop', instance: `${host}:8080`, ...exposure.labels, ...variant };
        const perScrape = requestsAScrape * (fails ? failing : 1 - failing);
        const shares = arm === 0 ? within.baseline : within.feature;
        const all = { ...labels, [exposure.status]: fails ? '500' : '200' };
        return seriesOf(exposure, all, shares, perScrape, end, random);
      })
    )
  );
  return [...lines, '# EOF', ''].join('\n');
}

import { type BackendSrv, type BackendSrvRequest, setBackendSrv } from '@grafana/runtime';
import { of, throwError } from 'rxjs';

import {
  type ErrorResource,
  type FlagsResource,
  type NamesResource,
  type PresetsResource,
  type SignalsResource,
} from '../../contract/contract.gen';

const signals: SignalsResource['signals'] = [
  { id: 'latency', name: 'Latency', kind: 'histogram', unit: 's', metric: 'http_seconds', direction: 'lower' },
  { id: 'errors', name: 'Errors', kind: 'ratio', metric: 'http_seconds_count', bad: 'status=~"5.."' },
];

const flags: FlagsResource = {
  flags: [
    { flag: 'checkout-v2', baseline: 'off', variants: ['off', 'on'] },
    { flag: 'search-ranking', baseline: 'control', variants: ['control', 'new-ranking'] },
  ],
};

const presets: PresetsResource = {
  presets: [
    {
      id: 'flaglens',
      name: 'Flaglens',
      split: { mode: 'labels', flagLabel: 'feature_flag_key', variantLabel: 'feature_flag_variant' },
      signals,
    },
    { id: 'none', name: 'None', split: { mode: 'labels' }, signals: [] },
  ],
};

function names(...list: string[]): NamesResource {
  return { names: list };
}

type Answer = (request: BackendSrvRequest) => unknown;

/** What each resource answers, by path; a test may replace some. An answer that throws becomes a failed request. */
const usualAnswers: Record<string, Answer> = {
  flags: () => flags,
  variants: ({ params }) => names(...(flags.flags.find(({ flag }) => flag === params?.flag)?.variants ?? [])),
  signals: () => ({ signals }),
  presets: () => presets,
  labels: () => names('instance', 'route'),
  'label-values': ({ params }) => (params?.label === 'route' ? names('/cart', '/search') : names('a:1', 'b:1')),
  metrics: () => ({ metrics: [{ name: 'orders_total', type: 'counter', help: 'Orders' }] }),
  promql: () => ({ statements: [{ signal: 'latency', expr: 'rate(http_seconds[1m])', step: '15s' }] }),
};

/** What a resource rejects with when it fails: Grafana's FetchError with the backend's words. */
class Failure extends Error {
  constructor(
    readonly status: number,
    readonly data: ErrorResource
  ) {
    super(`status ${status}`);
  }
}

/** A failed answer, to throw. */
export function failure(status: number, error: string): Failure {
  return new Failure(status, { error, source: 'downstream' });
}

/** Puts a backend in place that answers resources; returns the requests that it gets. */
export function fakeBackend(answers: Record<string, Answer> = {}): BackendSrvRequest[] {
  const requests: BackendSrvRequest[] = [];
  const all = { ...usualAnswers, ...answers };
  const fetch = (request: BackendSrvRequest) => {
    requests.push(request);
    const path = request.url.split('/resources/')[1] ?? '';
    try {
      return of({ data: all[path]?.(request) });
    } catch (error) {
      return throwError(() => error);
    }
  };
  setBackendSrv({ fetch } as unknown as BackendSrv);
  return requests;
}

import { LABELS, METRICS } from '@flaglens/instrumentation';
import { routes, type ShopRoute } from '../shop/routes';
import type { DemoState } from '../state';
import { boundsOf, type ExposedMetric, type ExposedSeries } from './exposition';
import { PastHistogram } from './PastHistogram';
import { PastProcess } from './PastProcess';

/** One request of the simulated past. */
export interface PastRequest {
  route: ShopRoute;
  /** Whether it was served the feature of the route's flag. */
  feature: boolean;
  fails: boolean;
  seconds: number;
  /** How long the flag took to be evaluated. */
  evaluationSeconds: number;
}

/** Answers the value that a series has now. */
export type Reader = () => number;

const zero: Reader = () => 0;

/** The counters of one instance of the shop in its simulated past, read by the names that the live shop exposes. */
export class ShopCounters {
  state: DemoState;
  readonly process: PastProcess;
  readonly #requests = new Map<string, PastHistogram>();
  readonly #evaluations = new Map<string, PastHistogram>();

  /**
   * @param exposed what a live shop exposes
   * @param start unix seconds at which the process began
   */
  constructor(exposed: readonly ExposedMetric[], state: DemoState, start: number) {
    this.state = state;
    this.process = new PastProcess(start);
    const requestBounds = boundsOf(exposed, METRICS.flagRequestDuration);
    const evaluationBounds = boundsOf(exposed, METRICS.evaluationDuration);
    for (const route of routes) {
      this.#evaluations.set(route.flag.key, new PastHistogram(evaluationBounds));
      for (const variant of [route.flag.baseline, route.flag.feature]) {
        for (const status of ['200', '500']) {
          this.#requests.set(key(route.method, route.url, status, variant), new PastHistogram(requestBounds));
        }
      }
    }
  }

  record({ route, feature, fails, seconds, evaluationSeconds }: PastRequest): void {
    const variant = feature ? route.flag.feature : route.flag.baseline;
    this.#requests.get(key(route.method, route.url, fails ? '500' : '200', variant))?.observe(seconds);
    this.#evaluations.get(route.flag.key)?.observe(evaluationSeconds);
    this.process.serve();
  }

  /** How to read a series of the live shop here, or nothing if the simulation does not know it. */
  reader(metric: ExposedMetric, series: ExposedSeries): Reader | undefined {
    const { labels } = series;
    const flag = labels[LABELS.flag] ?? '';
    const variant = labels[LABELS.variant] ?? '';
    switch (metric.name) {
      case METRICS.flagRequestDuration:
        return this.#sum(series, [variant]);
      case METRICS.requestDuration:
        return this.#sum(series, undefined);
      case METRICS.evaluationRequests:
        return () => this.#evaluations.get(flag)?.count ?? 0;
      case METRICS.evaluationSuccesses:
        return labels[LABELS.reason] === 'SPLIT' ? this.#served(flag, variant) : zero;
      case METRICS.evaluationDuration:
        return () => this.#evaluations.get(flag)?.read(series) ?? 0;
      case METRICS.evaluationErrors:
      case METRICS.evaluationActive:
      case METRICS.folded:
      case METRICS.refused:
      case METRICS.internalErrors:
        return zero;
      case METRICS.allocation:
        return () => this.#allocated(flag, variant);
      default:
        return this.process.reader(metric.name);
    }
  }

  /** Reads a histogram of requests: those of some variants, or of all. */
  #sum(series: ExposedSeries, variants: readonly string[] | undefined): Reader {
    const { labels } = series;
    const route = routeOf(labels);
    const wanted = variants ?? (route ? [route.flag.baseline, route.flag.feature] : []);
    const parts = wanted.flatMap((variant) => {
      const part = this.#requests.get(
        key(labels[LABELS.method] ?? '', labels[LABELS.route] ?? '', labels[LABELS.status] ?? '', variant)
      );
      return part ? [part] : [];
    });
    return () => parts.reduce((sum, part) => sum + part.read(series), 0);
  }

  /** Requests that were served a variant: each evaluates its route's flag once. */
  #served(flag: string, variant: string): Reader {
    const route = routes.find((one) => one.flag.key === flag);
    if (!route) {
      return zero;
    }
    const parts = ['200', '500'].flatMap((status) => {
      const part = this.#requests.get(key(route.method, route.url, status, variant));
      return part ? [part] : [];
    });
    return () => parts.reduce((sum, { count }) => sum + count, 0);
  }

  #allocated(flag: string, variant: string): number {
    const share = (this.state.percentages[flag] ?? 0) / 100;
    const feature = routes.find((one) => one.flag.key === flag)?.flag.feature;
    return variant === feature ? share : 1 - share;
  }
}

function key(method: string, url: string, status: string, variant: string): string {
  return [method, url, status, variant].join('\0');
}

function routeOf(labels: ExposedSeries['labels']): ShopRoute | undefined {
  return routes.find(({ method, url }) => method === labels[LABELS.method] && url === labels[LABELS.route]);
}

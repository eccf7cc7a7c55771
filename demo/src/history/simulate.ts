import { position } from '../AllocationProvider';
import { lognormal, poisson, seeded } from '../random';
import { pickRoute, routes, userName, users } from '../shop/routes';
import { fateOf } from '../shop/work';
import type { DemoState } from '../state';
import type { ExposedMetric, ExposedSeries } from './exposition';
import { ShopCounters, type Reader } from './ShopCounters';
import { stateAt, type Scenario } from './timeline';

/** A series of the past: a value for each scrape. */
export interface PastSeries extends ExposedSeries {
  values: Float64Array;
}

/** A metric of the past with its series. */
export interface PastMetric {
  name: string;
  type: string;
  series: PastSeries[];
}

/** Set while what is recorded is a simulation, and to 0 at its end; lets every reader tell it from what was measured. */
export const simulatedMetric = 'flaglens_demo_simulated';

/** What Node and the loopback add to the shop's own work, in milliseconds, as measured on a running shop. */
const transport = { median: 1.2, sigma: 0.35 };
/** What an evaluation takes, in seconds. */
const evaluation = { median: 0.00006, sigma: 0.6 };

const job = 'shop';

/**
 * Lets the shop live through a past: the same visitors on the same routes, with the latencies, failures and allocation
 * of the live shop, scraped into the series that the live shop exposes. The same scenario gives the same numbers.
 *
 * @param exposed what a live shop exposes; metrics of the runtime that the simulation does not know are left out
 */
export function simulate(
  scenario: Scenario,
  exposed: readonly ExposedMetric[],
  instances: readonly string[]
): PastMetric[] {
  const { start, end, step } = scenario;
  const shops = instances.map((instance) => ({
    instance,
    counters: new ShopCounters(exposed, stateAt(scenario, start), start),
  }));
  const scrapes = Math.round((end - start) / step) + 1;
  const recorded = shops.flatMap(({ instance, counters }) => record(exposed, instance, counters, scrapes));
  const traffic = new Traffic(
    scenario,
    shops.map(({ counters }) => counters)
  );
  for (let scrape = 0; scrape < scrapes; scrape++) {
    for (const { values, read } of recorded) {
      values[scrape] = read();
    }
    for (let second = 0; second < step && scrape + 1 < scrapes; second++) {
      traffic.second(start + scrape * step + second);
    }
  }
  return [...grouped(exposed, recorded), ...marks(instances, scrapes)];
}

type Recorded = PastSeries & { metric: string; read: Reader };

/** Every series of an instance that the simulation knows, with the room for its values. */
function record(
  exposed: readonly ExposedMetric[],
  instance: string,
  counters: ShopCounters,
  scrapes: number
): Recorded[] {
  return exposed.flatMap((metric) =>
    metric.series.flatMap((series) => {
      const read = counters.reader(metric, series);
      const labels = { ...series.labels, instance, job };
      return read ? [{ metric: metric.name, name: series.name, labels, values: new Float64Array(scrapes), read }] : [];
    })
  );
}

function grouped(exposed: readonly ExposedMetric[], recorded: readonly Recorded[]): PastMetric[] {
  return exposed
    .map(({ name, type }) => ({ name, type, series: recorded.filter(({ metric }) => metric === name) }))
    .filter(({ series }) => series.length > 0);
}

/** What no shop exposes: that the targets are up, as Prometheus notes it, and that all of this is simulated. */
function marks(instances: readonly string[], scrapes: number): PastMetric[] {
  const simulated = new Float64Array(scrapes).fill(1);
  simulated[scrapes - 1] = 0;
  return [
    {
      name: 'up',
      type: 'gauge',
      series: instances.map((instance) => ({
        name: 'up',
        labels: { instance, job },
        values: new Float64Array(scrapes).fill(1),
      })),
    },
    {
      name: simulatedMetric,
      type: 'gauge',
      series: [{ name: simulatedMetric, labels: { job: 'demo-history' }, values: simulated }],
    },
  ];
}

/** The visitors of the past, second by second, shared out to the instances in turn as the load generator does. */
class Traffic {
  readonly #scenario: Scenario;
  readonly #shops: readonly ShopCounters[];
  readonly #random;
  readonly #positions: Map<string, Float64Array>;
  #next = 0;

  constructor(scenario: Scenario, shops: readonly ShopCounters[]) {
    this.#scenario = scenario;
    this.#shops = shops;
    this.#random = seeded(scenario.seed);
    this.#positions = new Map(
      routes.map(({ flag }) => [
        flag.key,
        Float64Array.from({ length: users }, (_, user) => position(flag.key, userName(user))),
      ])
    );
  }

  /** Lets the second that begins at a time go by. */
  second(time: number): void {
    const state = stateAt(this.#scenario, time);
    for (const shop of this.#shops) {
      shop.state = state;
      shop.process.second();
    }
    for (let visits = poisson(this.#random, state.rps); visits > 0; visits--) {
      this.#visit(state);
    }
  }

  #visit(state: DemoState): void {
    const random = this.#random;
    const shop = this.#shops[this.#next++ % this.#shops.length];
    const route = pickRoute(random);
    const user = Math.floor(random() * users);
    const place = this.#positions.get(route.flag.key)?.[user] ?? 100;
    const feature = place < (state.percentages[route.flag.key] ?? 0);
    const { milliseconds, fails } = fateOf(route.kind, feature, state, random);
    shop?.record({
      route,
      feature,
      fails,
      seconds: (milliseconds + lognormal(random, transport.median, transport.sigma)) / 1000,
      evaluationSeconds: lognormal(random, evaluation.median, evaluation.sigma),
    });
  }
}

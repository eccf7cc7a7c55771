/** What one observation costs: plain prom-client beside histograms that are split by flag, in one run. */
import { createInstrumentation, type Instrumentation } from '@flaglens/instrumentation';
import { Histogram, Registry } from 'prom-client';
import { median } from '../compare-query/measure';
import { LABELS, ROUTES, routeAt, valueAt } from './labels';

/** One way of recording, run this often. */
type Loop = (times: number) => void;

/** Nanoseconds of one observation (median over the rounds), and the median of the ratios to plain within each round. */
export interface Cost {
  what: string;
  labels: number;
  flags: number;
  nanoseconds: number;
  ratio: number;
}

const PLAIN = 'plain observe';
export const SPLIT = 'split(histogram).observe';
export const KEPT = 'split(histogram), child kept';
const REQUEST = "a request's whole record";

const WARM_UPS = 3;

/** Times all ways for one number of labels and one of flags, in turns: A B C A B C. */
export function observationCosts(labels: 3 | 5, flags: number, rounds: number, times: number): Cost[] {
  const loops = loopsFor(labels, flags);
  const spent = new Map<string, number[]>(Object.keys(loops).map((what) => [what, []]));
  for (let round = -WARM_UPS; round < rounds; round++) {
    for (const [what, loop] of Object.entries(loops)) {
      const begun = process.hrtime.bigint();
      loop(times);
      const nanoseconds = Number(process.hrtime.bigint() - begun) / times;
      if (round >= 0) {
        spent.get(what)?.push(nanoseconds);
      }
    }
  }
  const plain = spent.get(PLAIN) ?? [];
  return [...spent].map(([what, all]) => ({
    what,
    labels,
    flags,
    nanoseconds: median(all),
    ratio: median(all.map((one, round) => one / (plain[round] ?? Number.NaN))),
  }));
}

function loopsFor(labels: 3 | 5, flags: number): Record<string, Loop> {
  const { names, of } = LABELS[labels];
  const histogram = () =>
    new Histogram({ name: 'work_duration_seconds', help: 'Duration', labelNames: names, registers: [new Registry()] });
  const plain = histogram();
  const first = instrument(flags);
  const split = first.split(histogram());
  const second = instrument(flags);
  const keeping = second.split(histogram());
  const children = ROUTES.map((route) => keeping.child(of(route)));
  const loops: Record<string, Loop> = {
    [PLAIN]: (times) => {
      for (let i = 0; i < times; i++) {
        plain.observe(of(routeAt(i)), valueAt(i));
      }
    },
    [SPLIT]: within(first, flags, (times) => {
      for (let i = 0; i < times; i++) {
        split.observe(of(routeAt(i)), valueAt(i));
      }
    }),
    [KEPT]: within(second, flags, (times) => {
      for (let i = 0; i < times; i++) {
        children[i & 63]?.observe(valueAt(i));
      }
    }),
  };
  if (labels === 3) {
    loops[REQUEST] = recordRequests(instrument(flags), flags);
  }
  return loops;
}

/** All that a request costs: its beginning, its context, noting its flags, its end in both histograms. */
function recordRequests({ requests }: Instrumentation, flags: number): Loop {
  const tag = tagger({ requests }, flags);
  return (times) => {
    for (let i = 0; i < times; i++) {
      const record = requests.begin();
      requests.run(record, tag);
      const { method, route, status } = routeAt(i);
      record.finish({ method, route, status: Number(status) });
    }
  };
}

function instrument(flags: number): Instrumentation {
  return createInstrumentation({
    registry: new Registry(),
    flags: Array.from({ length: flags }, (_, flag) => ({ key: `flag-${flag}`, variants: ['on', 'off'] })),
  });
}

/** Runs the loop inside of a request that has evaluated the flags, as an application's code runs. */
function within(instrumentation: Instrumentation, flags: number, loop: Loop): Loop {
  return (times) => {
    const { requests } = instrumentation;
    requests.run(requests.begin(), () => {
      tagger(instrumentation, flags)();
      loop(times);
    });
  };
}

function tagger({ requests }: Pick<Instrumentation, 'requests'>, flags: number): () => void {
  const keys = Array.from({ length: flags }, (_, flag) => `flag-${flag}`);
  const on = () => 'on';
  return () => {
    for (const key of keys) {
      requests.tag(key, on);
    }
  };
}

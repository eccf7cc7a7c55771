import fc from 'fast-check';
import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  type OpenMetricsContentType,
  type PrometheusContentType,
} from 'prom-client';
import type { Labels } from '../labels/Labels.js';
import { SeriesCounter } from './SeriesCounter.js';
import { SeriesGauge } from './SeriesGauge.js';
import { SeriesHistogram } from './SeriesHistogram.js';

type ContentType = PrometheusContentType | OpenMetricsContentType;

const FORMATS: Array<[string, ContentType]> = [
  ['text', Registry.PROMETHEUS_CONTENT_TYPE],
  ['OpenMetrics', Registry.OPENMETRICS_CONTENT_TYPE],
];

const BUCKETS = [0.005, 0.1, 1, 2.5, 10];
const LABEL_NAMES = ['route', 'status'];

/** What is recorded: label values that need escaping among them, numbers and labels that are absent. */
const entry = fc.record({
  labels: fc
    .record({
      route: fc.option(fc.constantFrom('/a', '/b/:id', 'quote"d', 'line\nbreak', 'back\\slash', 'ä€😀', ''), {
        nil: undefined,
      }),
      status: fc.option(fc.constantFrom<string | number>('200', 200, 500), { nil: undefined }),
    })
    .map((labels): Record<string, string | number> =>
      Object.fromEntries(
        Object.entries(labels).filter((pair): pair is [string, string | number] => pair[1] !== undefined)
      )
    ),
  value: fc.oneof(
    fc.constantFrom(0, 0.005, 0.1, 1, 10, 1e21, 1e-9),
    fc.double({ min: 0, max: 20, noNaN: true }),
    fc.integer({ min: 0, max: 1000 })
  ),
});

interface Both {
  theirs: Registry;
  ours: Registry;
}

function registries(contentType: ContentType, defaultLabels: object): Both {
  const [theirs, ours] = [new Registry(), new Registry()];
  for (const registry of [theirs, ours]) {
    // prom-client's types tie a registry to one format, which it can change all the same.
    registry.setContentType(contentType as PrometheusContentType);
    registry.setDefaultLabels(defaultLabels);
  }
  return { theirs, ours };
}

async function expectSame({ theirs, ours }: Both): Promise<void> {
  // Twice: OpenMetrics cuts the suffix off a counter's name with the first scrape.
  expect(await ours.metrics()).toBe(await theirs.metrics());
  expect(await ours.metrics()).toBe(await theirs.metrics());
  // Last: prom-client writes the default labels into the counters and gauges that it turns into JSON, for ever.
  expect(asSent(await ours.getMetricsAsJSON())).toEqual(asSent(await theirs.getMetricsAsJSON()));
}

/** As a worker sends it to its primary; prom-client's gauges show the number or the text, whichever came last. */
function asSent(metrics: unknown): unknown {
  return JSON.parse(JSON.stringify(metrics), (key, value: unknown) => (key === 'status' ? String(value) : value));
}

const scenario = fc.record({
  entries: fc.array(entry, { maxLength: 40 }),
  defaultLabels: fc.constantFrom({}, { app: 'shop' }, { app: 'shop', route: 'default' }),
  labelled: fc.boolean(),
});

describe.each(FORMATS)('%s', (_format, contentType) => {
  function holds(
    record: (both: Both, labelNames: string[], entries: Array<{ labels: Labels; value: number }>) => void
  ) {
    return fc.assert(
      fc.asyncProperty(scenario, async ({ entries, defaultLabels, labelled }) => {
        const both = registries(contentType, defaultLabels);
        record(
          both,
          labelled ? LABEL_NAMES : [],
          labelled ? entries : entries.map(({ value }) => ({ labels: {}, value }))
        );
        await expectSame(both);
      }),
      { numRuns: 60 }
    );
  }

  test('histograms are exposed as prom-client exposes its own', () =>
    holds(({ theirs, ours }, labelNames, entries) => {
      const config = { name: 'work_seconds', help: 'Work\nof "all" \\ kinds', labelNames };
      const their = new Histogram({ ...config, buckets: BUCKETS, registers: [theirs] });
      const our = new SeriesHistogram(config, BUCKETS, [ours]);
      for (const { labels, value } of entries) {
        their.observe(labels as Record<string, string>, value);
        our.observe(labels, value);
      }
    }));

  test('counters are exposed as prom-client exposes its own', () =>
    holds(({ theirs, ours }, labelNames, entries) => {
      const config = { name: 'work_total', help: 'Work', labelNames };
      const their = new Counter({ ...config, registers: [theirs] });
      const our = new SeriesCounter(config, [ours]);
      for (const { labels, value } of entries) {
        their.inc(labels as Record<string, string>, value);
        our.inc(labels, value);
      }
    }));

  test('gauges are exposed as prom-client exposes its own', () =>
    holds(({ theirs, ours }, labelNames, entries) => {
      const config = { name: 'work_under_way', help: 'Work', labelNames };
      const their = new Gauge({ ...config, registers: [theirs] });
      const our = new SeriesGauge(config, [ours]);
      for (const [index, { labels, value }] of entries.entries()) {
        const change = (['inc', 'dec', 'set'] as const)[index % 3] ?? 'set';
        their[change](labels as Record<string, string>, value);
        our[change](labels, value);
      }
    }));
});

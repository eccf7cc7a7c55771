/** What a scrape of 10,000 series takes, over HTTP, beside prom-client's own metrics with the same data. */
import { createInstrumentation, metricsHandler } from '@flaglens/instrumentation';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Histogram, Registry } from 'prom-client';
import { median } from '../compare-query/measure';
import { valueAt } from './labels';

/** Medians in milliseconds over the rounds. */
export interface ScrapeTimes {
  series: number;
  text: number;
  openMetrics: number;
  /** prom-client's own histograms with as many series, in text, through the same handler. */
  promClient: number;
}

/** The default buckets, the sum and the count of prom-client's histograms. */
const LINES = 14;
const SERIES = 10_000;
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';

export async function scrapeTimes(rounds: number): Promise<ScrapeTimes> {
  const ours = await serve(split());
  const theirs = await serve(plain());
  try {
    const times = { text: [] as number[], openMetrics: [] as number[], promClient: [] as number[] };
    let series = 0;
    for (let round = -3; round < rounds; round++) {
      const text = await scrape(ours.url, 'text/plain');
      const openMetrics = await scrape(ours.url, OPEN_METRICS);
      const promClient = await scrape(theirs.url, 'text/plain');
      series = text.series;
      if (round >= 0) {
        times.text.push(text.milliseconds);
        times.openMetrics.push(openMetrics.milliseconds);
        times.promClient.push(promClient.milliseconds);
      }
    }
    return {
      series,
      text: median(times.text),
      openMetrics: median(times.openMetrics),
      promClient: median(times.promClient),
    };
  } finally {
    ours.close();
    theirs.close();
  }
}

/** One flag with two variants on many routes, so that the split histogram alone has most of the series. */
function split(): Registry {
  const registry = new Registry();
  const instrumentation = createInstrumentation({ registry, limits: { labelValues: 1000 } });
  const histogram = plainHistogram(new Registry());
  const timed = instrumentation.split(histogram);
  const children = Math.ceil(SERIES / LINES);
  for (let i = 0; i < children; i++) {
    const record = instrumentation.requests.begin();
    instrumentation.requests.run(record, () => {
      instrumentation.requests.tag('checkout-v2', () => (i % 2 === 0 ? 'on' : 'off'));
      timed.observe({ method: 'GET', route: `/things-${i >> 1}/:id`, status: '200' }, valueAt(i));
    });
  }
  return registry;
}

function plain(): Registry {
  const registry = new Registry();
  const histogram = plainHistogram(registry);
  for (let i = 0; i < Math.ceil(SERIES / LINES); i++) {
    histogram.observe(
      { method: i % 2 === 0 ? 'GET' : 'POST', route: `/things-${i >> 1}/:id`, status: '200' },
      valueAt(i)
    );
  }
  return registry;
}

function plainHistogram(registry: Registry): Histogram<'method' | 'route' | 'status'> {
  return new Histogram({
    name: 'work_duration_seconds',
    help: 'Duration',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
}

async function serve(registry: Registry): Promise<{ url: string; close: () => void }> {
  const server = createServer(metricsHandler(registry));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function scrape(url: string, accept: string): Promise<{ milliseconds: number; series: number }> {
  const begun = performance.now();
  const response = await fetch(url, { headers: { accept } });
  const text = await response.text();
  const milliseconds = performance.now() - begun;
  if (!response.ok) {
    throw new Error(`The scrape answered ${response.status}: ${text}`);
  }
  return { milliseconds, series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length };
}

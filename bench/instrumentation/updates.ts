/**
 * A service that records a steady 100,000 values a second into split metrics, as a process of its own, and serves
 * `/metrics`. It is asked when to begin to measure and when to end, and answers what it found.
 */
import { createInstrumentation, metricsHandler } from '@flaglens/instrumentation';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Histogram, Registry } from 'prom-client';
import { LABELS, routeAt, valueAt } from './labels';

/** What the service found. Lags are what a timer of a millisecond was late, in milliseconds. */
export interface Found {
  updates: number;
  seconds: number;
  lagP50: number;
  lagP99: number;
  lagMax: number;
  /** Bytes in use after a full collection. */
  heap: number;
}

const PER_SECOND = 100_000;
const EVERY_MS = 2;
const RESOLUTION_MS = 1;

const registry = new Registry();
const instrumentation = createInstrumentation({
  registry,
  flags: [{ key: 'checkout-v2', variants: ['on', 'off'] }],
});
const labelNames = LABELS[3].names;
const durations = instrumentation.split(
  new Histogram({ name: 'work_duration_seconds', help: 'Duration', labelNames, registers: [registry] })
);
const done = instrumentation.split(
  new Counter({ name: 'work_done_total', help: 'Work', labelNames, registers: [registry] })
);

const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let updates = 0;
let begun = performance.now();
let measured = { updates: 0, at: 0 };
let timer: NodeJS.Timeout | undefined;

/** Half of the values go into the histogram, half into the counter, in requests of two values each. */
function update(): void {
  const due = ((performance.now() - begun) / 1000) * PER_SECOND;
  while (updates < due) {
    const record = instrumentation.requests.begin();
    instrumentation.requests.run(record, updateOnce);
  }
}

function updateOnce(): void {
  const labels = LABELS[3].of(routeAt(updates >> 1));
  instrumentation.requests.tag('checkout-v2', updates % 4 === 0 ? () => 'on' : () => 'off');
  durations.observe(labels, valueAt(updates));
  done.inc(labels);
  updates += 2;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const server = createServer(metricsHandler(registry));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', (message) => {
  switch (message) {
    case 'update':
      begun = performance.now();
      timer = setInterval(update, EVERY_MS);
      return;
    case 'measure': {
      process.send?.({ heap: heap() });
      measured = { updates, at: performance.now() };
      lag.reset();
      lag.enable();
      return;
    }
    case 'end': {
      lag.disable();
      const seconds = (performance.now() - measured.at) / 1000;
      clearInterval(timer);
      const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
      const found: Found = {
        updates: updates - measured.updates,
        seconds,
        lagP50: late(lag.percentile(50)),
        lagP99: late(lag.percentile(99)),
        lagMax: late(lag.max),
        heap: heap(),
      };
      process.send?.(found);
      return;
    }
  }
});

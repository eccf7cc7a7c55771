/** 100,000 values a second for a minute, with scrapes over HTTP: what that does to the event loop and to the memory. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../compare-query/measure';
import type { Found } from './updates';

export interface Sustained {
  found: Found;
  /** The same process at rest, on the same machine: what of the lag is not ours. */
  atRest: Found;
  /** Bytes in use after the warm-up, and how much more at the end. */
  heapAfterWarmUp: number;
  growth: number;
  scrapes: number;
  /** Median in milliseconds. */
  scrape: number;
}

const SCRAPE_EVERY_MS = 3000;
const WARM_UP_MS = 10_000;
const REST_MS = 5000;

export async function sustained(seconds: number): Promise<Sustained> {
  const atRest = await measure(REST_MS, { updating: false });
  const { found, heapAfterWarmUp, scrapes } = await measure(seconds * 1000, { updating: true });
  return {
    found,
    atRest: atRest.found,
    heapAfterWarmUp,
    growth: found.heap - heapAfterWarmUp,
    scrapes: scrapes.length,
    scrape: median(scrapes),
  };
}

async function measure(milliseconds: number, { updating }: { updating: boolean }) {
  const child = fork(path.join(import.meta.dirname, 'updates.ts'), { execArgv: [...process.execArgv, '--expose-gc'] });
  try {
    const { port } = await answer<{ port: number }>(child);
    const url = `http://127.0.0.1:${port}/metrics`;
    if (updating) {
      child.send('update');
      await scrapeFor(url, WARM_UP_MS);
    }
    child.send('measure');
    const { heap } = await answer<{ heap: number }>(child);
    const scrapes = updating ? await scrapeFor(url, milliseconds) : [];
    if (!updating) {
      await pause(milliseconds);
    }
    child.send('end');
    const found = await answer<Found>(child);
    return { found, heapAfterWarmUp: heap, scrapes };
  } finally {
    child.kill();
  }
}

/** Scrapes every few seconds; answers the milliseconds that each took. */
async function scrapeFor(url: string, milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    await pause(Math.min(SCRAPE_EVERY_MS, Math.max(0, end - performance.now())));
    const begun = performance.now();
    const response = await fetch(url, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
    await response.arrayBuffer();
    times.push(performance.now() - begun);
  }
  return times;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

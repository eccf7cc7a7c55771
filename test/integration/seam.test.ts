import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { waitFor } from '../../scripts/lib/waitFor';
import { type Source, Stack, startSource } from '../../scripts/start/stack';
import { askPrometheus, type Range, type Sample } from './support/askPrometheus';

jest.setTimeout(300_000);

const requests = 'feature_flag_http_request_duration_seconds';
/** Live samples that are waited for, on each instance: two scrapes and one more for the traffic between. */
const scrapes = 3;
/** What comes and goes with Node's own state is not in the past. */
const simulated = '__name__=~"feature_flag_.+|http_request_.+|flaglens_folded_total"';

const stack = new Stack();
const unexpected: string[] = [];
let folder: string;
let source: Source;
/** Unix seconds at which the simulated past ends. */
let seam: number;
let now: number;
/** Unix seconds before and after everything was started. */
const started = { before: 0, after: 0 };

const query = (text: string, time = now) =>
  askPrometheus<Sample>(source.prometheusUrl, 'query', { query: text, time: String(time) });

/** The raw samples since the past has ended, of series that have any. */
function live(selector: string): Promise<Range[]> {
  const text = `${selector}[${Math.floor(now - seam - 1)}s]`;
  return askPrometheus<Range>(source.prometheusUrl, 'query', { query: text, time: String(now) });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flaglens-seam-'));
  started.before = Date.now() / 1000;
  source = await startSource(stack, folder, (reason) => unexpected.push(reason));
  started.after = Date.now() / 1000;
  now = started.after;
  const [mark] = await query('timestamp(flaglens_demo_simulated)');
  seam = Number(mark?.value[1]);
  await waitFor(
    async () => {
      now = Date.now() / 1000;
      const series = await live(`${requests}_count{feature_flag_key="checkout-v2",status="200"}`);
      const fewest = Math.min(...series.map(({ values }) => values.length));
      return series.length === 4 && fewest >= scrapes ? { answer: true } : { notYet: `${fewest} scrapes so far` };
    },
    { what: 'Live samples', timeoutMs: 60_000 }
  );
});

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the past ends when the start began, and the live shop goes on once all is started', async () => {
  expect(Math.abs(seam - started.before)).toBeLessThanOrEqual(2);
  const first = Math.min(...(await live('up{job="shop"}')).map(({ values }) => values[0]?.[0] ?? Infinity));
  expect(first).toBeGreaterThan(seam);
  // Two scrapes of five seconds.
  expect(first).toBeLessThan(started.after + 10);
  expect(unexpected).toEqual([]);
});

test('the live series are those of the past, one by one', async () => {
  const names = (series: ReadonlyArray<{ metric: Record<string, string> }>) =>
    series.map(({ metric }) => JSON.stringify(Object.entries(metric).sort())).sort();
  expect(names(await live(`{${simulated}}`))).toEqual(names(await query(`{${simulated}}`, seam)));
});

test('the counters begin anew once, and lose nothing', async () => {
  const series = `${requests}_count{feature_flag_key="recommendations",status="200"}`;
  const resets = await query(`resets(${series}[5m])`);
  expect(resets.map(({ value }) => value[1])).toEqual(['1', '1', '1', '1']);
  // From the last simulated scrape on: what the processes have counted since they began.
  const increase = await query(`sum(increase(${series}[5m]))`);
  expect(Number(increase[0]?.value[1])).toBeGreaterThan(0);
});

test('no allocation changes at the seam, so that the rollouts go on', async () => {
  const changes = await query('changes(feature_flag_allocation_ratio[5m])');
  expect(changes.length).toBeGreaterThan(0);
  expect(changes.filter(({ value }) => value[1] !== '0')).toEqual([]);
});

test('the traffic is the same on both sides, within what a busy machine sends', async () => {
  const [before] = await query('sum(rate(http_request_duration_seconds_count[30m]))', seam);
  expect(Number(before?.value[1])).toBeCloseTo(80, 0);
  const rates = (await live('http_request_duration_seconds_count')).map(({ values }) => {
    const [from, to] = [values[0], values.at(-1)];
    return from && to ? (Number(to[1]) - Number(from[1])) / (to[0] - from[0]) : NaN;
  });
  const after = rates.reduce((sum, rate) => sum + rate, 0);
  expect(after).toBeGreaterThan(40);
  expect(after).toBeLessThan(120);
});

test('the control page says until when the data is simulated', async () => {
  const page = await (await fetch(source.controlUrl)).text();
  expect(page).toContain(`<time datetime="${new Date(seam * 1000).toISOString()}">`);
});

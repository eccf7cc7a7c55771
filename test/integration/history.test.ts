import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { demoHistory, historyHours } from '../../demo/src/history/timeline';
import { BackendUnderTest } from './support/BackendUnderTest';
import { PastPrometheus } from './support/PastPrometheus';

jest.setTimeout(300_000);

const requests = 'feature_flag_http_request_duration_seconds';
const end = Math.floor(Date.now() / 1000);
const scenario = demoHistory(end);
const seconds = historyHours * 3600;

let prometheus: PastPrometheus;

beforeAll(async () => {
  prometheus = await PastPrometheus.start(scenario);
});

afterAll(() => prometheus.stop());

test('the blocks load without a complaint, and hold the whole past and nothing after it', async () => {
  expect(await prometheus.log()).toBe('');
  const [up] = await prometheus.query(`count_over_time(up{instance="shop-1"}[${seconds + 60}s])`, end);
  expect(Number(up?.value[1])).toBe(seconds / scenario.step + 1);
  const [last] = await prometheus.query('max(timestamp(up))', end + 60);
  expect(Number(last?.value[1])).toBe(end);
  expect(await prometheus.query('up', scenario.start - 1)).toEqual([]);
  expect(await prometheus.query('up', scenario.start)).toHaveLength(2);
  const blocks = readdirSync(path.join(prometheus.folder, 'data')).filter((name) => /^[0-9A-Z]{26}$/.test(name));
  const ends = blocks.map((block) => {
    const meta = readFileSync(path.join(prometheus.folder, 'data', block, 'meta.json'), 'utf8');
    return (JSON.parse(meta) as { maxTime: number }).maxTime;
  });
  // A block's end is exclusive, in milliseconds: what is scraped from now on is not out of its bounds.
  expect(Math.max(...ends)).toBe(end * 1000 + 1);
});

test.each([
  `${requests}_bucket`,
  `${requests}_sum`,
  `${requests}_count`,
  'http_request_duration_seconds_bucket',
  'feature_flag_evaluation_success_total',
  'feature_flag_evaluation_duration_seconds_bucket',
  'process_cpu_seconds_total',
])('%s never falls', async (name) => {
  const resets = await prometheus.query(`resets(${name}[${seconds}s])`, end);
  expect(resets.length).toBeGreaterThan(0);
  expect(resets.filter(({ value }) => value[1] !== '0')).toEqual([]);
});

test('bucket bounds are written as Prometheus writes those that it scrapes', async () => {
  const bounds = await prometheus.query(`group by (le) (${requests}_bucket)`, end);
  const texts = bounds.map(({ metric }) => metric.le);
  expect(texts).toContain('1.0');
  expect(texts).not.toContain('1');
  expect(texts).toContain('+Inf');
});

test('requests add up to the load, flag by flag to all of their route', async () => {
  const rate = async (query: string) => Number((await prometheus.query(query, end))[0]?.value[1]);
  expect(await rate('sum(rate(http_request_duration_seconds_count[1h]))')).toBeCloseTo(80, 0);
  expect(await rate(`sum(rate(${requests}_count[1h]))`)).toBeCloseTo(80, 0);
  const uneven = await prometheus.query(
    `sum by (route) (${requests}_count) != on (route) sum by (route) (http_request_duration_seconds_count)`,
    end
  );
  expect(uneven).toEqual([]);
});

test('the rollouts are in the allocation and in the traffic, one after the other', async () => {
  const shifts = await prometheus.query(
    `sum by (feature_flag_key) (changes(feature_flag_allocation_ratio{instance="shop-1",feature_flag_variant=~"on|new-ranking"}[${seconds}s]))`,
    end
  );
  const counts = new Map(shifts.map(({ metric, value }) => [metric.feature_flag_key, Number(value[1])]));
  expect(counts).toEqual(
    new Map([
      ['recommendations', 1],
      ['checkout-v2', 2],
      ['search-ranking', 1],
      ['order-history', 1],
    ])
  );

  const share = async (time: number) => {
    const rate = (variant: string) => `sum(rate(${requests}_count{feature_flag_key="checkout-v2"${variant}}[10m]))`;
    const [answer] = await prometheus.query(`${rate(',feature_flag_variant="on"')} / ${rate('')}`, time);
    return Number(answer?.value[1]);
  };
  expect(await share(end - 5 * 3600)).toBe(0);
  // Users are drawn once, which at 20,000 leaves a share within a percentage point; ten minutes of requests add two.
  expect(Math.abs((await share(end - 3.75 * 3600)) - 0.1)).toBeLessThan(0.03);
  expect(Math.abs((await share(end)) - 0.5)).toBeLessThan(0.05);
});

test('a rate over the window of the live shop has a value at every step, wherever it falls', async () => {
  // Four scrapes of 5 s, at every other second of half an hour.
  const rates = `count_over_time(rate(${requests}_count{feature_flag_key="recommendations",status="200"}[20s])[30m:2s])`;
  const counts = await prometheus.query(rates, end);
  expect(counts.map(({ value }) => Number(value[1]))).toEqual([900, 900, 900, 900]);
});

test('all of it is marked as simulated, up to its end', async () => {
  const marked = await prometheus.query('flaglens_demo_simulated', end - scenario.step);
  expect(marked.map(({ value }) => value[1])).toEqual(['1']);
  const after = await prometheus.query('flaglens_demo_simulated', end + 30);
  expect(after.map(({ value }) => value[1])).toEqual(['0']);
});

describe('what Flaglens says of it', () => {
  let backend: BackendUnderTest;

  beforeAll(async () => {
    backend = await BackendUnderTest.start(prometheus.url);
  });

  afterAll(() => backend.stop());

  test.each([
    ['checkout-v2', { latency: 'regressed', errors: /within margin|inconclusive/ }],
    ['search-ranking', { latency: /within margin|inconclusive/, errors: 'regressed' }],
    ['recommendations', { latency: 'within margin', errors: 'within margin' }],
    ['order-history', { latency: 'inconclusive', errors: 'inconclusive' }],
  ])('%s: %j', async (flag, expected) => {
    const span = { from: end - 3600, to: end };
    const rows = await backend.rows({ queryType: 'verdict', flag, signals: ['latency', 'errors'] }, span);
    const states = Object.fromEntries(rows.map(({ signal, state }) => [String(signal), String(state)]));
    expect(states).toEqual({
      latency: expect.stringMatching(expected.latency) as string,
      errors: expect.stringMatching(expected.errors) as string,
    });
    expect(rows.map(({ share_state }) => share_state)).not.toContain('mismatch');
  });

  test('the annotations of a flag say where the past is simulated, beside its rollouts', async () => {
    const span = { from: end - 2 * 3600, to: end + 600 };
    const rows = await backend.rows({ queryType: 'changes', flag: 'order-history' }, span);
    const [simulated, rollout, ...others] = rows;
    expect(others).toEqual([]);
    expect(simulated).toMatchObject({ title: 'simulated', time: span.from * 1000, kind: 'marker' });
    // As exact as a point of the range.
    expect(Math.abs(Number(simulated?.timeEnd) / 1000 - end)).toBeLessThanOrEqual(15);
    expect(rollout).toMatchObject({ kind: 'allocation', variant: 'on', from: 0, to: 0.2 });
  });
});

/** The demo, traced, with a real Jaeger, a real Prometheus and the real backend behind it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

import { type Demo, startDemo } from '../../demo/src/start';
import { ChildGroup } from '../../scripts/lib/ChildGroup';
import { waitFor } from '../../scripts/lib/waitFor';
import { type Jaeger, jaegerBinary, startJaeger } from '../../scripts/start/jaegerServer';
import { startPrometheus } from '../../scripts/start/prometheusServer';
import { prometheusBinary } from '../../scripts/start/stack';
import { DemoControl } from '../support/DemoControl';
import { BackendUnderTest, type Frame } from './support/BackendUnderTest';
import { JaegerApi, type Span, type Trace } from './support/JaegerApi';

jest.setTimeout(180_000);

/** Enough that each kind of request occurs: at 5%, 400 checkouts without a retry are one in a billion. */
const checkouts = 400;
/**
 * Microseconds by which the ends of two spans may be off. OpenTelemetry begins a span at a whole millisecond of the wall
 * clock and measures its length by the exact clock; a process that is preempted between the two readings has the whole
 * span late by that. Clocks of two processes differ by what each measured when it began.
 */
const tolerance = 20_000;
/** By which they are off where nothing is preempted: a whole millisecond, and what the two readings take. */
const rounding = 1500;
const users = 20;
const flag = 'checkout-v2';

interface Visit {
  traceId: string;
  instance: string;
  status: number;
  /** What the answer says was served; nothing where it failed. */
  variant: string | undefined;
  milliseconds: number;
}

const servers = new ChildGroup();
const tracers = new ChildGroup();
const unexpected: string[] = [];
const onUnexpectedExit = (reason: string) => unexpected.push(reason);

let folder: string;
let jaeger: Jaeger;
let api: JaegerApi;
let demo: Demo;
let prometheusUrl: string;
let visits: Visit[];
let traces: Map<string, Trace>;

/** A request in a trace that the visitor has begun, as a gateway before the shop would. */
async function visit(index: number, method: string, address: string): Promise<Visit> {
  const target = demo.targets[index % demo.targets.length];
  const traceId = randomBytes(16).toString('hex');
  const begun = performance.now();
  const response = await fetch(`http://${target?.address ?? ''}${address}`, {
    method,
    headers: { 'x-user': `user-${index}`, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` },
  });
  const body = (await response.json()) as Record<string, string>;
  return {
    traceId,
    instance: target?.instance ?? '',
    status: response.status,
    variant: body[flag],
    milliseconds: performance.now() - begun,
  };
}

/** So many visits, by so many visitors at once. */
async function visitors(total: number, method: string, address: string, atOnce = users): Promise<Visit[]> {
  const done: Visit[] = [];
  let next = 0;
  const visitor = async () => {
    while (next < total) {
      done.push(await visit(next++, method, address));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitor));
  return done;
}

const spansOf = (traceId: string, service: string, kind?: string): Span[] =>
  (traces.get(traceId)?.spans ?? []).filter(
    (span) => span.service === service && (kind === undefined || span.tags['span.kind'] === kind)
  );

/** The one span of a visit's request in the shop. */
function requestOf({ traceId }: Visit): Span {
  const [span, ...others] = spansOf(traceId, 'shop', 'server');
  if (!span || others.length > 0) {
    throw new Error(`trace ${traceId} has ${others.length + (span ? 1 : 0)} request spans in the shop, not one`);
  }
  return span;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flaglens-tracing-'));
  jaeger = await startJaeger({ binary: jaegerBinary(), folder, children: tracers, onUnexpectedExit });
  api = new JaegerApi(jaeger.url);
  demo = await startDemo({ rps: 0, tracing: { otlpUrl: jaeger.otlpUrl, logFolder: folder }, onUnexpectedExit });
  prometheusUrl = await startPrometheus({
    binary: prometheusBinary(),
    folder: path.join(folder, 'prometheus'),
    targets: demo.targets,
    scrapeInterval: '1s',
    children: servers,
    onUnexpectedExit,
  });
  await new DemoControl(demo.controlUrl).fault('application-errors', true);
  // The shops ask for the faults every half second.
  await wait(1500);
  visits = await visitors(checkouts, 'POST', '/checkout');
  const ids = visits.map(({ traceId }) => traceId);
  const isComplete = ({ spans }: Trace) =>
    ['shop', 'payments'].every((service) =>
      spans.some((s) => s.service === service && s.tags['span.kind'] === 'server')
    );
  traces = new Map((await api.complete(ids, isComplete)).map((trace) => [trace.id, trace]));
});

afterAll(async () => {
  await demo.stop();
  await servers.stop();
  await tracers.stop();
  await rm(folder, { recursive: true, force: true });
});

test('every request has its whole timeline, through both services, in the trace that it came with', () => {
  expect(traces.size).toBe(checkouts);
  let outside = 0;
  for (const one of visits) {
    const request = requestOf(one);
    expect([request.name, request.tags['http.response.status_code']]).toEqual(['POST /checkout', one.status]);
    const attempts = spansOf(one.traceId, 'shop', 'client');
    const charges = spansOf(one.traceId, 'payments', 'server');
    expect(attempts.length).toBeGreaterThanOrEqual(1);
    // Each attempt belongs to the request, and each charge to its attempt.
    expect(attempts.map(({ parent }) => parent)).toEqual(attempts.map(() => request.id));
    expect(charges.map(({ parent }) => parent)).toEqual(attempts.map(({ id }) => id));
    for (const [index, attempt] of attempts.entries()) {
      const charge = charges[index];
      expect(attempt.start).toBeGreaterThanOrEqual(request.start - tolerance);
      expect(attempt.end).toBeLessThanOrEqual(request.end + tolerance);
      outside += attempt.start < request.start - rounding || attempt.end > request.end + rounding ? 1 : 0;
      expect(Math.abs((charge?.start ?? NaN) - attempt.start)).toBeLessThan(attempt.end - attempt.start + tolerance);
    }
  }
  // Preemption between two readings is rare: all but a few lie within their request to the millisecond.
  expect(outside).toBeLessThanOrEqual(checkouts / 50);
});

test('the choice of the variant is in the trace, and the variant is on its request', () => {
  const seen = new Set<string>();
  for (const one of visits) {
    const variant = String(requestOf(one).tags[`flaglens.variant.${flag}`]);
    seen.add(variant);
    expect(['on', 'off']).toContain(variant);
    if (one.variant !== undefined) {
      expect(variant).toBe(one.variant);
    }
    const choice = spansOf(one.traceId, 'shop').filter(({ name }) => name === 'select variant');
    expect(choice).toHaveLength(1);
    expect(choice[0]?.events).toEqual([
      expect.objectContaining({
        event: 'feature_flag.evaluation',
        'feature_flag.key': flag,
        'feature_flag.result.variant': variant,
        'feature_flag.provider.name': 'demo-allocation',
      }),
    ]);
  }
  expect(seen).toEqual(new Set(['on', 'off']));
});

test('a retry is a second attempt in the same request', () => {
  const attempts = visits.map(({ traceId }) => spansOf(traceId, 'shop', 'client'));
  const retried = attempts.filter(({ length }) => length > 1);
  expect(retried.length).toBeGreaterThan(0);
  for (const [first, second, ...more] of retried) {
    expect(more).toEqual([]);
    expect(first?.tags).toMatchObject({ 'flaglens.attempt': 1, 'http.response.status_code': 503, error: true });
    expect(second?.tags).toMatchObject({ 'flaglens.attempt': 2, 'http.request.resend_count': 1 });
    expect(second?.start).toBeGreaterThanOrEqual((first?.end ?? Infinity) - tolerance);
  }
  for (const [only] of attempts.filter(({ length }) => length === 1)) {
    expect(only?.tags['http.response.status_code']).not.toBe(503);
  }
});

test('what failed is logged with the id of its trace, and marked in it', async () => {
  const failed = visits.filter(({ status }) => status >= 500);
  // The fault of the application alone fails 8%.
  expect(failed.length).toBeGreaterThan(5);
  const lines = await Promise.all(
    demo.targets.map(async ({ instance }) => (await readFile(path.join(folder, `${instance}.log`), 'utf8')).split('\n'))
  );
  const logged = lines
    .flat()
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { instance: string; trace_id: string; span_id: string });
  expect(logged.map(({ trace_id: id, instance }) => `${instance} ${id}`).sort()).toEqual(
    failed.map(({ traceId, instance }) => `${instance} ${traceId}`).sort()
  );
  for (const one of failed) {
    expect(requestOf(one).tags).toMatchObject({ error: true, 'error.type': '500' });
    expect(logged.find(({ trace_id: id }) => id === one.traceId)?.span_id).toBe(requestOf(one).id);
  }
});

/** The ids of traces that the shops expose. */
async function exposedIds(): Promise<string[]> {
  const texts = await Promise.all(
    demo.targets.map(async ({ address }) => {
      const accept = 'application/openmetrics-text; version=1.0.0';
      return (await fetch(`http://${address}/metrics`, { headers: { accept } })).text();
    })
  );
  return texts.flatMap((text) => [...text.matchAll(/# \{[^}]*trace_id="([0-9a-f]{32})"/g)].map(([, id = '']) => id));
}

test('exemplars in /metrics lead to traces that are there', async () => {
  const ids = [...new Set(await exposedIds())];
  // Both variants of the flag, and the request itself, in several buckets of two instances.
  expect(ids.length).toBeGreaterThan(10);
  const sent = new Set(visits.map(({ traceId }) => traceId));
  expect(ids.filter((id) => !sent.has(id))).toEqual([]);
  expect((await api.traces(ids)).map(({ id }) => id).sort()).toEqual([...ids].sort());
});

test('the backend answers them as a frame, each on the variant that its trace names', async () => {
  const backend = await BackendUnderTest.start(prometheusUrl);
  try {
    const frame = await waitFor<Frame>(
      async () => {
        const now = Math.floor(Date.now() / 1000) + 1;
        const frames = await backend.frames(
          { queryType: 'compare', flag, signals: ['latency'], exemplars: true },
          { from: now - 300, to: now }
        );
        const found = frames.find(({ schema }) => schema.name === 'exemplar');
        const rows = found?.data.values[0]?.length ?? 0;
        return found && rows >= 4 ? { answer: found } : { notYet: `${rows} exemplars so far` };
      },
      { what: 'Exemplars of the backend', timeoutMs: 30_000, pauseMs: 1000 }
    );
    const column = (name: string) =>
      frame.data.values[frame.schema.fields.findIndex((field) => field.name === name)] ?? [];
    const byId = new Map(visits.map((one) => [one.traceId, one]));
    const seconds = column('Value');
    const roles = new Set(column('role'));
    expect(roles).toEqual(new Set(['baseline', 'feature']));
    for (const [row, id] of column('trace_id').entries()) {
      const one = byId.get(String(id));
      expect(one).toBeDefined();
      if (one) {
        const request = requestOf(one);
        expect(request.tags[`flaglens.variant.${flag}`]).toBe(column('variant')[row]);
        expect(column('role')[row]).toBe(column('variant')[row] === 'on' ? 'feature' : 'baseline');
        // The span and the histogram measure the same request, each by a clock of its own.
        expect(Math.abs(Number(seconds[row]) - (request.end - request.start) / 1e6)).toBeLessThan(0.05);
        expect(column('span_id')[row]).toBe(request.id);
      }
    }
  } finally {
    await backend.stop();
  }
});

test('a Jaeger that is down leaves the shop as it is', async () => {
  const median = (of: Visit[]) =>
    of.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)[of.length >> 1] ?? NaN;
  const round = () => visitors(200, 'GET', '/products/1', 5);
  const before = await round();
  await tracers.stop();
  const after = await round();
  // Several batches have failed to be sent by now.
  await wait(3000);
  const later = await round();
  for (const visited of [after, later]) {
    expect(visited).toHaveLength(200);
    expect(visited.every(({ status }) => status === 200 || status === 500)).toBe(true);
    expect(visited.filter(({ status }) => status === 200).length).toBeGreaterThan(150);
    // An export is given ten seconds: no request waits for one. The rest is how busy the machine is.
    expect(Math.max(...visited.map(({ milliseconds }) => milliseconds))).toBeLessThan(5000);
    expect(median(visited)).toBeLessThan(median(before) + 250);
  }
  expect(unexpected).toEqual([]);
});

import { OpenFeature } from '@openfeature/server-sdk';
import { context, createContextKey, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { metricsHandler } from '../endpoint/metricsHandler.js';
import { instrumentHandler } from '../requests/instrumentHandler.js';
import { eventually, pause, send, serve, type TestServer } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { readMetrics, sum } from '../testing/readMetrics.js';
import { SERVERS, type TestApp } from '../testing/servers.js';
import { serverSpans, traceOf, traceToMemory, type TestTracing } from '../testing/spans.js';
import { openTelemetryTracing } from './openTelemetryTracing.js';
import { traced } from './traced.js';
import { tracedFetch } from './tracedFetch.js';

/** Requests of one load, of which 50 are under way at a time. */
const TOTAL = 300;
const CONCURRENCY = 50;

jest.setTimeout(60_000);

let tracing: TestTracing;

beforeEach(() => {
  tracing = traceToMemory();
});

afterEach(() => tracing.stop());

afterAll(() => OpenFeature.close());

async function appOf(
  slow: () => Promise<void>,
  onServed?: TestApp['onServed']
): Promise<TestApp & { registry: Registry }> {
  const registry = new Registry();
  const instrumentation = createInstrumentation({ registry, flags: TEST_FLAGS, tracing: openTelemetryTracing() });
  return { registry, instrumentation, client: await testClient(instrumentation.hooks), slow, onServed };
}

/** How the requests of the load end, by turns. */
const FATES = ['fine', 'throws', 'fine', 'posted', 'leaves', 'torn', 'nowhere', 'fine', 'left out', 'posted'] as const;

interface Sent {
  fate: (typeof FATES)[number];
  user: string;
  traceId: string;
  spanId: string;
}

/** Sends one request in a trace of its own. */
async function sendTo(server: TestServer, index: number, leaving: Map<string, AbortController>): Promise<Sent> {
  const fate = FATES[index % FATES.length] ?? 'fine';
  const user = String(index);
  const paths = {
    throws: '/throw',
    leaves: '/slow',
    torn: '/torn',
    nowhere: '/nowhere',
    'left out': '/healthz',
  } as const;
  const path = fate in paths ? paths[fate as keyof typeof paths] : `/items/${user}`;
  return traced('client', async (span) => {
    const { traceId, spanId } = span.spanContext();
    const leave = new AbortController();
    if (fate === 'leaves') {
      leaving.set(user, leave);
    }
    const body = fate === 'posted' ? { method: 'POST', body: '{}' } : {};
    const headers = { 'x-user': user, 'content-type': 'application/json' };
    await tracedFetch(`http://127.0.0.1:${String(server.port)}${path}`, { signal: leave.signal, headers, ...body })
      .then((response) => response.text())
      .catch(() => undefined);
    return { fate, user, traceId, spanId };
  });
}

const EXPECTED: Record<Sent['fate'], { method: string; route?: string; status: number } | undefined> = {
  fine: { method: 'GET', route: '/items/:id', status: 200 },
  posted: { method: 'POST', route: '/items/:id', status: 200 },
  throws: { method: 'GET', route: '/throw', status: 500 },
  leaves: { method: 'GET', route: '/slow', status: 499 },
  torn: { method: 'GET', route: '/torn', status: 500 },
  nowhere: { method: 'GET', status: 404 },
  'left out': undefined,
};

const eventsOf = (span: ReadableSpan) =>
  span.events.map((event) => [
    event.name,
    event.attributes?.['feature_flag.key'],
    event.attributes?.['feature_flag.result.variant'],
  ]);

describe.each(SERVERS)('the spans of requests on %s', (_name, start) => {
  test('are all there, in their callers’ traces, however the requests ended', async () => {
    let answer = () => {};
    const late = new Promise<void>((resolve) => (answer = resolve));
    const leaving = new Map<string, AbortController>();
    // A client leaves when its flag has been evaluated, while its request is under way.
    const app = await appOf(
      () => late,
      (user) => leaving.get(user)?.abort()
    );
    const server = await start(app);

    let next = 0;
    const sent: Sent[] = [];
    const worker = async () => {
      while (next < TOTAL) {
        sent.push(await sendTo(server, next++, leaving));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    const traced = sent.filter(({ fate }) => fate !== 'left out');
    await eventually(() => Promise.resolve(serverSpans(tracing.spans()).length >= traced.length));
    answer();
    await pause(50);
    await server.close();

    const spans = serverSpans(tracing.spans());
    expect(spans).toHaveLength(traced.length);
    const byTrace = new Map(spans.map((span) => [traceOf(span), span]));
    for (const { fate, user, traceId } of traced) {
      const expected = EXPECTED[fate];
      const span = byTrace.get(traceId);
      expect({
        fate,
        method: span?.attributes['http.request.method'],
        status: span?.attributes['http.response.status_code'],
      }).toEqual({ fate, method: expected?.method, status: expected?.status });
      expect(span?.attributes['http.route']).toBe(expected?.route);
      expect(span?.name).toBe([expected?.method, expected?.route].filter(Boolean).join(' '));
      expect(span?.status.code).toBe((expected?.status ?? 0) >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
      expect(span?.ended).toBe(true);
      // The parent is the span of the request that was sent, in the trace of its sender.
      const parent = tracing.spans().find((other) => other.spanContext().spanId === span?.parentSpanContext?.spanId);
      expect([parent?.kind, parent && traceOf(parent)]).toEqual([SpanKind.CLIENT, traceId]);
      if (fate !== 'nowhere') {
        const served = Number(user) % 2 === 0 ? 'on' : 'off';
        // One that left may not have come to the second flag.
        const flags = [
          ['checkout-v2', served],
          ['search-ranking', 'new-ranking'],
        ].slice(0, fate === 'leaves' ? 1 : 2);
        for (const [flag, variant] of flags) {
          expect(span?.attributes[`flaglens.variant.${String(flag)}`]).toBe(variant);
          expect(span && eventsOf(span)).toContainEqual(['feature_flag.evaluation', flag, variant]);
        }
      }
    }
    // What tracing has seen is what the metrics have counted.
    expect(sum(await readMetrics(app.registry), `${METRICS.requestDuration}_count`)).toBe(traced.length);
  });
});

describe('a request', () => {
  async function serverOf(handler: () => unknown, options: { sampled?: boolean } = {}) {
    if (options.sampled === false) {
      await tracing.stop();
      tracing = traceToMemory(new AlwaysOffSampler());
    }
    const app = await appOf(() => Promise.resolve());
    const server = await serve(
      instrumentHandler(
        async (_request, response) => {
          await handler();
          response.end(trace.getSpan(context.active())?.spanContext().traceId);
        },
        { requests: app.instrumentation.requests, route: () => '/items/:id' }
      )
    );
    return { ...app, server };
  }

  test('without a trace of its caller begins one, and paths, queries and addresses are in none', async () => {
    const { server } = await serverOf(() => undefined);

    const { text } = await send(server.port, { path: '/items/ada@example.org?token=secret' });
    await eventually(() => Promise.resolve(tracing.spans().length === 1));

    const [span] = tracing.spans();
    expect(span && traceOf(span)).toBe(text);
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/items/:id',
      'http.response.status_code': 200,
    });
    await server.close();
  });

  test('with a broken traceparent begins a trace as well', async () => {
    const { server } = await serverOf(() => undefined);

    const answer = await fetch(`http://127.0.0.1:${String(server.port)}/`, {
      headers: { traceparent: '00-zz-1-' + 'x'.repeat(4000) },
    });

    expect(await answer.text()).toMatch(/^[0-9a-f]{32}$/);
    await server.close();
  });

  test('is what the exemplars of its histograms name, on the untagged one and on the split one', async () => {
    const seen: string[] = [];
    const { server, registry, client } = await serverOf(async () => {
      await client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
      seen.push(trace.getActiveSpan()?.spanContext().traceId ?? '');
    });
    const scrape = await serve(metricsHandler(registry));

    await send(server.port, { path: '/items/1' });
    const accept = 'application/openmetrics-text; version=1.0.0';
    const lines = async () => {
      const response = await fetch(`http://127.0.0.1:${String(scrape.port)}/metrics`, { headers: { accept } });
      return (await response.text()).split('\n').filter((line) => line.includes(' # {'));
    };
    await eventually(async () => (await lines()).length > 0);

    const [traceId] = seen;
    for (const metric of [METRICS.requestDuration, METRICS.flagRequestDuration]) {
      const ours = (await lines()).filter((line) => line.startsWith(`${metric}_bucket`));
      expect([metric, ours.length]).toEqual([metric, 1]);
      expect(ours[0]).toContain(`trace_id="${String(traceId)}"`);
    }
    await server.close();
    await scrape.close();
  });

  test('of a method of its own is not named after it', async () => {
    const { server } = await serverOf(() => undefined);

    await send(server.port, { method: 'PROPFIND', path: '/items/1' });
    await eventually(() => Promise.resolve(tracing.spans().length === 1));

    expect(tracing.spans()[0]).toMatchObject({
      name: 'HTTP /items/:id',
      attributes: { 'http.request.method': '_OTHER' },
    });
    await server.close();
  });

  test('that is not sampled costs no span, and its metrics have no exemplar', async () => {
    const { server, registry } = await serverOf(() => undefined, { sampled: false });

    expect((await send(server.port, { path: '/items/1' })).status).toBe(200);
    await pause(20);

    expect(tracing.spans()).toEqual([]);
    expect(sum(await readMetrics(registry), `${METRICS.requestDuration}_count`)).toBe(1);
    await server.close();
  });

  test('that has a server span of another instrumentation is not given a second one', async () => {
    const app = await appOf(() => Promise.resolve());
    const tracer = trace.getTracer('another');
    const server = await serve((request, response) =>
      tracer.startActiveSpan('theirs', { kind: SpanKind.SERVER }, (span) => {
        response.once('close', () => span.end());
        const handler = instrumentHandler(
          async (_request, answer) => {
            await app.client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
            answer.end();
          },
          { requests: app.instrumentation.requests, route: () => '/items/:id' }
        );
        handler(request, response);
      })
    );

    await send(server.port, { path: '/items/1' });
    await eventually(() => Promise.resolve(tracing.spans().length === 1));

    const [span] = tracing.spans();
    expect(span?.name).toBe('theirs');
    expect(span?.attributes).toEqual({ 'http.route': '/items/:id', 'flaglens.variant.checkout-v2': 'on' });
    expect(span && eventsOf(span)).toHaveLength(1);
    await server.close();
  });

  test.each([
    ['is within a span of its framework', true],
    ['is not sampled', false],
  ])('whose server span of another instrumentation %s is not given a second one', async (_name, sampled) => {
    const app = await appOf(() => Promise.resolve());
    if (!sampled) {
      await tracing.stop();
      tracing = traceToMemory(new AlwaysOffSampler());
    }
    const tracer = trace.getTracer('another');
    const traces: unknown[] = [];
    // As OpenTelemetry's own instrumentations of node:http and of frameworks do.
    const server = await serve((request, response) => {
      const span = tracer.startSpan('theirs', { kind: SpanKind.SERVER });
      const known = context
        .active()
        .setValue(createContextKey('OpenTelemetry SDK Context Key RPC_METADATA'), { type: 'http', span });
      response.once('close', () => span.end());
      const middleware = tracer.startSpan('middleware', {}, trace.setSpan(known, span));
      const handler = instrumentHandler(
        async (_request, answer) => {
          traces.push(span.spanContext().traceId, trace.getActiveSpan()?.spanContext().traceId);
          await app.client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
          answer.end();
          middleware.end();
        },
        { requests: app.instrumentation.requests, route: () => '/items/:id' }
      );
      context.with(trace.setSpan(known, sampled ? middleware : span), () => handler(request, response));
    });

    await send(server.port, { path: '/items/1' });
    await eventually(() => Promise.resolve(traces.length === 2));
    await server.close();

    expect(traces[1]).toBe(traces[0]);
    const spans = serverSpans(tracing.spans());
    expect(spans.map(({ name, attributes }) => [name, attributes])).toEqual(
      sampled ? [['theirs', { 'http.route': '/items/:id', 'flaglens.variant.checkout-v2': 'on' }]] : []
    );
  });

  test('is not taken for a part of the start-up span that its server began in', async () => {
    const { server } = await traced('start-up', () => serverOf(() => undefined));

    await send(server.port, { path: '/items/1' });
    await eventually(() => Promise.resolve(serverSpans(tracing.spans()).length === 1));

    const [span] = serverSpans(tracing.spans());
    expect(span && traceOf(span)).not.toBe(tracing.named('start-up').map(traceOf)[0]);
    await server.close();
  });
});

describe('work without HTTP', () => {
  test('is a span of its own within what began it, and continues the trace that its message came with', async () => {
    const { instrumentation, client } = await appOf(() => Promise.resolve());
    const evaluate = () => client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });

    await traced('nightly', () => instrumentation.run({ route: 'send-mail' }, evaluate));
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    await instrumentation.run({ route: 'mail-queue', headers }, evaluate);
    await instrumentation
      .run({ route: 'broken-job' }, () => Promise.reject(new Error('for user 42')))
      .catch(() => undefined);

    const [job] = tracing.named('send-mail');
    expect(job && traceOf(job)).toBe(tracing.named('nightly').map(traceOf)[0]);
    expect(job?.kind).toBe(SpanKind.INTERNAL);
    expect(job?.attributes).toEqual({ 'flaglens.variant.checkout-v2': 'on' });
    const [message] = tracing.named('mail-queue');
    expect(message && traceOf(message)).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(message?.kind).toBe(SpanKind.CONSUMER);
    expect(tracing.named('broken-job')[0]?.status).toEqual({ code: SpanStatusCode.ERROR });
  });
});

import { OpenFeature } from '@openfeature/server-sdk';
import { trace } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import { createInstrumentation } from '../createInstrumentation.js';
import { traced, tracedAttempt, tracedFetch, traceFields } from '../opentelemetry/index.js';
import { instrumentHandler, type Handler } from '../requests/instrumentHandler.js';
import { eventually, flood, serve } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { receiveOtlp, type OtlpReceiver } from '../testing/otlpReceiver.js';
import { traceToMemory } from '../testing/spans.js';
import { startTracing, type RunningTracing } from './startTracing.js';
import type { TracingOptions } from './options.js';

jest.setTimeout(60_000);

let warnings: string[];
let running: RunningTracing | undefined;
let receiver: OtlpReceiver | undefined;

function start(options: TracingOptions): RunningTracing {
  running = startTracing({ serviceName: 'shop', onWarning: (message) => warnings.push(message), ...options });
  return running;
}

beforeEach(() => {
  warnings = [];
});

afterEach(async () => {
  await running?.shutdown();
  await receiver?.close();
  running = undefined;
  receiver = undefined;
});

afterAll(() => OpenFeature.close());

describe('two services', () => {
  /** Requests that are sent, of which 50 are under way at a time. */
  const TOTAL = 500;

  test('every request is one trace across both, with selection, retries and flags, and all of them arrive', async () => {
    receiver = await receiveOtlp();
    const tracing = start({ endpoint: receiver.endpoint, evaluationSpans: true, intervalMs: 50 });
    const logged: Array<Record<string, string>> = [];

    const backendParts = createInstrumentation({ registry: new Registry(), flags: TEST_FLAGS, tracing });
    let calls = 0;
    const charge: Handler = (_request, response) => {
      logged.push({ ...traceFields() });
      // Every third call fails, so that it is sent again.
      response.statusCode = calls++ % 3 === 0 ? 503 : 200;
      response.end();
    };
    const backend = await serve(instrumentHandler(charge, { requests: backendParts.requests, route: () => '/charge' }));

    const parts = createInstrumentation({ registry: new Registry(), flags: TEST_FLAGS, tracing });
    const client = await testClient(parts.hooks);
    const checkout: Handler = async (request, response) => {
      logged.push({ ...traceFields() });
      const targetingKey = String(request.headers['x-user']);
      const on = await client.getBooleanValue('checkout-v2', false, { targetingKey });
      let status = 503;
      for (let attempt = 1; status === 503 && attempt <= 10; attempt++) {
        ({ status } = await tracedAttempt('charge', attempt, () =>
          tracedFetch(`http://127.0.0.1:${String(backend.port)}/charge`, { attempt, template: '/charge' })
        ));
      }
      response.statusCode = status;
      response.end(String(on));
    };
    const frontend = await serve(instrumentHandler(checkout, { requests: parts.requests, route: () => '/checkout' }));

    await flood(frontend.port, TOTAL, 50, (index) => ({ method: 'POST', path: '/checkout', user: String(index) }));
    await frontend.close();
    await backend.close();
    await tracing.shutdown();

    const { spans } = receiver;
    const SERVER = 2;
    const servers = spans.filter((span) => span.kind === SERVER);
    const roots = servers.filter((span) => span.attributes['http.route'] === '/checkout');
    expect(roots).toHaveLength(TOTAL);
    expect(new Set(roots.map((span) => span.traceId)).size).toBe(TOTAL);
    expect(servers.filter((span) => span.attributes['http.route'] === '/charge')).toHaveLength(calls);

    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const chainOf = (spanId: string | undefined): string[] => {
      const span = byId.get(spanId ?? '');
      return span === undefined ? [] : [span.name, ...chainOf(span.parentSpanId)];
    };
    for (const span of servers.filter((other) => other.attributes['http.route'] === '/charge')) {
      expect(chainOf(span.spanId)).toEqual(['GET /charge', 'GET /charge', 'charge', 'POST /checkout']);
    }
    for (const root of roots) {
      const whole = spans.filter((span) => span.traceId === root.traceId);
      const attempts = whole
        .filter((span) => span.name === 'charge')
        .map((span) => span.attributes['flaglens.attempt']);
      expect(attempts.sort((a, b) => Number(a) - Number(b))).toEqual(attempts.map((_, i) => i + 1));
      const [selection, ...further] = whole.filter((span) => span.name === 'select variant');
      expect(further).toEqual([]);
      expect(selection?.parentSpanId).toBe(root.spanId);
      expect(selection?.events.map((event) => event.attributes['feature_flag.result.variant'])).toEqual([
        root.attributes['flaglens.variant.checkout-v2'],
      ]);
    }
    // All that the services logged is found in the traces.
    expect(logged).toHaveLength(TOTAL + calls);
    for (const { trace_id, span_id } of logged) {
      expect(byId.get(String(span_id))?.traceId).toBe(trace_id);
    }
    const ended = spans.length;
    expect(tracing.counts()).toEqual({ ended, exported: ended, failed: 0, dropped: 0 });
    expect(receiver.resources[0]).toMatchObject({ 'service.name': 'shop' });
    expect(receiver.requests.every(({ path }) => path === '/v1/traces')).toBe(true);
    expect(warnings).toEqual([]);
  });
});

describe('the setting', () => {
  test('takes headers, further attributes of the service, and an endpoint with a path of its own', async () => {
    receiver = await receiveOtlp();
    const tracing = start({
      endpoint: `${receiver.endpoint}/otlp/v1/traces`,
      headers: { authorization: 'Bearer test' },
      resource: { 'deployment.environment.name': 'test' },
    });

    traced('work', () => undefined);
    await tracing.flush();

    expect(receiver.requests).toEqual([
      { path: '/otlp/v1/traces', headers: expect.objectContaining({ authorization: 'Bearer test' }) as unknown },
    ]);
    expect(receiver.resources[0]).toMatchObject({ 'deployment.environment.name': 'test', 'service.name': 'shop' });
  });

  test.each([
    ['', '/v1/traces'],
    ['/', '/v1/traces'],
    ['/otlp', '/otlp/v1/traces'],
    ['/otlp/', '/otlp/v1/traces'],
    ['/otlp/v1/traces', '/otlp/v1/traces'],
  ])('takes the environment’s endpoint with the path %p as that of all signals', async (path, expected) => {
    receiver = await receiveOtlp();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.endpoint + path;
    const tracing = start({});
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;

    traced('work', () => undefined);
    await tracing.flush();

    expect(receiver.requests.map((request) => request.path)).toEqual([expected]);
  });

  test('takes an empty endpoint of the environment for none', () => {
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = '';
    start({});
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;

    expect(warnings).toEqual([]);
  });

  test('sends numbers as text that OTLP has not in JSON, as their whole export would be refused', async () => {
    receiver = await receiveOtlp();
    const tracing = start({ endpoint: receiver.endpoint });
    const attributes = { none: NaN, endless: -Infinity, large: 2 ** 63, many: [1, NaN], usual: 0.5, whole: 7 };

    traced('work', (span) => span.addEvent('happened', attributes), { attributes });
    await tracing.flush();

    const sent = {
      none: 'NaN',
      endless: '-Infinity',
      large: '9223372036854776000',
      many: { values: [{ stringValue: '1' }, { stringValue: 'NaN' }] },
      usual: 0.5,
      whole: 7,
    };
    expect(receiver.spans.map((span) => [span.attributes, span.events])).toEqual([
      [sent, [{ name: 'happened', attributes: sent }]],
    ]);
  });

  test('keeps a share of the traces, and what another service decided', async () => {
    receiver = await receiveOtlp();
    const tracing = start({ endpoint: receiver.endpoint, sampleRatio: 0 });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

    traced('of our own', () => undefined);
    tracing.begin({ method: 'GET', headers: { traceparent } })?.end({ method: 'GET', route: '/', status: 200 }, []);
    await tracing.flush();

    expect(receiver.spans.map((span) => [span.name, span.traceId])).toEqual([
      ['GET /', '0af7651916cd43dd8448eb211c80319c'],
    ]);
  });

  test.each(['not an address', 'file:///etc/passwd', ''])(
    'an endpoint %p is reported, and all goes on',
    async (endpoint) => {
      const tracing = start({ endpoint });

      expect(await traced('work', () => Promise.resolve(42))).toBe(42);
      await tracing.flush();

      expect(warnings).toEqual([expect.stringContaining('tracing cannot start')]);
      expect(tracing.counts()).toEqual({ ended: 0, exported: 0, failed: 0, dropped: 0 });
    }
  );

  test('leaves an application alone that has set OpenTelemetry up itself, and still traces through it', async () => {
    receiver = await receiveOtlp();
    const theirs = traceToMemory();
    const tracing = start({ endpoint: receiver.endpoint });

    tracing.begin({ method: 'GET', headers: {} })?.end({ method: 'GET', route: '/', status: 200 }, []);
    await tracing.shutdown();

    expect(theirs.named('GET /')).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('already set up')]);
    traced('after our shutdown', () => undefined);
    expect(theirs.named('after our shutdown')).toHaveLength(1);
    await theirs.stop();
  });

  test('can be made again after a shutdown', async () => {
    receiver = await receiveOtlp();
    await start({ endpoint: receiver.endpoint }).shutdown();
    expect(trace.getTracer('any').startSpan('none').isRecording()).toBe(false);

    const tracing = start({ endpoint: receiver.endpoint });
    traced('second', () => undefined);
    await tracing.shutdown();

    expect(receiver.spans.map((span) => span.name)).toEqual(['second']);
    expect(warnings).toEqual([]);
  });
});

describe('an endpoint that fails', () => {
  const work = (times: number) => {
    for (let i = 0; i < times; i++) {
      traced('work', () => undefined);
    }
  };

  test('is warned of once, by its address alone, and never waited for', async () => {
    const tracing = start({
      endpoint: 'http://user:secret@127.0.0.1:1',
      timeoutMs: 300,
      intervalMs: 20,
      batchSize: 10,
    });

    const begun = performance.now();
    work(500);
    expect(performance.now() - begun).toBeLessThan(500);
    await eventually(() => Promise.resolve(tracing.counts().failed >= 100));
    await tracing.shutdown();

    expect(warnings).toEqual([expect.stringMatching(/cannot be sent to http:\/\/127\.0\.0\.1:1: ECONNREFUSED/)]);
    const { ended, exported, failed, dropped } = tracing.counts();
    expect([ended, exported, dropped]).toEqual([500, 0, 0]);
    expect(failed).toBeLessThanOrEqual(500);
  });

  test('that never answers holds no more than the queue, and a shutdown no longer than its timeout', async () => {
    receiver = await receiveOtlp(() => undefined);
    const tracing = start({
      endpoint: receiver.endpoint,
      maxQueue: 100,
      batchSize: 10,
      intervalMs: 10,
      timeoutMs: 30_000,
      shutdownTimeoutMs: 200,
    });

    work(1000);
    expect(tracing.counts()).toEqual({ ended: 1000, exported: 0, failed: 0, dropped: 900 });
    const begun = performance.now();
    await tracing.shutdown();

    expect(performance.now() - begun).toBeLessThan(2000);
    expect(warnings).toEqual([expect.stringContaining('more than 100 spans')]);
  });

  test('that refuses is reported by its status', async () => {
    receiver = await receiveOtlp((response) => {
      response.statusCode = 401;
      response.end();
    });
    const tracing = start({ endpoint: receiver.endpoint });

    work(3);
    await tracing.flush();

    expect(tracing.counts()).toEqual({ ended: 3, exported: 0, failed: 3, dropped: 0 });
    expect(warnings).toEqual([expect.stringContaining('401')]);
  });

  test('that comes back takes what ends from then on', async () => {
    let up = false;
    receiver = await receiveOtlp((response) => {
      response.statusCode = up ? 200 : 400;
      response.end('{}');
    });
    const tracing = start({ endpoint: receiver.endpoint });

    work(5);
    await tracing.flush();
    up = true;
    work(7);
    await tracing.flush();

    expect(tracing.counts()).toEqual({ ended: 12, exported: 7, failed: 5, dropped: 0 });
  });
});

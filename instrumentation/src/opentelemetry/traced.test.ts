import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-node';
import { serve, type TestServer } from '../testing/http.js';
import { traceToMemory, type TestTracing } from '../testing/spans.js';
import { continueTrace, traceExemplar, traceFields, traceHeaders } from './traceContext.js';
import { traced, tracedAttempt } from './traced.js';
import { tracedFetch } from './tracedFetch.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = traceToMemory();
});

afterEach(() => tracing.stop());

describe('traced', () => {
  test('leaves what it starts within the span around it where its own cannot be made', async () => {
    await tracing.stop();
    tracing = traceToMemory({
      shouldSample: (_context, _traceId, name) => {
        if (name === 'broken') {
          throw new Error('a sampler of the application');
        }
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
    });

    expect(traced('request', () => traced('broken', () => traced('inner', () => 42)))).toBe(42);

    const [request] = tracing.named('request');
    expect(tracing.named('inner')[0]?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  });

  test('passes on what the work answers, and is active in all that it starts', async () => {
    const inside: Array<string | undefined> = [];
    const note = () => inside.push(trace.getActiveSpan()?.spanContext().spanId);

    const result = traced('select variant', async (span) => {
      note();
      await new Promise((resolve) => setTimeout(resolve, 5));
      note();
      setImmediate(note);
      span.setAttribute('own', 1);
      return 42;
    });

    expect(tracing.spans()).toEqual([]);
    expect(await result).toBe(42);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [span] = tracing.named('select variant');
    expect(span?.attributes).toEqual({ own: 1 });
    expect(inside).toEqual([1, 2, 3].map(() => span?.spanContext().spanId));
    expect(traced('synchronous', () => 'at once')).toBe('at once');
    expect(tracing.named('synchronous')).toHaveLength(1);
  });

  class Refused extends Error {}

  test.each([
    [
      'throws',
      () => {
        throw new Refused('no access for ada@example.org');
      },
    ],
    ['rejects', () => Promise.reject(new Refused('no access for ada@example.org'))],
  ])('what %s passes through, and the span has its class but not its message', async (_how, work) => {
    const run = new Promise((resolve) => resolve(traced('charge', work)));

    await expect(run).rejects.toThrow(Refused);

    const [span] = tracing.named('charge');
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span?.attributes).toEqual({ 'error.type': 'Refused' });
    expect(JSON.stringify([span?.events, span?.attributes, span?.status])).not.toContain('ada@');
  });

  test('a lazy query that can be awaited is handed on untouched', () => {
    let begun = 0;
    const query = {
      then: () => {
        begun++;
      },
    };

    expect(traced('query', () => query)).toBe(query);

    expect(begun).toBe(0);
    expect(tracing.named('query')).toHaveLength(1);
  });

  test('attempts have their numbers', async () => {
    for (const attempt of [1, 2, 3]) {
      await tracedAttempt('charge', attempt, () => Promise.resolve(), { attributes: { 'peer.service': 'bank' } });
    }

    expect(tracing.named('charge').map((span) => span.attributes)).toEqual(
      [1, 2, 3].map((attempt) => ({ 'flaglens.attempt': attempt, 'peer.service': 'bank' }))
    );
  });

  test('without an SDK the work is run all the same', async () => {
    await tracing.stop();

    expect(await traced('select variant', () => Promise.resolve(42))).toBe(42);
    expect(await traced('outer', () => tracedAttempt('inner', 1, () => Promise.resolve('done')))).toBe('done');
    expect(traceFields()).toEqual({});
    expect(traceExemplar()).toBeUndefined();
    expect(traceHeaders()).toEqual({});
    expect(continueTrace({ traceparent: 'x' }, () => 'done')).toBe('done');
  });

  test('a propagator that throws reaches nobody', () => {
    propagation.disable();
    const fail = () => {
      throw new Error('broken propagator');
    };
    propagation.setGlobalPropagator({ inject: fail, extract: fail, fields: () => [] });

    expect(traceHeaders()).toEqual({});
    expect(continueTrace({}, () => 'done')).toBe('done');
  });
});

describe('the ids of the span under way', () => {
  test('are those of the span, for logs and for exemplars of less than 128 characters', () => {
    traced('work', (span) => {
      const { traceId, spanId } = span.spanContext();
      expect(traceFields()).toEqual({ trace_id: traceId, span_id: spanId });
      expect(traceExemplar()).toEqual({ trace_id: traceId, span_id: spanId });
      expect(
        Object.entries(traceExemplar() ?? {})
          .flat()
          .join('').length
      ).toBeLessThan(128);
    });
    expect(traceFields()).toEqual({});
    expect(traceExemplar()).toBeUndefined();
  });

  test('of a trace that is not sampled are for logs alone', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

    continueTrace({ traceparent }, () => {
      expect(traceFields()).toEqual({ trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' });
      expect(traceExemplar()).toBeUndefined();
    });
  });

  test('go along in the headers of a message', () => {
    const headers = traced('send', () => traceHeaders());

    continueTrace(headers, () => traced('receive', () => undefined));

    const [sent] = tracing.named('send');
    const [received] = tracing.named('receive');
    expect(received?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
    expect(received?.spanContext().traceId).toBe(sent?.spanContext().traceId);
  });
});

describe('tracedFetch', () => {
  let server: TestServer;
  let received: Array<{ method?: string; headers: Record<string, string | string[] | undefined>; body: string }>;

  beforeEach(async () => {
    received = [];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      received.push({ method: request.method, headers: request.headers, body: await text(request) });
      response.statusCode = request.url?.startsWith('/missing') === true ? 404 : 200;
      response.end('answer');
    };
    server = await serve((request, response) => void answer(request, response));
  });

  afterEach(() => server.close());

  const url = (path: string) => `http://127.0.0.1:${String(server.port)}${path}`;

  test('takes the trace along, and says where it went but not what it asked for', async () => {
    const response = await traced('request', () =>
      tracedFetch(url('/users/ada@example.org?token=secret'), {
        method: 'post',
        body: 'data',
        headers: { 'x-own': 'kept' },
        template: '/users/:name',
      })
    );

    expect(await response.text()).toBe('answer');
    const [span] = tracing.named('POST /users/:name');
    expect(span?.kind).toBe(SpanKind.CLIENT);
    expect(span?.attributes).toEqual({
      'http.request.method': 'POST',
      'url.scheme': 'http',
      'url.template': '/users/:name',
      'server.address': '127.0.0.1',
      'server.port': server.port,
      'http.response.status_code': 200,
    });
    const { traceId, spanId } = span?.spanContext() ?? {};
    expect(received).toEqual([
      expect.objectContaining({
        method: 'POST',
        body: 'data',
        headers: expect.objectContaining({
          'x-own': 'kept',
          traceparent: `00-${String(traceId)}-${String(spanId)}-01`,
        }) as unknown,
      }),
    ]);
  });

  test.each([
    ['an URL', () => new URL(url('/')), undefined],
    ['a Request with headers of its own', () => new Request(url('/'), { headers: { 'x-own': 'kept' } }), 'kept'],
  ])('takes %s', async (_what, input, own) => {
    await tracedFetch(input());

    expect(received[0]?.headers['x-own']).toBe(own);
    expect(received[0]?.headers.traceparent).toMatch(/^00-/);
  });

  test('numbers what is sent again, and marks what failed', async () => {
    for (const attempt of [1, 2]) {
      await tracedFetch(url('/missing'), { attempt });
    }

    expect(tracing.named('GET').map((span) => [span.attributes, span.status.code])).toEqual([
      [expect.objectContaining({ 'flaglens.attempt': 1, 'error.type': '404' }), SpanStatusCode.ERROR],
      [expect.objectContaining({ 'flaglens.attempt': 2, 'http.request.resend_count': 1 }), SpanStatusCode.ERROR],
    ]);
    expect(tracing.named('GET')[0]?.attributes).not.toHaveProperty('http.request.resend_count');
  });

  test.each([
    ['a server that is not there', () => tracedFetch('http://127.0.0.1:1/'), 'TypeError'],
    ['what is no address', () => tracedFetch('not an address'), 'TypeError'],
    ['a request that is given up', () => tracedFetch(url('/'), { signal: AbortSignal.abort() }), 'DOMException'],
  ])('fails as fetch does for %s', async (_what, send, type) => {
    const error: unknown = await send().catch((reason: unknown) => reason);

    expect((error as Error).constructor.name).toBe(type);

    expect(tracing.named('GET').map((span) => span.attributes['error.type'])).toEqual([type]);
  });
});

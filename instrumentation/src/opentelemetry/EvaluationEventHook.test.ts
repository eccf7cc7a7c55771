import {
  OpenFeature,
  TypedInMemoryProvider,
  type Client,
  type EvaluationContext,
  type Provider,
} from '@openfeature/server-sdk';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { testClient } from '../testing/openFeature.js';
import { traceToMemory, type TestTracing } from '../testing/spans.js';
import { EvaluationEventHook, type EvaluationEventOptions } from './EvaluationEventHook.js';
import { traced } from './traced.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = traceToMemory();
});

afterEach(() => tracing.stop());

afterAll(() => OpenFeature.close());

const USER = { targetingKey: 'ada@example.org', email: 'ada@example.org' };

const flags = new TypedInMemoryProvider({
  'checkout-v2': { variants: { on: true, off: false }, defaultVariant: 'on', disabled: false },
  theme: { variants: { dark: { colour: 'secret black' } }, defaultVariant: 'dark', disabled: false },
});

async function clientOf(options?: EvaluationEventOptions, provider: Provider = flags): Promise<Client> {
  const client = await testClient([new EvaluationEventHook(options)], provider);
  return client.setLogger({ error: () => {}, warn: () => {}, info: () => {}, debug: () => {} });
}

/** The events on the span in which the work was done. */
async function eventsOf(work: () => Promise<unknown>) {
  await traced('request', work);
  return tracing.named('request')[0]?.events.map(({ name, attributes }) => ({ name, attributes }));
}

describe('an evaluation', () => {
  test('is an event on the span under way, with the names of the semantic conventions', async () => {
    const client = await clientOf();

    expect(await eventsOf(() => client.getBooleanValue('checkout-v2', false, USER))).toEqual([
      {
        name: 'feature_flag.evaluation',
        attributes: {
          'feature_flag.key': 'checkout-v2',
          'feature_flag.provider.name': 'in-memory',
          'feature_flag.result.variant': 'on',
          'feature_flag.result.reason': 'static',
        },
      },
    ]);
  });

  test('that fails has its code, and no variant', async () => {
    const client = await clientOf();

    expect(await eventsOf(() => client.getBooleanValue('missing', false, USER))).toEqual([
      {
        name: 'feature_flag.evaluation',
        attributes: {
          'feature_flag.key': 'missing',
          'feature_flag.provider.name': 'in-memory',
          'feature_flag.result.reason': 'error',
          'error.type': 'flag_not_found',
        },
      },
    ]);
  });

  test('tells value, targeting key and message only where they are asked for, and cuts them', async () => {
    const client = await clientOf({ include: ['value', 'contextId', 'errorMessage'], valueLength: 12 });

    const events = await eventsOf(async () => {
      await client.getBooleanValue('checkout-v2', false, USER);
      await client.getObjectValue('theme', {}, USER);
      await client.getBooleanValue('missing', false, USER);
    });

    expect(events?.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ 'feature_flag.result.value': true, 'feature_flag.context.id': 'ada@example.' }),
      expect.objectContaining({ 'feature_flag.result.value': '{"colour":"s' }),
      expect.objectContaining({ 'feature_flag.error.message': expect.stringMatching(/^.{12}$/) as unknown }),
    ]);
  });

  test('goes to the innermost span, wherever the promise goes on', async () => {
    const client = await clientOf();

    await traced('request', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await traced('select variant', () => client.getBooleanValue('checkout-v2', false));
    });

    expect(tracing.named('request')[0]?.events).toEqual([]);
    expect(tracing.named('select variant')[0]?.events).toHaveLength(1);
  });

  test('outside of a span does nothing', async () => {
    const client = await clientOf({ evaluationSpans: true });

    expect(await client.getBooleanValue('checkout-v2', false)).toBe(true);

    expect(tracing.spans()).toEqual([]);
  });

  test('is noted so many times on one span and no more', async () => {
    const client = await clientOf({ eventsPerSpan: 10 });

    const events = await eventsOf(async () => {
      for (let i = 0; i < 1000; i++) {
        await client.getBooleanValue('checkout-v2', false);
      }
    });

    expect(events).toHaveLength(10);
    expect(await eventsOf(() => client.getBooleanValue('checkout-v2', false))).toBeDefined();
    expect(tracing.named('request')[1]?.events).toHaveLength(1);
  });
});

describe('with spans of evaluations', () => {
  test('each has one of its own, with what it selected', async () => {
    const client = await clientOf({ evaluationSpans: true });

    await traced('request', async () => {
      await Promise.all([client.getBooleanValue('checkout-v2', false), client.getBooleanValue('missing', false)]);
    });

    const [request] = tracing.named('request');
    const spans = tracing.named('select variant');
    expect(spans.map((span) => span.parentSpanContext?.spanId)).toEqual(
      [1, 2].map(() => request?.spanContext().spanId)
    );
    const byFlag = new Map(spans.map((span) => [span.attributes['feature_flag.key'], span]));
    expect(byFlag.get('checkout-v2')?.attributes['feature_flag.result.variant']).toBe('on');
    expect(byFlag.get('checkout-v2')?.status.code).toBe(SpanStatusCode.UNSET);
    expect(byFlag.get('missing')?.attributes['error.type']).toBe('flag_not_found');
    expect(byFlag.get('missing')?.status.code).toBe(SpanStatusCode.ERROR);
    expect(spans.map((span) => span.events.length)).toEqual([1, 1]);
    expect(request?.events).toEqual([]);
  });

  test('1000 at a time all end', async () => {
    const client = await clientOf({ evaluationSpans: true });

    await traced('request', () =>
      Promise.all(Array.from({ length: 1000 }, () => client.getBooleanValue('checkout-v2', false)))
    );

    expect(tracing.named('select variant')).toHaveLength(1000);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});

describe('whatever the types say', () => {
  /** A provider that answers with what was read from JSON. */
  const answering = (number: string): Provider =>
    Object.assign(Object.create(flags) as Provider, {
      metadata: JSON.parse('{}') as Provider['metadata'],
      resolveNumberEvaluation: () => Promise.resolve(JSON.parse(number) as never),
    });
  const all: EvaluationEventOptions = { include: ['value', 'contextId', 'errorMessage'], evaluationSpans: true };

  test.each([
    ['a reason', '{"value":1,"variant":3,"reason":7}', { 'feature_flag.result.reason': '7' }],
    ['an error', '{"value":1,"errorCode":404,"errorMessage":{"a":1}}', { 'error.type': 'general' }],
  ])('%s that is no text is reported, and the span of the evaluation ends', async (_name, number, expected) => {
    const client = await clientOf(all, answering(number));

    await traced('request', () =>
      client.getNumberValue('limit', 0, { targetingKey: 42 } as unknown as EvaluationContext)
    );

    const spans = tracing.named('select variant');
    expect(spans).toHaveLength(1);
    expect(spans[0]?.events[0]?.attributes).toMatchObject({ 'feature_flag.context.id': '42', ...expected });
  });

  test.each(['1e21', '-1e400', '1e400'])(
    'the number %s is reported as text, which every backend can read',
    async (value) => {
      const client = await clientOf(all, answering(`{"value":${value}}`));

      await traced('request', () => client.getNumberValue('limit', 0));

      const [span] = tracing.named('select variant');
      expect(span?.attributes['feature_flag.result.value']).toBe(String(Number(value)));
    }
  );
});

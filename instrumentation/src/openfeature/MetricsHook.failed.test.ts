import {
  ErrorCode,
  FlagNotFoundError,
  OpenFeature,
  type Hook,
  type JsonValue,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { METRICS } from '../floor/conventions.js';
import { on, scripted, setup } from '../testing/metricsHook.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';

const FLAG = { feature_flag_key: 'checkout-v2', feature_flag_provider_name: 'scripted' };

afterAll(() => OpenFeature.close());

describe('failed evaluations', () => {
  test.each<[string, () => ResolutionDetails<JsonValue>, string]>([
    ['an error code in the details', () => ({ ...on, errorCode: ErrorCode.TYPE_MISMATCH }), 'TYPE_MISMATCH'],
    [
      'an OpenFeature error',
      () => {
        throw new FlagNotFoundError('no flag for user 42');
      },
      'FLAG_NOT_FOUND',
    ],
    [
      'any other error',
      () => {
        throw new Error('secret message');
      },
      'Error',
    ],
    [
      'an error of a class of its own',
      () => {
        throw new (class RateLimited extends Error {})('for user 42');
      },
      'RateLimited',
    ],
    [
      'an error that calls itself by a text',
      () => {
        throw Object.assign(new TypeError(), { name: 'secret of user 42' });
      },
      'TypeError',
    ],
    [
      'an error of a class whose name is a text',
      () => {
        throw new (Object.defineProperty(class extends Error {}, 'name', { value: 'user 42' }))();
      },
      'GENERAL',
    ],
    [
      'what is no error at all',
      () => {
        throw 'secret message for user 42' as unknown as Error;
      },
      'GENERAL',
    ],
    [
      'an error with a code of its own',
      () => {
        throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      },
      'Error',
    ],
  ])('%s', async (_name, resolve, code) => {
    const { registry, client } = await setup(scripted(resolve));

    expect(await client.getBooleanValue('checkout-v2', false)).toBe(false);

    const samples = await readMetrics(registry);
    expect(matching(samples, METRICS.evaluationErrors)).toEqual([
      { name: METRICS.evaluationErrors, labels: { ...FLAG, exception: code }, value: 1 },
    ]);
    expect(sum(samples, METRICS.evaluationSuccesses)).toBe(0);
    expect(sum(samples, METRICS.evaluationActive)).toBe(0);
    expect(await registry.metrics()).not.toMatch(/secret|user 42|ECONNREFUSED/);
  });

  test('a hook that throws ahead of ours leaves the active count at zero', async () => {
    const throwing: Hook = {
      before: () => {
        throw new Error('not today');
      },
    };
    const { registry, client } = await setup(
      scripted(() => on),
      {},
      { before: [throwing] }
    );

    expect(await client.getBooleanValue('checkout-v2', false)).toBe(false);

    const samples = await readMetrics(registry);
    expect(sum(samples, METRICS.evaluationRequests)).toBe(0);
    expect(sum(samples, METRICS.evaluationErrors, { exception: 'Error' })).toBe(1);
    expect(sum(samples, METRICS.evaluationActive)).toBe(0);
  });
});
